"""Violations as rows, one for all events that break the same contract in the same place by the same keyword."""

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from console.areas.contracts.core.agreement import Joined
from console.areas.contracts.core.alerting import Episode, note
from console.areas.contracts.store.values import brief
from console.store.bulk import insert_rows

KEPT_OCCURRENCES = 500
"""So many of a violation's newest events are remembered."""
MAX_VIOLATIONS = 50_000
MAX_REMEMBERED = 20_000
FEW = 2_000
_KEY = "endpoint_id, version, direction, path, keyword"
_VALUES = """kind, expected, actual, message, count, ours, told_checks, told_reports, first_ms, last_ms, first_event,
  last_event, disagreement, episode, in_episode, seen_n"""
_NAMES = tuple(name.strip() for name in _VALUES.split(","))
_LOAD = f"""SELECT id, {_VALUES} FROM contracts_violation
  WHERE endpoint_id = ? AND version = ? AND direction = ? AND path = ? AND keyword = ?"""
_PUT = f"INSERT INTO contracts_violation (id, {_KEY}, {_VALUES})"
_OR_UPDATE = f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _NAMES)}"


class Fingerprint(NamedTuple):
    """What makes violations equal."""

    endpoint_id: int
    version: str
    direction: str
    path: str
    keyword: str


class Moment(NamedTuple):
    """The event in which a violation was seen."""

    event_id: int
    ts_ms: int
    service: str
    correlation_id: str | None
    is_report: bool


@dataclass(slots=True)
class Tracked:
    """One row; `id` is 0 before it is written."""

    id: int
    kind: str
    expected: str
    actual: str
    message: str
    count: int
    ours: int
    told_checks: int
    told_reports: int
    first_ms: int
    last_ms: int
    first_event: int
    last_event: int
    disagreement: str
    episode: int
    in_episode: int
    seen_n: int

    @property
    def told(self) -> int:
        """Violations that were told: a report beside a check tells the same one a second time."""
        return max(self.told_checks, self.told_reports)

    def take(self, joined: Joined, moment: Moment, observed_n: int) -> "Taken":
        """Count one more event; `observed_n` observations of the direction have been made with it."""
        known = self.told
        if joined.is_told:
            if moment.is_report:
                self.told_reports += 1
            else:
                self.told_checks += 1
        told = self.told - known
        if not joined.is_ours and not told:
            return Taken(False, False, 0)
        violation = joined.violation
        self.count += 1
        self.ours += joined.is_ours
        self.kind, self.disagreement = violation.kind, joined.disagreement
        self.expected, self.actual = brief(violation.expected), brief(violation.actual)
        self.message = brief(violation.message, 2 * len(violation.path) + 400)
        before = Episode(self.episode, self.in_episode, self.seen_n, self.last_ms) if self.episode else None
        after, wants_alert = note(before, observed_n, moment.ts_ms)
        self.episode, self.in_episode, self.seen_n, self.last_ms = after
        self.first_ms, self.last_event = min(self.first_ms, moment.ts_ms), moment.event_id
        return Taken(True, wants_alert, told)


class Taken(NamedTuple):
    """`is_counted` is false for what was told before already; `told` is how many more were told than before."""

    is_counted: bool
    wants_alert: bool
    told: int


class Violations:
    """Rows in memory, as many as were touched. `forget` when what is in memory may not be what is stored."""

    def __init__(self) -> None:
        self._rows: dict[Fingerprint, Tracked] = {}
        self._changed: dict[Fingerprint, Tracked] = {}
        self._occurrences: list[tuple[Tracked, Moment, int, str, str]] = []
        self._number: int | None = None
        self._is_complete = False

    @property
    def is_changed(self) -> bool:
        return bool(self._changed)

    def forget(self) -> None:
        self.__init__()  # type: ignore[misc]

    def of(self, connection: sqlite3.Connection, key: Fingerprint, moment: Moment) -> Tracked | None:
        """Return the row of a fingerprint, a new one where there is none; None when there are too many."""
        if self._number is None:
            self._load(connection)
        found = self._rows.get(key)
        if found is None:
            row = None if self._is_complete else connection.execute(_LOAD, key).fetchone()
            if row is None:
                if (self._number or 0) >= MAX_VIOLATIONS:
                    return None
                self._number = (self._number or 0) + 1
                when = (moment.ts_ms, moment.ts_ms, moment.event_id, moment.event_id)
                row = (0, "", "", "", "", 0, 0, 0, 0, *when, "", 0, 0, 0)
            found = self._rows[key] = Tracked(*row)
        return found

    def take(self, key: Fingerprint, tracked: Tracked, joined: Joined, moment: Moment, observed_n: int) -> Taken:
        """Count one more event of a row."""
        self._changed[key] = tracked
        taken = tracked.take(joined, moment, observed_n)
        if taken.is_counted:
            self._occurrences.append((tracked, moment, tracked.count, tracked.actual, tracked.message))
        return taken

    def write(self, connection: sqlite3.Connection) -> None:
        """Write what has changed."""
        self._give_ids(connection)
        insert_rows(connection, _PUT, [(row.id, *key, *_values(row)) for key, row in self._changed.items()], _OR_UPDATE)
        newest: dict[tuple[int, int], tuple[object, ...]] = {}
        for row, moment, count, actual, message in self._occurrences:
            slot = (row.id, count % KEPT_OCCURRENCES)
            newest[slot] = (*slot, moment.event_id, moment.ts_ms, moment.service, moment.correlation_id, actual, message)
        in_order = [newest[slot] for slot in sorted(newest)]  # neighbours in the file one after the other
        insert_rows(connection, "INSERT OR REPLACE INTO contracts_occurrence", in_order)
        self._changed.clear()
        self._occurrences.clear()
        if len(self._rows) > MAX_REMEMBERED:
            self._rows.clear()
            self._is_complete = False

    def _give_ids(self, connection: sqlite3.Connection) -> None:
        """Give new rows the ids that come next: what is known beforehand need not be asked for row by row."""
        fresh = [row for row in self._changed.values() if not row.id]
        if fresh:
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM contracts_violation").fetchone()
            for row_id, row in enumerate(fresh, last + 1):
                row.id = row_id

    def _load(self, connection: sqlite3.Connection) -> None:
        """Count the rows; read all of them where they are few, so that none has to be looked for."""
        self._number = int(connection.execute("SELECT count(*) FROM contracts_violation").fetchone()[0])
        self._is_complete = self._number <= FEW
        if self._is_complete:
            for row in connection.execute(f"SELECT {_KEY}, id, {_VALUES} FROM contracts_violation").fetchall():
                self._rows[Fingerprint(*row[:5])] = Tracked(*row[5:])


def _values(row: Tracked) -> tuple[object, ...]:
    return (
        row.kind, row.expected, row.actual, row.message, row.count, row.ours, row.told_checks, row.told_reports,
        row.first_ms, row.last_ms, row.first_event, row.last_event, row.disagreement, row.episode, row.in_episode,
        row.seen_n,
    )  # fmt: skip
