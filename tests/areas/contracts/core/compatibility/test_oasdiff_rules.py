"""Our verdicts beside the levels of oasdiff: where they agree, and that each disagreement is a known one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.areas.contracts.core.compatibility import VERDICTS, compare
from tests.areas.contracts.core.compatibility.oasdiff_cases import Case, cases

ALIKE = {"ERR": ("BREAKING",), "WARN": ("RISKY",), "INFO": ("ADDITIVE", "COSMETIC")}
README = Path(__file__).with_name("README.md")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.rule)
def test_the_worst_verdict_of_a_pair_is_as_listed(case: Case) -> None:
    changes = compare(case.old, case.new)
    assert changes, "something changed, and nothing was told"
    verdicts = [one.verdict for one in changes]
    assert next(one for one in VERDICTS if one in verdicts) == case.ours, changes
    assert {one.direction for one in changes} <= {case.direction, ""}
    assert all(one.rule and one.kind for one in changes)


def test_the_readme_says_how_many_agree_and_names_each_rule_that_does_not() -> None:
    text = README.read_text(encoding="utf-8")
    listed = cases()
    differing = [one for one in listed if one.ours not in ALIKE[one.level]]
    said = re.search(r"(\d+) of (\d+) pairs agree", text)
    assert said is not None
    assert (int(said[1]), int(said[2])) == (len(listed) - len(differing), len(listed))
    section = text.partition("## Where we differ from the table of rules")[2]
    assert {one.rule for one in differing} == set(re.findall(r"`((?:request|response)-[a-z-]+)`", section))
