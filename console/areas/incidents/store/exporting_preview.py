"""What an export would come to, before it is made: how much it is, and what redaction would do. By reading only."""

import os
import sqlite3
from itertools import islice, zip_longest
from typing import NamedTuple

from console.areas.incidents.core.bundle.lines import line_of
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import Profile, Redactor, Report, Sample
from console.areas.incidents.store.archive import pack
from console.areas.incidents.store.exporting_choice import chosen_ids
from console.areas.incidents.store.exporting_redacting import composed_message
from console.model.clock import Clock, wall_clock
from console.store.compilation import Condition
from console.store.database import snapshot

_SAMPLED = 400
_LOOKED_AT = 20
"""A preview chooses each of its events out of so many."""
_BESIDE = 40_000
"""Bytes of the manifest and of the areas' tables, however few events there are."""
_PRIME = 1_000_003
_BESIDE_TEXTS = 1.25
"""A bundle is so many times its packed texts: rows of events and of the areas stand beside them."""


class Estimate(NamedTuple):
    """Rows of the timeline, about how many bytes their texts have, and about how large the file will be."""

    events: int
    content: int
    bytes: int


class Preview(NamedTuple):
    """What redaction does with so many of the events: counts by rule and path, samples of what would leave."""

    events: int
    report: Report
    samples: tuple[Sample, ...]


def estimate(connection: sqlite3.Connection, selection: Selection, *, clock: Clock = wall_clock) -> Estimate:
    """Return about how much is chosen: counted, its size taken from samples all over it. Raises FilterError."""
    with snapshot(connection):
        chosen = chosen_ids(connection, selection, clock())
        events = _count(connection, chosen)
        texts = [text for _, text in _spread(connection, chosen, events, _SAMPLED)]
    if not texts:
        return Estimate(0, 0, 0)
    lines = b"".join(line_of(text) + b"\n" for text in texts)
    share = events / len(texts)
    return Estimate(events, round(len(lines) * share), round(len(pack(lines)) * share * _BESIDE_TEXTS) + _BESIDE)


def preview(
    connection: sqlite3.Connection, selection: Selection, profile: Profile, limit: int = 200, *, clock: Clock = wall_clock
) -> Preview:
    """Redact up to `limit` of the chosen events, from all over them and of as many kinds as can be. Raises FilterError."""
    with snapshot(connection):
        chosen = chosen_ids(connection, selection, clock())
        found = _spread(connection, chosen, _count(connection, chosen), limit * _LOOKED_AT)
    by_kind: dict[int, list[str]] = {}
    for kind, text in found:
        by_kind.setdefault(kind, []).append(text)
    turns = (text for turn in zip_longest(*by_kind.values()) for text in turn if text is not None)
    redactor = Redactor(profile, os.urandom(32))
    looked = 0
    for text in islice(turns, limit):
        if redactor.json_text(text, "") == text:
            redactor.text(composed_message(text), "message")
        looked += 1
    return Preview(looked, redactor.report, tuple(redactor.report.samples.values()))


def _count(connection: sqlite3.Connection, chosen: Condition) -> int:
    return int(connection.execute(f"SELECT count(*) FROM ({chosen.sql})", chosen.params).fetchone()[0])


def _spread(connection: sqlite3.Connection, chosen: Condition, events: int, most: int) -> list[tuple[int, str]]:
    """Return (kind, text) of about `most` of the chosen events, from everywhere among them; of few all."""
    sql = f"""SELECT e.kind, p.text FROM ({chosen.sql}) c CROSS JOIN events e ON e.id = c.id
        CROSS JOIN payloads p ON p.id = c.id"""
    if events > 2 * most:  # strewn by a multiplication, so that ids with a rhythm of their own are met too
        found = connection.execute(
            f"{sql} WHERE (c.id % {_PRIME}) * 7919 % {_PRIME} < ? LIMIT ?",
            [*chosen.params, max(1, _PRIME * most // events), 2 * most],
        ).fetchall()
        if found:
            return found
    return connection.execute(f"{sql} LIMIT ?", [*chosen.params, 2 * most]).fetchall()
