"""What may leave a store in an incident bundle: rows that a table allows by name, never a copy of the file.

Each area's `store` module may export `BUNDLED: tuple[BundleTable, ...]`. A bundle holds these rows only, and an import
puts them into the same columns of a new store. While rows are read, two temporary tables say what is wanted:

* `temp.bundle_event (id INTEGER PRIMARY KEY)`: the ids of the chosen events, markers (gaps, quarantine) among them;
* `temp.bundle_range (from_ms, to_ms)`: one row, the time that the bundle covers, both ends included.
"""

import base64
import binascii
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

Kind = Literal["plain", "text", "json", "blob"]
"""plain: numbers, enumerated words, ids that the console made: left as they are. text: whatever a service or a person
wrote. json: JSON text. blob: bytes that redaction looks through and drops where they hold a hit."""

Value = None | int | float | str | bytes
Row = tuple[Value, ...]

LARGEST = 1.7976931348623157e308
_AFFINITIES: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "REAL": (float, int), "TEXT": (str,), "BLOB": (bytes,)}


class BundleTable(NamedTuple):
    """The columns of a table that may leave the store, and which of its rows.

    `rows` is a SELECT of these columns, in this order and in a stable order of rows. `fix(row)` may change a row before it
    is redacted. A column that is NOT NULL and has no default must be among them.

    `quoting` names columns that quote a value of somewhere else (what a violation found): `rows` then has one column more
    at its end, the path at which that value stood, or NULL. It is not exported: redaction masks what its names say.
    """

    name: str
    columns: Mapping[str, Kind]
    rows: str
    fix: Callable[[Row], Row] | None = None
    quoting: frozenset[str] = frozenset()


class BadRow(ValueError):
    """A row of a bundle cannot be one of its table; the text says why."""


class Column(NamedTuple):
    """A column as the new store declares it."""

    name: str
    affinity: str
    is_needed: bool


def encode_row(row: Row) -> bytes:
    """Return a row as one JSON array without line breaks; bytes become `{"b64": …}`, infinities the largest numbers."""
    return msgspec.json.encode(row if _bare(row) else [_encoded(value) for value in row])


def _bare(row: Row) -> bool:
    """Tell whether every value stands in JSON as it is: no bytes, no infinity."""
    for value in row:
        kind = type(value)
        if kind is bytes or (kind is float and (value == math.inf or value == -math.inf)):
            return False
    return True


def _encoded(value: Value) -> Any:
    if isinstance(value, bytes):
        return {"b64": base64.b64encode(value).decode()}
    return math.copysign(LARGEST, value) if isinstance(value, float) and math.isinf(value) else value


def decode_values(line: bytes) -> list[Any]:
    """Return the values of a line; bytes are decoded. Raises BadRow."""
    try:
        values = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise BadRow(f"no JSON ({error})") from error
    if type(values) is not list:
        raise BadRow("not a list")
    if b"{" in line:
        values = [_decode_blob(value) if type(value) is dict else value for value in values]
    return values


def decode_row(line: bytes, columns: Sequence[Column]) -> Row:
    """Return the row that a line holds, checked against what its table declares. Raises BadRow."""
    values = decode_values(line)
    if len(values) != len(columns):
        raise BadRow(f"{len(values)} values, {len(columns)} columns")
    for value, column in zip(values, columns, strict=True):
        if value is None:
            if column.is_needed:
                raise BadRow(f"{column.name} is missing")
        elif type(value) not in _AFFINITIES[column.affinity]:
            raise BadRow(f"{column.name} is no {column.affinity}")
        elif type(value) is int and not -(2**63) <= value < 2**63:
            raise BadRow(f"{column.name} does not fit 64 bits")
    return tuple(values)


def _decode_blob(value: dict[str, Any]) -> bytes:
    text = value.get("b64")
    if len(value) != 1 or not isinstance(text, str):
        raise BadRow("an object stands in it that is no bytes")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRow("bytes in it are no base64") from error
