"""What the processes of an export are asked, and what they answer."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from console.areas.incidents.core.redaction import Hit, Masked, Profile, Report
from console.store.bundling import Kind, Row


class Settings(NamedTuple):
    """What redaction goes by; `again`: the store was made of a bundle, so it holds masks and pseudonyms already."""

    profile: Profile
    key: bytes
    again: bool


class TablePlan(NamedTuple):
    """How the columns of a table are treated: (position, kind, place, whether different values must stay different)."""

    table: str
    columns: tuple[tuple[int, Kind, str, bool], ...]


class EventBatch(NamedTuple):
    """Rows of events, each with its text as the last value."""

    plan: TablePlan
    rows: Sequence[Row]


class RowBatch(NamedTuple):
    """Rows of a table."""

    plan: TablePlan
    rows: Sequence[Row]


class TextBatch(NamedTuple):
    """Single (place, text) to redact, or to sweep when `Learn` has come; the texts are answered."""

    texts: Sequence[tuple[str, str]]


class Packed(NamedTuple):
    """(member, packed lines, rows) of each member that a batch adds to."""

    pieces: tuple[tuple[str, bytes, int], ...]


class Ask(NamedTuple):
    """Answered with all that was masked here so far."""


class Told(NamedTuple):
    """What was masked in one process."""

    report: Report
    masked: Masked


class Learn(NamedTuple):
    """What was masked anywhere; `SweepPiece` may follow."""

    masked: Masked


Form = Literal["events", "rows", "text", "bytes"]
"""How a member is built: lines of events' texts, lines of rows, one text, bytes that are not changed."""


class SweepPiece(NamedTuple):
    """Look through a packed piece of a member; rows are swept by their `plan`."""

    member: str
    form: Form
    packed: bytes
    rows: int = 0
    plan: TablePlan | None = None


class Swept(NamedTuple):
    """The piece's content, packed again where it changed; `hits` name lines from the piece's start."""

    content: bytes
    packed: bytes
    rows: int
    hits: tuple[Hit, ...]


Task = EventBatch | RowBatch | TextBatch | Ask | Learn | SweepPiece
