from collections import Counter

import pytest

from console.model.taxonomy import CATEGORIES, EVENT_TYPES, LAYERS, LEVELS, OTHER_LAYER, SEVERITIES, layer_of, severity_rank
from console.store.filter import LEVELS as FILTER_LEVELS
from console.store.filter import SEVERITIES as FILTER_SEVERITIES


def test_the_taxonomy_is_whole() -> None:
    assert len(CATEGORIES) == 23
    assert len(LAYERS) == 6
    assert Counter(category.layer for category in CATEGORIES.values()).keys() == LAYERS.keys()
    assert all(name == category.name and category.title for name, category in CATEGORIES.items())
    assert set(EVENT_TYPES) == {"error", "warning", "info", "sync_update", "contract_check", "performance"}
    assert set(SEVERITIES) == {"critical", "high", "medium", "low", "info", "fatal"}


def test_the_filter_language_knows_the_same_levels_and_severities() -> None:
    assert FILTER_LEVELS == LEVELS
    assert FILTER_SEVERITIES == SEVERITIES


@pytest.mark.parametrize(("category", "layer"), [("SYNC_CONFLICT", "sync"), ("RATE_LIMIT_EXCEEDED", "service"),
                                                 ("api", OTHER_LAYER), ("", OTHER_LAYER)])  # fmt: skip
def test_what_is_outside_belongs_to_other(category: str, layer: str) -> None:
    assert layer_of(category) == layer


def test_severities_rise() -> None:
    ranks = [severity_rank(name) for name in ("info", "low", "medium", "high", "critical", "fatal")]
    assert ranks == [0, 1, 2, 3, 4, 5]
    assert severity_rank("odd") == 0
