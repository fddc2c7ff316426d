"""The labelled streams: what was changed is found soon, and streams in which nothing changed break nothing."""

import pytest

from console.areas.contracts.core.drift.chance import OBSERVED
from console.areas.contracts.core.drift.finding import BREAKING, RISKY
from tests.areas.contracts.core.drift.quality import findings_of_clean, outcome_of, summary
from tests.areas.contracts.core.drift.streams import load

LEAST_RECALL = 0.95
TUNED, HELD = "", "-held"


@pytest.mark.parametrize("part", [TUNED, HELD])
def test_changes_are_found_and_clean_streams_break_nothing(part: str) -> None:
    changed, clean = load(f"changed{part}.jsonl"), load(f"clean{part}.jsonl")
    outcomes = [outcome_of(spec) for spec in changed]
    found_in_clean = {spec["name"]: findings_of_clean(spec) for spec in clean}
    print(f"\n{'held back' if part else 'tuned'}: {summary(outcomes, found_in_clean)}")
    missed = [one.name for one in outcomes if one.after is None]
    assert 1 - len(missed) / len(outcomes) >= LEAST_RECALL, missed
    assert [one.name for one in outcomes if one.after is not None and one.severity != one.expected] == []
    assert [one for one in outcomes if any(finding.severity == BREAKING for finding in one.early)] == []
    worse = [(name, one) for name, some in found_in_clean.items() for one in some if one.severity in (BREAKING, RISKY)]
    assert worse == []


def test_the_set_is_as_large_as_it_says() -> None:
    changed, clean = load("changed.jsonl") + load("changed-held.jsonl"), load("clean.jsonl") + load("clean-held.jsonl")
    assert len(changed) >= 60
    assert len(clean) >= 20
    assert len(load("changed-held.jsonl")) >= 20
    assert len({spec["name"] for spec in changed + clean}) == len(changed) + len(clean)


def test_every_finding_says_why_how_sure_and_on_how_many() -> None:
    for spec in load("changed.jsonl")[::6]:
        for finding in outcome_of(spec).also:
            assert finding.rule
            assert finding.n > 0
            assert finding.chance == OBSERVED or "chance of" in finding.chance
