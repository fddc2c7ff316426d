"""Violations in words: what is broken, where, how often, and where service and console disagree."""

from console.areas.contracts.store.answers import Occurrence, ViolationRow
from console.areas.contracts.view.endpoint_words import endpoint_name
from console.qt.palettes import Theme
from console.qt.text import clip, visible
from console.qt.words import ago_words, counted

STATES = ("open", "past", "closed")
STATE_GLYPHS = {"open": "●", "past": "◌", "closed": "■"}
KIND_WORDS = {
    "param_mismatch": "request breaks the contract",
    "response_schema_error": "answer breaks the contract",
    "timeout": "slower than the time-out",
    "unavailable": "not available",
}
_SIDES = {"param_mismatch": "request", "response_schema_error": "answer"}
_BY = {"console": "found by the console", "service": "told by the service", "both": "found by both"}
_WORDS_CHARS = 400


def kind_words(kind: str) -> str:
    """Return what a kind of violation means; an unknown one is shown as it is."""
    return KIND_WORDS.get(kind, visible(kind).replace("_", " "))


def state_words(state: str) -> str:
    return f"{STATE_GLYPHS.get(state, '?')} {visible(state)}"


def state_color(state: str, theme: Theme) -> str:
    """Return the colour of a state; glyph and word say the same."""
    return theme.error if state == "open" else theme.muted


def rule_words(row: ViolationRow) -> str:
    """Return the rule that is broken, in the newest form: "type: expected number, was “0.83”"."""
    expected = f"expected {row.expected}" if row.expected else ""
    actual = f"was {row.actual}" if row.actual else ""
    told = ", ".join(part for part in (expected, actual) if part) or row.message
    return clip(visible(f"{row.keyword}: {told}" if row.keyword else told), _WORDS_CHARS)


def message_words(row: ViolationRow) -> str:
    """Return the message of a violation where it says more than its rule does, else ""."""
    said = rule_words(row)
    repeats = row.message in said or (bool(row.expected and row.actual) and row.expected in row.message
                                      and row.actual in row.message)  # fmt: skip
    return "" if repeats else visible(row.message, lines=True)


def by_words(row: ViolationRow) -> str:
    return _BY.get(row.by, visible(row.by))


def facts_words(row: ViolationRow, now_ms: int) -> str:
    """Return how often, since when, by whom it is known, and by which version of the contract."""
    times = f"{counted(row.count, 'time')}, first {ago_words(row.first_ms, now_ms)}, last {ago_words(row.last_ms, now_ms)}"
    version = f"version {visible(row.version)}" if row.version else ""
    return " · ".join(part for part in (times, by_words(row), version, state_words(row.state)) if part)


def matches(row: ViolationRow, words: str) -> bool:
    """Tell whether each word stands somewhere in a violation."""
    text = " ".join((row.service, row.method, row.endpoint, row.version, kind_words(row.kind), row.kind, row.path,
                     row.keyword, row.expected, row.actual, row.message, row.by, row.disagreement)).lower()  # fmt: skip
    return all(word in text for word in words.lower().split())


def what_words(row: ViolationRow) -> str:
    """Return what is broken and where: "answer breaks the contract: hits[].quality"."""
    return kind_words(row.kind) + ("" if row.path == "$" else f": {visible(row.path)}")


def list_words(row: ViolationRow) -> str:
    """Return it for a list, where all that stands there is broken: "answer: hits[].quality"."""
    side = _SIDES.get(row.kind, "")
    return f"{side}: {visible(row.path)}" if side and row.path != "$" else kind_words(row.kind)


def title_words(row: ViolationRow) -> str:
    """Return it with the endpoint that it is about."""
    return f"{visible(row.service)} {endpoint_name(row.method, row.endpoint)}: {what_words(row)}"


def occurrence_words(row: Occurrence) -> str:
    """Return what came that time; the rule that it broke stands above the list."""
    return row.actual or row.message
