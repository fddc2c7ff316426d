"""Our verdicts on the pairs of oasdiff's own tests: computed here, and each disagreement is one that README.md explains."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from console.areas.contracts.core.compatibility import compare_all
from tests.areas.contracts.core.compatibility.oasdiff_table import Pair, pairs

ALIKE = {
    "ERR": ("BREAKING",),
    "WARN": ("RISKY",),
    "INFO": ("ADDITIVE", "COSMETIC", ""),
    "none": ("ADDITIVE", "COSMETIC", ""),
}
README = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
COMPARED = [one for one in pairs() if not one.apart]


@pytest.mark.parametrize("pair", COMPARED, ids=lambda pair: f"{pair.test}-{pair.rule or pair.at}")
def test_a_pair_of_theirs_gets_their_verdict_or_is_listed_as_another(pair: Pair) -> None:
    result = compare_all(*pair.contracts())
    agrees = result.verdict in ALIKE[pair.level]
    assert agrees == (not pair.differs), (result.verdict, result.changes)


def test_each_pair_stands_once_and_has_all_that_it_needs() -> None:
    listed = pairs()
    assert all(one.test.startswith("Test") and one.level in ALIKE for one in listed)
    assert all(not (one.apart and (one.at or one.differs)) for one in listed)
    assert all(one.contracts()[0] or one.contracts()[1] for one in COMPARED)
    seen = Counter((one.test, one.rule, repr(one.old), repr(one.new)) for one in listed)
    assert seen.most_common(1)[0][1] == 1


def test_the_readme_counts_the_pairs_and_explains_each_reason() -> None:
    said = re.search(r"(\d+) pairs looked at: (\d+) compared, of which (\d+) agree and (\d+) differ; (\d+) not", README)
    assert said is not None
    differing = Counter(one.differs for one in COMPARED if one.differs)
    apart = Counter(one.apart for one in pairs() if one.apart)
    counts = len(pairs()), len(COMPARED), len(COMPARED) - differing.total(), differing.total(), apart.total()
    assert tuple(int(one) for one in said.groups()) == counts
    for heading, reasons in (("## Where their pairs differ", differing), ("## What a contract does not hold", apart)):
        section = README.partition(heading)[2].partition("\n## ")[0]
        explained = {name: int(count) for name, count in re.findall(r"^\* `([a-z-]+)` \((\d+)\):", section, re.MULTILINE)}
        assert explained == dict(reasons), heading
