"""Completion: what is offered at each place of a half-written filter, and what accepting it gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.store.completion import MAX_COMPLETIONS, Completion, complete
from console.store.filter import FIELDS, parse_filter

VALUES = {"service": ["server", "pwa", "my service"], "category": ["SYNC_CONFLICT", "sync", "DATABASE_ERROR"]}


def split(marked: str) -> tuple[str, int]:
    return marked.replace("|", ""), marked.index("|")


def accepted(marked: str) -> list[str]:
    """Return the whole text after accepting each completion; the cursor stands at '|'."""
    text, cursor = split(marked)
    return [text[: c.replace_start] + c.insert + text[c.replace_end :] for c in complete(text, cursor, VALUES)]


CASES = [
    # names
    ("se|", ["severity:", "service:"]),
    ("SEV|", ["severity:"]),
    ("a b sev|", ["a b severity:"]),
    ("(a OR lev|)", ["(a OR level:)"]),
    ("-lev|", ["-level:"]),
    ("-(lev|", ["-(level:"]),
    ("NOT lev|", ["NOT level:"]),
    ("le|v:error", ["level:error"]),
    ("dura|", ["duration>"]),
    ("iz|", []),
    # a field inside the name comes behind those that begin so
    ("la|", ["layer:", "correlation:"]),
    # operators of a whole name
    ("duration|", [f"duration{op}" for op in (">", "<", ">=", "<=", "=", "!=")]),
    ("service|", ["service:", "service=", "service!="]),
    # keywords only in capitals, never behind a minus
    ("a AN|", ["a AND "]),
    ("a an|", []),
    ("a -AN|", []),
    # closed sets
    ("is:|", ["is:gap", "is:degraded", "is:quarantined", "is:pinned", "is:error"]),
    ("-has:|", ["-has:stack", "-has:correlation", "-has:entity", "-has:duration"]),
    ("is:ga|", ["is:gap"]),
    ("level:ERR|", ["level:error"]),
    ("severity>=h|", ["severity>=high"]),
    ("level:error,crit|", ["level:error,critical"]),
    ("has:stack,|", ["has:stack,correlation", "has:stack,entity", "has:stack,duration"]),
    ("level:e|rr x", ["level:error x", "level:debug x"]),
    ("level:e|r,info", ["level:error,info", "level:debug,info"]),
    ("severity>=low,|", []),
    # open sets, the most frequent first
    ("service:|", ["service:server", "service:pwa", 'service:"my service"']),
    ("category:sync|", ["category:SYNC_CONFLICT", "category:sync"]),
    ("category:S|", ["category:SYNC_CONFLICT", "category:sync", "category:DATABASE_ERROR"]),
    ('service:"my s|', ['service:"my service"']),
    ('service:"my s|er" a', ['service:"my service" a']),
    ('service:"my service",p|', ['service:"my service",pwa']),
    ("source:|", []),
    # numbers and times
    ("duration>|", ["duration>100", "duration>500", "duration>1s", "duration>5s", "duration>1m"]),
    ("since:1|", ["since:15m", "since:1h"]),
    # inside a phrase nothing is offered; behind it everything is again
    ('"abc lev|', []),
    ('"abc (" lev|', ['"abc (" level:']),
]


@pytest.mark.parametrize(("marked", "texts"), CASES)
def test_accepting_a_completion_gives(marked: str, texts: list[str]) -> None:
    assert accepted(marked) == texts


def test_an_empty_box_offers_every_field_with_its_meaning() -> None:
    found = complete("", 0, VALUES)
    assert [c.label.rstrip(":>") for c in found] == list(FIELDS)
    assert found[0] == Completion("level:", 0, 0, "level:", "Log level · level:error,critical")


def test_many_values_are_cut_off_and_values_with_blanks_are_quoted() -> None:
    assert len(complete("service:", 8, {"service": [f"s {n}" for n in range(1000)]})) == MAX_COMPLETIONS


@pytest.mark.parametrize("name", [name for name, spec in FIELDS.items() if spec.values])
def test_every_completed_value_of_a_closed_set_can_be_parsed(name: str) -> None:
    for text in accepted(f"{name}:|"):
        assert parse_filter(text)


@given(st.text() | st.text(alphabet='"\\,:-()> slevrvic'), st.integers(-5, 200), st.lists(st.text()))
def test_completions_of_any_text_and_cursor_fit_into_the_text(text: str, cursor: int, known: list[str]) -> None:
    for completion in complete(text, cursor, {"service": known}):
        inside = max(0, min(cursor, len(text)))
        assert 0 <= completion.replace_start <= inside <= completion.replace_end <= len(text)
