"""Filters made from an event: only this, not this; each extends the text of the filter that stands."""

from dataclasses import dataclass

from console.store.filter import EntityRef, Field, Node, Not, Pattern, format_filter
from console.store.rows import Row

_CUT = 28


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the menu: what it says, and the filter's text afterwards."""

    title: str
    text: str


def extend_filter(text: str, term: Node) -> str:
    """Return a filter that wants both what `text` says and `term`; the text stays as it was typed.

    >>> extend_filter("level:error OR boom", Field("service", ":", (Pattern("pwa"),)))
    '(level:error OR boom) service:pwa'
    """
    added = format_filter(term)
    before = text.strip()
    if not before:
        return added
    if added in before.split():
        return before
    # Parentheses are never wrong; they are left out where no OR can be in the way.
    return f"({before}) {added}" if " OR " in before else f"{before} {added}"


def filter_choices(row: Row, text: str) -> list[Choice]:
    """Return what an event offers: its correlation and entity alone, then each of its values with or without."""
    choices: list[Choice] = []
    if row.correlation_id:
        choices.append(Choice("Only this correlation", extend_filter(text, _is("correlation", row.correlation_id))))
    if row.entity_id or row.entity_type:
        entity = Field("entity", ":", (EntityRef(row.entity_type, row.entity_id or "", not row.entity_id),))
        choices.append(Choice("Only this entity", extend_filter(text, entity)))
    if row.fingerprint:
        choices.append(Choice("Only this fingerprint", extend_filter(text, _is("fingerprint", row.fingerprint))))
    named = (
        ("service", row.service),
        ("category", row.category),
        ("type", row.event_type),
        ("source", row.source),
        ("severity", row.severity),
    )
    for field, value in named:
        if value:
            shown = value if len(value) <= _CUT else f"{value[:_CUT]}…"
            term = Field(field, ":", (value,)) if field == "severity" else _is(field, value)
            choices.append(Choice(f"Only {field} {shown}", extend_filter(text, term)))
            choices.append(Choice(f"Exclude {field} {shown}", extend_filter(text, Not(term))))
    return choices


def _is(field: str, value: str) -> Field:
    return Field(field, ":", (Pattern(value),))
