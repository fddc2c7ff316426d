"""The manifest: what a bundle holds, from where, and the hashes of all of it."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec

from console.areas.incidents.core.bundle.members import EVENTS, MANIFEST, bad_name, table_member, table_of
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.core.bundle.selection import Selection

SCHEMA = 1
FORMAT = "vivim-incident"
MAX_BYTES = 8 * 1024 * 1024
"""Of the manifest itself: a thousand members and a few thousand masked paths."""

Sha = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
Ms = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]
Words = Annotated[str, msgspec.Meta(max_length=100_000)]
Name = Annotated[str, msgspec.Meta(max_length=200)]


class Member(msgspec.Struct, frozen=True):
    """A member's hashes: `sha256` of its content of so many bytes, `packed` of what stands in the file for it."""

    sha256: Sha
    packed: Sha
    bytes: Count
    rows: Count = 0


class Source(msgspec.Struct, frozen=True):
    """A source, and what is known to be missing of it in the bundle's range: gaps, events in them, unknown intervals."""

    name: Words
    transport: Name = ""
    gaps: Count = 0
    missing: Count = 0
    unknown: Count = 0


class Counts(msgspec.Struct, frozen=True):
    """How much there is. `markers` are the timeline's rows that are no events; they stand in the events' members too."""

    events: Count = 0
    markers: Count = 0
    quarantined: Count = 0
    tables: dict[Name, Count] = {}


class MaskedPath(msgspec.Struct, frozen=True):
    """How often a rule masked something at a path."""

    rule: Name
    path: Words
    times: Count


class Masked(msgspec.Struct, frozen=True):
    """What redaction did: how often by rule, and the paths where it did so most."""

    total: Count = 0
    rules: dict[Name, Count] = {}
    paths: tuple[MaskedPath, ...] = ()


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`tables` names the columns of each, in the order of its rows' values; `members` all members but the manifest, `titles`
    those that notes and pictures have."""

    format: str
    schema: int
    console: Name
    made_ms: Ms
    title: Words = ""
    from_ms: Ms
    to_ms: Ms
    selection: Selection
    counts: Counts
    sources: tuple[Source, ...] = ()
    redaction: Masked
    tables: dict[Name, tuple[Name, ...]]
    members: dict[Name, Member]
    titles: dict[Name, Words] = {}


_Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: Mapping[int, _Migration] = {}
"""By schema, what makes of a manifest one of the next schema."""


def write_manifest(manifest: Manifest) -> bytes:
    """Return the manifest as indented JSON: people look into bundles."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def read_manifest(raw: bytes) -> Manifest:
    """Read a manifest of this or an older schema. Raises BundleRefused, for a newer one with advice."""
    try:
        data = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise BundleRefused(MANIFEST, f"it is no JSON ({error})") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT or type(data.get("schema")) is not int:
        raise BundleRefused(MANIFEST, "it is not that of an incident bundle")
    schema: int = data["schema"]
    if schema > SCHEMA:
        made_by = str(data.get("console", "?"))[:40]
        raise BundleRefused(
            MANIFEST,
            f"the bundle has schema {schema}, made by console {made_by}; this console knows those up to {SCHEMA}: update it",
        )
    while schema < SCHEMA:
        if schema not in MIGRATIONS:
            raise BundleRefused(MANIFEST, f"there never was a schema {schema}")
        data, schema = MIGRATIONS[schema](data), schema + 1
    try:
        manifest = msgspec.convert(data, Manifest)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BundleRefused(MANIFEST, str(error)) from error
    _check(manifest)
    return manifest


def _check(manifest: Manifest) -> None:
    """The manifest must agree with itself."""
    if manifest.schema < 1:
        raise BundleRefused(MANIFEST, f"there never was a schema {manifest.schema}")
    if manifest.from_ms > manifest.to_ms:
        raise BundleRefused(MANIFEST, f"its range ends before it begins: {manifest.from_ms} to {manifest.to_ms}")
    for name in manifest.members:
        if problem := bad_name(name):
            raise BundleRefused(name[:200], problem)
        table = table_of(name)
        if table is not None and table not in manifest.tables:
            raise BundleRefused(name, "the manifest does not say which columns it has")
    if MANIFEST in manifest.members:
        raise BundleRefused(MANIFEST, "it cannot hold its own hash")
    for name in (EVENTS, *map(table_member, manifest.tables)):
        if name not in manifest.members:
            raise BundleRefused(name, "it is missing")
    for table, columns in manifest.tables.items():
        if len(set(columns)) != len(columns):
            raise BundleRefused(table_member(table), "it names a column twice")


def missing_and_extra(manifest: Manifest, present: set[str]) -> tuple[list[str], list[str]]:
    """Return the members that the manifest names and the file has not, and those that only the file has."""
    named = {MANIFEST, *manifest.members}
    return sorted(named - present), sorted(present - named)
