"""Which fingerprint an event has: ours, or its producer's where a person asked for that."""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from console.areas.errors.core.grouping import Grouping, Judged, Part, judge
from console.areas.errors.core.payload import Payload
from console.areas.errors.store.traits import storable
from console.model.event import Event

PRODUCER = "producer:"
UNGROUPABLE = "ungroupable"
TOO_MANY = "too-many-groups"
MAX_PARTS_TEXT = 2_000
"""Longer originals of an explanation are cut: the event itself holds them whole."""


class Identity(NamedTuple):
    """`judged` is None where the fingerprint is the producer's, and where the rules failed."""

    fingerprint: str
    judged: Judged | None


def identify(event: Event, payload: Payload, producer: Mapping[str, bool]) -> Identity:
    """Return the fingerprint of an event. Never raises: what cannot be grouped is `ungroupable`."""
    if producer and event.fingerprint and producer.get(event.service, producer.get("", False)):
        return Identity(PRODUCER + storable(event.fingerprint), None)
    try:
        judged = judge(payload, message=event.message, category=event.category, service=event.service)
    except Exception:  # noqa: BLE001 - one odd event must not end the grouping of all others; `describe` tells the reason
        return Identity(UNGROUPABLE, None)
    return Identity(judged.fingerprint, judged)


def describe(event: Event, payload: Payload, identity: Identity) -> Grouping:
    """Return what a new group says of its first event; with the reason where our rules fail on that."""
    try:
        judged = identity.judged or judge(payload, message=event.message, category=event.category, service=event.service)
        return judged.describe()
    except Exception as error:  # noqa: BLE001 - as above
        reason = f"the rules failed on it: {error!r}"[:500]
        part = Part("reason", reason, event.message[:500], ())
        return Grouping(UNGROUPABLE, "Errors that could not be grouped", "", reason, (part,))


def too_many(limit: int) -> Grouping:
    """Return the one group for all that comes after `limit` others."""
    reason = f"there are {limit:,} groups already: this one takes all further kinds of errors"
    return Grouping(TOO_MANY, "Errors of too many kinds", "", reason, ())


def load_producer(connection: sqlite3.Connection) -> dict[str, bool]:
    """Return for which services ("" for all others) the producer's fingerprint is used."""
    rows = connection.execute("SELECT service, use FROM errors_producer").fetchall()
    return {service: bool(use) for service, use in rows}
