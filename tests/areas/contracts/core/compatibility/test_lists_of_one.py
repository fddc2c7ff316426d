"""A parameter that may come several times now: what callers send once is read as a list of one, as the checker reads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.compatibility import Change, compare
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.params import params_schema, read_params
from console.reporter.contracts.schema import SchemaChecker

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


def asking(rule: dict[str, Any], place: str = "query") -> Contract:
    return Contract("circles", "/circles", "1.0.0", "GET", params=({"name": "q", "in": place, **rule},))


def listing(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


def told(old: dict[str, Any], new: dict[str, Any], place: str = "query") -> set[tuple[str, str]]:
    changes: tuple[Change, ...] = compare(asking(old, place), asking(new, place))
    return {(one.kind, one.verdict) for one in changes}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TEXT, listing(TEXT)),
        (WHOLE, listing(TEXT)),  # in an address all values are texts
        ({"type": ["string", "integer"]}, listing(TEXT)),
        ({"type": ["string", "null"]}, {"type": ["array", "null"], "items": {"type": ["string", "null"]}}),
        ({"enum": ["a"]}, listing({"enum": ["a", "b"]}, minItems=1)),
    ],
)
def test_one_value_may_become_several(old: Any, new: Any) -> None:
    assert told(old, new) == {("type-widened", "ADDITIVE")}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (TEXT, listing(WHOLE), "type-changed"),
        (TEXT, listing({**TEXT, "pattern": "^[a-z]+$"}), "pattern-added"),
        (TEXT, listing(TEXT, minItems=2), "min-items-raised"),
        (TEXT, listing(TEXT, maxItems=0), "max-items-lowered"),
    ],
)
def test_what_the_list_refuses_is_told(old: Any, new: Any, kind: str) -> None:
    assert told(old, new) == {(kind, "BREAKING")}


def test_a_list_that_becomes_one_value_and_a_list_in_a_body_are_other_types() -> None:
    assert told(listing(TEXT), TEXT) == {("type-changed", "BREAKING")}
    assert told(TEXT, listing(TEXT), "body") == {("type-changed", "BREAKING")}


SCALARS = st.sampled_from(
    (
        TEXT,
        WHOLE,
        {"type": "number", "minimum": 2},
        {"type": "boolean"},
        {**TEXT, "maxLength": 2},
        {**TEXT, "enum": ["ab", "7"]},
    )
)
LISTS = st.builds(
    lambda items, least, most: listing(items, minItems=least, maxItems=most), SCALARS, st.integers(0, 2), st.integers(0, 3)
)
SENT = st.sampled_from(("", "a", "ab", "abc", "7", "-1", "2.5", "true", "null"))


@given(SCALARS, LISTS, SENT)
def test_what_is_called_safe_the_checker_takes(old: dict[str, Any], new: dict[str, Any], text: str) -> None:
    def takes(contract: Contract) -> bool:
        return SchemaChecker(params_schema(contract.params)).holds(read_params({"q": text}, contract.params))

    if takes(asking(old)) and not {verdict for _, verdict in told(old, new)} & {"BREAKING", "RISKY"}:
        assert takes(asking(new))
