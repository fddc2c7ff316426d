"""The first half of an export's work: redact rows and texts, and pack them."""

import hashlib
import hmac
from collections.abc import Sequence

from console.areas.incidents.core.bundle.lines import line_of
from console.areas.incidents.core.bundle.members import EVENTS, table_member
from console.areas.incidents.core.redaction import Redactor
from console.areas.incidents.core.redaction.pseudonym import is_pseudonym
from console.areas.incidents.store.archive import pack
from console.areas.incidents.store.exporting_tasks import (
    EventBatch,
    Packed,
    RowBatch,
    Settings,
    TablePlan,
    TextBatch,
    Texts,
    Told,
)
from console.model.dialects import piece_of
from console.model.reader import read_event
from console.store.bundled import EVENTS as EVENTS_TABLE
from console.store.bundling import Kind, Row, Value, encode_row

_COLUMNS = tuple(EVENTS_TABLE.columns)
_RECEIVED = _COLUMNS.index("received")
_MESSAGE = _COLUMNS.index("message")
_READ = tuple(
    _COLUMNS.index(name)
    for name in ("message", "uid", "correlation", "entity_type", "entity_id", "fingerprint", "duration_ms")
)


class Redacting:
    """One redactor, and what it has masked."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.key
        self._redactor = Redactor(settings.profile, settings.key, again=settings.again)

    def told(self) -> Told:
        """Return what was masked here."""
        return Told(self._redactor.report, self._redactor.masked.taken())

    def texts(self, batch: TextBatch) -> Texts:
        """Redact single texts."""
        return Texts([self._redactor.text(text, place) for place, text in batch.texts])

    def rows(self, batch: RowBatch) -> Packed:
        """Redact rows of a table."""
        rows = [encode_row(self._row(row, batch.plan)) for row in batch.rows]
        return Packed((_piece(table_member(batch.plan.table), rows),), self._redactor.masked.taken())

    def events(self, batch: EventBatch) -> Packed:
        """A row's columns were made of its text: where nothing was masked in that, nothing is in these.

        Only a message that was put together of names and values (`key=value`) can say more than they did apart.
        """
        redact = self._redactor.json_text
        lines: list[bytes] = []
        rows: list[bytes] = []
        for row in batch.rows:
            text = row[-1]
            assert isinstance(text, str)
            masked = redact(text, "")
            values = row[:-1]
            if masked is not text and masked != text:
                values = self._row(read_again(values, text, masked), batch.plan)
            elif isinstance(message := row[_MESSAGE], str) and message not in text:
                values = (*row[:_MESSAGE], self._redactor.text(message, "message"), *row[_MESSAGE + 1 : -1])
            rows.append(encode_row(values))
            lines.append(line_of(masked))
        pieces = _piece(EVENTS, lines), _piece(table_member(batch.plan.table), rows)
        return Packed(pieces, self._redactor.masked.taken())

    def _row(self, row: Row, plan: TablePlan) -> Row:
        values = list(row)
        path = values.pop() if plan.quoting else None
        for position, kind, place, distinct in plan.columns:
            value = values[position]
            if value is None or value == "":
                continue
            if position in plan.quoting and isinstance(value, str) and isinstance(path, str):
                masked: Value = self._redactor.quoted(value, path, place)
            else:
                masked = self._value(value, kind, place)
            if masked != value:
                values[position] = apart(self._key, value, masked) if distinct else masked
        return tuple(values)

    def _value(self, value: Value, kind: Kind, place: str) -> Value:
        if isinstance(value, bytes):
            return self._redactor.blob(value, place) or b""
        if not isinstance(value, str):
            return value
        if kind == "json":
            return self._redactor.json_text(value, place)
        return as_text(value, self._redactor.text(value, place))


def apart(key: bytes, value: Value, masked: Value) -> Value:
    """Keep two values apart that a mask would make one where the table takes a value once."""
    if not isinstance(value, str) or not isinstance(masked, str) or masked == value or is_pseudonym(masked):
        return masked
    return f"{masked}~{hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:8]}"


def read_again(values: Row, text: str, masked: str) -> Row:
    """Return an event's row with what was read out of its text read out of the masked one.

    A value may be masked for the path at which it stands, of which its column knows nothing.
    """
    received = values[_RECEIVED]
    assert isinstance(received, int)
    before, after = _read(text, received), _read(masked, received)
    if before is None or after is None:
        return values
    again = list(values)
    for position, was, now in zip(_READ, before, after, strict=True):
        if values[position] == was:  # else it was read by another version of the console: redacted as any other text
            again[position] = now
    return tuple(again)


def _read(text: str, received: int) -> tuple[Value, ...] | None:
    piece = piece_of(text)
    if piece.data is None:
        return None
    event = read_event(piece, received)
    return (
        event.message, event.uid, event.correlation_id, event.entity_type, event.entity_id, event.fingerprint,
        event.duration_ms,
    )  # fmt: skip


def composed_message(text: str) -> str:
    """Return the message that an event's text was given when it has none: names and values of its own put together."""
    piece = piece_of(text)
    message = read_event(piece, 0).message if piece.data is not None else ""
    return "" if message in text else message


def as_text(value: str, masked: str) -> str:
    """A text that is a number and nothing else looks like JSON, where a mask would need its quotes."""
    return masked[1:-1] if value.isdigit() and masked[:1] == '"' == masked[-1:] else masked


def _piece(member: str, lines: Sequence[bytes]) -> tuple[str, bytes, int]:
    return member, pack(b"".join([line + b"\n" for line in lines])), len(lines)
