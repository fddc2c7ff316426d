"""Alerts as rows: the newest are kept."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from console.areas.contracts.store.values import brief
from console.store.bulk import insert_rows

MAX_ALERTS = 20_000
MAX_WORDS = 600


class Alert(NamedTuple):
    """One alert, about a violation or a finding; `n` is how many there were then."""

    at_ms: int
    endpoint_id: int
    violation_id: int | None
    finding_id: int | None
    severity: str
    words: str
    n: int


def add_alerts(connection: sqlite3.Connection, alerts: Sequence[Alert]) -> None:
    """Write alerts, and forget the oldest beyond MAX_ALERTS."""
    if not alerts:
        return
    head = "INSERT INTO contracts_alert (at_ms, endpoint_id, violation_id, finding_id, severity, words, count)"
    insert_rows(connection, head, [one._replace(words=brief(one.words, MAX_WORDS)) for one in alerts])
    connection.execute("DELETE FROM contracts_alert WHERE id <= (SELECT max(id) FROM contracts_alert) - ?", (MAX_ALERTS,))
