"""What a person asks `export` for, read into what the store is asked for."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.store.exporting_choice import has_table
from console.areas.incidents.store.reading import SessionRow, load_session
from console.store.filter import Field, FilterError, parse_filter, resolve_moment

LARGEST_NOTE = 1 << 20


class BadAsk(Exception):
    """The arguments cannot be meant so; the text says which and why."""


class Wanted(NamedTuple):
    """Which events, as it was typed."""

    text: str
    since: str
    until: str
    correlations: tuple[str, ...]
    groups: tuple[int, ...]
    conflicts: tuple[int, ...]
    session: int | None
    around_s: float


class Target(NamedTuple):
    """What to write: `form` is bundle, har, jsonl or none (a dry run)."""

    out: Path | None
    form: str
    html: bool
    title: str
    notes: tuple[Path, ...]
    profile: Path | None
    replace: bool

    @property
    def page(self) -> Path | None:
        """The report beside the bundle, None without one."""
        return self.out.with_suffix(".html") if self.html and self.out is not None else None


def selection_of(wanted: Wanted, connection: sqlite3.Connection, now_ms: int) -> Selection:
    """Return the selection. Raises BadAsk, FilterError, and LookupError for a session that is not there."""
    parse_filter(wanted.text)
    since_ms, until_ms = _moment("since", wanted.since, now_ms), _moment("until", wanted.until, now_ms)
    ids: tuple[int, ...] = ()
    if wanted.session is not None:
        session = _load_session(connection, wanted.session)
        if wanted.correlations or wanted.groups or wanted.conflicts:  # these, as far as they fall into it
            first_ms, last_ms = session.range_ms
            since_ms = first_ms if since_ms is None else max(since_ms, first_ms)
            until_ms = last_ms if until_ms is None else min(until_ms, last_ms)
        else:
            ids = tuple(row[0] for row in connection.execute("SELECT id FROM events WHERE id BETWEEN ? AND ?", session.ids))
            if not ids:
                raise LookupError(f"session {session.id} has no events any more")
    if since_ms is not None and until_ms is not None and since_ms > until_ms:
        raise BadAsk("the range ends before it begins; look at --since, --until and --session")
    return Selection(
        since_ms, until_ms, wanted.text.strip(), wanted.correlations, wanted.groups, wanted.conflicts, ids,
        around_ms=round(wanted.around_s * 1_000),
    )  # fmt: skip


def _load_session(connection: sqlite3.Connection, session: int) -> SessionRow:
    if not has_table(connection, "incidents_session"):
        raise LookupError("this store knows no sessions yet; open it with collect or the window once")
    return load_session(connection, session)


def _moment(option: str, text: str, now_ms: int) -> int | None:
    """Read a time as filters do: so long ago, of today, or a date."""
    if not text:
        return None
    try:
        node = parse_filter(f"{option}:{text}")
    except FilterError as error:
        raise BadAsk(f"--{option} {text[:40]!r}: {error.message}") from error
    if not isinstance(node, Field) or node.name != option or isinstance(node.value, (tuple, str, float)):
        raise BadAsk(f"--{option} {text[:40]!r}: give one time, as in 15m, 14:30 or 2026-11-24T14:30")
    return resolve_moment(node.value, now_ms)


def check_target(target: Target) -> None:
    """Raise BadAsk when the files to write cannot be, before any work is done for them."""
    if target.out is not None and target.out == target.page:
        raise BadAsk(f"{target.out}: is the name of the report; give another --out, as in incident.vcb")
    for path in filter(None, (target.out, target.page)):
        if not path.parent.is_dir():
            raise BadAsk(f"{path}: there is no folder {path.parent}")
        if path.is_dir():
            raise BadAsk(f"{path}: is a folder")
        if path.exists() and not target.replace:
            raise BadAsk(f"{path}: is there already; give another --out, or --replace")


def read_notes(paths: tuple[Path, ...]) -> tuple[tuple[str, str], ...]:
    """Return (title, Markdown) of notes; the title is the file's name. Raises BadAsk."""
    notes: dict[str, str] = {}
    for path in paths:
        try:
            if path.stat().st_size > LARGEST_NOTE:
                raise BadAsk(f"{path}: is larger than {LARGEST_NOTE // 2**20} MiB")
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadAsk(f"{path}: is no UTF-8 text (byte {error.start:,})") from error
        except OSError as error:
            raise BadAsk(f"{path}: {error.strerror or error}") from error
        if path.stem in notes:
            raise BadAsk(f"{path}: another note has the same name")
        notes[path.stem] = text
    return tuple(notes.items())
