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
    """How the columns of a table are treated: (position, kind, place, whether different values must stay different).

    `quoting`: positions of those that quote a value, whose path is then the last value of a row before it is redacted.
    """

    table: str
    columns: tuple[tuple[int, Kind, str, bool], ...]
    quoting: frozenset[int] = frozenset()


class EventBatch(NamedTuple):
    """Rows of events, each with its text as the last value."""

    plan: TablePlan
    rows: Sequence[Row]


class RowBatch(NamedTuple):
    """Rows of a table."""

    plan: TablePlan
    rows: Sequence[Row]


class TextBatch(NamedTuple):
    """Single (place, text) to redact, or to sweep and look through when `Learn` has come; answered with `Texts`."""

    texts: Sequence[tuple[str, str]]


class Texts(NamedTuple):
    """The texts of a batch; `hits` name what was looked for and still stands in them, by place."""

    texts: list[str]
    hits: tuple[Hit, ...] = ()


class Packed(NamedTuple):
    """(member, packed lines, rows) of each member that a batch adds to; what was masked since the last answer."""

    pieces: tuple[tuple[str, bytes, int], ...]
    masked: Masked


class Ask(NamedTuple):
    """Answered with what was masked here since the last answer, and the report so far."""


class Told(NamedTuple):
    """What was masked in one process."""

    report: Report
    masked: Masked


class Learn(NamedTuple):
    """What was masked anywhere, or a part of it that takes the place of the one before; `SweepPiece` may follow."""

    masked: Masked


Form = Literal["events", "rows", "text", "bytes"]
"""How a member is built: lines of events' texts, lines of rows, one text, bytes that are not changed."""


class SweepPiece(NamedTuple):
    """Sweep a packed piece of a member and look through it; rows are swept by their `plan`.

    `is_last`: nothing changes it any more, so the rules' patterns are looked for as well and its content is answered.
    """

    member: str
    form: Form
    packed: bytes
    rows: int = 0
    plan: TablePlan | None = None
    is_last: bool = True


class Swept(NamedTuple):
    """The piece's content, packed again where it changed; `hits` name lines from its start.

    Before the last look there is no content, and nothing packed where nothing changed.
    """

    content: bytes
    packed: bytes
    rows: int
    hits: tuple[Hit, ...]


Task = EventBatch | RowBatch | TextBatch | Ask | Learn | SweepPiece
