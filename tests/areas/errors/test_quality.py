"""How good the groups are: pairwise precision and recall on true groups that no rule was tuned on (see the set's README)."""

from collections import Counter

import pytest

from tests.areas.errors.labelled import Score, is_held_back, labelled_errors, measure


def test_the_set_is_large_enough() -> None:
    errors = labelled_errors()
    held = {error.label for error in errors if is_held_back(error.label)}
    labels = Counter(error.label for error in errors)
    assert len(errors) >= 300
    assert len(labels) >= 60
    assert min(labels.values()) >= 4
    assert len(held) >= 60


@pytest.mark.parametrize("held_back", [True, False], ids=["held back", "tuned on"])
def test_errors_are_together_where_one_fix_would_end_them(held_back: bool) -> None:
    errors = [error for error in labelled_errors() if is_held_back(error.label) is held_back]
    score = measure(errors)
    print(f"{len(errors)} errors: precision {score.precision:.4f}, recall {score.recall:.4f}")
    assert score.precision >= 0.97, _worst(score)
    assert score.recall >= 0.95, _worst(score)


def _worst(score: Score) -> str:
    worst = "\n".join(f"{pairs:>5} pairs {kind}: {what}" for pairs, kind, what in score.offenders[:10])
    return f"precision {score.precision:.4f}, recall {score.recall:.4f}\n{worst}"
