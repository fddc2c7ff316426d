"""Decode Yjs v1 updates and state vectors. Every byte must be understood, else `UpdateError` says where it was not.

Source of the format: Yjs's `encoding.js`, `UpdateDecoder.js`, `DeleteSet.js` and the `write` methods of its structs.
"""

from console.areas.sync.core.crdt.ranges import Ranges
from console.areas.sync.core.crdt.reading import (
    MAX_INTEGER,
    UNDEFINED,
    Reader,
    UpdateError,
    UpdateV2Refused,
    parse_json,
)
from console.areas.sync.core.crdt.update import (
    TYPES,
    Content,
    Deleted,
    Embed,
    Format,
    Gc,
    Id,
    Item,
    SharedType,
    Skip,
    StateVector,
    Struct,
    Subdocument,
    Text,
    Update,
    Values,
    utf16_length,
)

_V2_PARTS = 9
_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_KEY, _KIND = 0x80, 0x40, 0x20, 0x1F


def decode_update(data: bytes) -> Update:
    """Decode a v1 update. Raises `UpdateError`, as `UpdateV2Refused` where the bytes are a V2 update."""
    reader = Reader(data)
    try:
        structs = _read_structs(reader)
        deletes = _read_deletes(reader)
        _expect_end(reader)
    except UpdateError:
        if _is_v2(data):
            raise UpdateV2Refused(0, "a v1 update", "a V2 update") from None
        raise
    return Update(structs, deletes)


def decode_state_vector(data: bytes) -> StateVector:
    """Decode a state vector into client → clock. Raises `UpdateError`."""
    reader = Reader(data)
    vector: StateVector = {}
    for _ in range(reader.count("the number of clients", 2)):
        client = _read_client(reader, vector)
        vector[client] = reader.uint("a clock")
    _expect_end(reader)
    return vector


def _expect_end(reader: Reader) -> None:
    if reader.left:
        raise UpdateError(reader.pos, "the end", f"{reader.left} more bytes")


def _read_client(reader: Reader, known: dict[int, object] | StateVector) -> int:
    start = reader.pos
    client = reader.uint("a client id")
    if client in known:
        raise UpdateError(start, "another client id", f"{client} again")
    return client


def _read_structs(reader: Reader) -> dict[int, tuple[Struct, ...]]:
    found: dict[int, tuple[Struct, ...]] = {}
    for _ in range(reader.count("the number of clients", 3)):
        number = reader.count("the number of structs", 2)
        client = _read_client(reader, found)  # type: ignore[arg-type]
        clock = reader.uint("a clock")
        structs: list[Struct] = []
        for _ in range(number):
            start = reader.pos
            one = _read_struct(reader, client, clock)
            clock += one.length
            if clock > MAX_INTEGER:
                raise UpdateError(start, "a clock of at most 53 bits", str(clock))
            structs.append(one)
        found[client] = tuple(structs)
    return found


def _read_struct(reader: Reader, client: int, clock: int) -> Struct:
    start = reader.pos
    info = reader.byte("a struct")
    kind = info & _KIND
    if kind == 0 or kind == 10:
        if info != kind:
            raise UpdateError(start, "a collected or skipped range without flags", f"flags {info:#04x}")
        length = reader.positive("the length of a range")
        return Gc(Id(client, clock), length) if kind == 0 else Skip(Id(client, clock), length)
    origin = Id(reader.uint("an origin's client"), reader.uint("an origin's clock")) if info & _HAS_ORIGIN else None
    right = Id(reader.uint("an origin's client"), reader.uint("an origin's clock")) if info & _HAS_RIGHT_ORIGIN else None
    parent: str | Id | None = None
    key = None
    if origin is None and right is None:
        parent = _read_parent(reader)
        if info & _HAS_KEY:
            key = reader.text("a map key")
    length, content = _read_content(reader, kind, start)
    return Item(Id(client, clock), length, origin, right, parent, key, content)


def _read_parent(reader: Reader) -> str | Id:
    start = reader.pos
    told = reader.uint("whether the parent is a root")
    if told > 1:
        raise UpdateError(start, "0 or 1 for the kind of parent", str(told))
    return (
        reader.text("the name of a root") if told else Id(reader.uint("a parent's client"), reader.uint("a parent's clock"))
    )


def _read_content(reader: Reader, kind: int, start: int) -> tuple[int, Content]:
    """Return how many operations long an item's content is, and the content."""
    if kind == 4:
        text = reader.text("characters")
        if not text:
            raise UpdateError(start, "characters", "none")
        length = utf16_length(text)
        return length, Text(text, length)
    if kind == 8:
        number = _number_of_values(reader)
        return number, Values(tuple([reader.any_value("a value") for _ in range(number)]))
    if kind == 1:
        length = reader.positive("the length of deleted content")
        return length, Deleted(length)
    if kind == 2:
        number = _number_of_values(reader)
        return number, Values(tuple([_read_old_value(reader) for _ in range(number)]))
    if kind == 3:
        return 1, Values((reader.blob("binary content"),))
    if kind == 5:
        return 1, Embed(reader.json_value("an embedded value"))
    if kind == 6:
        return 1, Format(reader.text("the name of a format"), reader.json_value("the value of a format"))
    if kind == 7:
        return 1, _read_type(reader)
    if kind == 9:
        return 1, Subdocument(reader.text("the id of a document"), reader.any_value("the options of a document"))
    raise UpdateError(start, "content of a kind from 1 to 9", f"kind {kind}")


def _number_of_values(reader: Reader) -> int:
    start = reader.pos
    number = reader.count("the number of values", 1)
    if number == 0:
        raise UpdateError(start, "the number of values", "0")
    return number


def _read_old_value(reader: Reader) -> object:
    start = reader.pos
    text = reader.text("a value")
    return UNDEFINED if text == "undefined" else parse_json(text, start, "a value")


def _read_type(reader: Reader) -> SharedType:
    start = reader.pos
    number = reader.uint("a shared type")
    if number >= len(TYPES):
        raise UpdateError(start, f"a shared type from 0 to {len(TYPES) - 1}", str(number))
    kind = TYPES[number]
    return SharedType(kind, reader.text("an element's name") if kind in ("element", "hook") else None)


def _read_deletes(reader: Reader) -> Ranges:
    deletes = Ranges()
    known: dict[int, object] = {}
    for _ in range(reader.count("the number of clients with deletes", 2)):
        client = _read_client(reader, known)
        known[client] = None
        for _ in range(reader.count("the number of deletes", 2)):
            start = reader.pos
            clock = reader.uint("a deleted clock")
            end = clock + reader.positive("the length of a delete")
            if end > MAX_INTEGER:
                raise UpdateError(start, "a clock of at most 53 bits", str(end))
            deletes.add(client, clock, end)
    return deletes


def _is_v2(data: bytes) -> bool:
    """Tell whether bytes that are no v1 update are framed as V2: a zero, nine columns, then structs and deletes."""
    reader = Reader(data)
    try:
        if reader.uint("the feature flag") != 0:
            return False
        for _ in range(_V2_PARTS):
            reader.blob("a column")
        reader.uint("the number of clients")
        return reader.left > 0
    except UpdateError:
        return False
