"""What the Health page asks the store, and the answers as plain data; runs on a pool thread."""

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from console.areas.sync.core.divergence import Matrix
from console.areas.sync.store.answers import EntityMatrix, EntityRow, QueueFilter, ReplicaRow, Sample
from console.areas.sync.store.reading import STATES, issues, load_conflict
from console.areas.sync.store.replica_reading import health, health_series, matrix
from console.areas.sync.view.issue_detail import field_differences
from console.areas.sync.view.issue_table import Happening, happenings

MAX_ISSUES = 10
"""So many of an entity's newest issues are read for its fields and history."""
MAX_HAPPENINGS = 300
MAX_DRAWN = 24
"""So many replicas are drawn, the worst first."""

Replica = tuple[str, str]
Entity = tuple[str, str]
"""Type and id."""


class FieldDifference(NamedTuple):
    """A field that two parties have differently, as an issue tells it."""

    issue_id: int
    state: str
    field: str
    local: str
    remote: str
    between: str


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """All replicas, how they stand over all entities, and their numbers over a range, None where not asked for."""

    replicas: tuple[ReplicaRow, ...]
    series: dict[Replica, tuple[Sample, ...]] | None
    since_ms: int
    until_ms: int
    overall: EntityMatrix


@dataclass(frozen=True, slots=True)
class EntityAnswer:
    """One entity: its replicas against each other, what differs by field, and what happened to it."""

    entity: Entity
    matrix: Matrix
    fields: list[FieldDifference]
    happenings: list[Happening]


def ask_health(
    connection: sqlite3.Connection, since_ms: int, until_ms: int, now_ms: int, *, with_series: bool
) -> HealthAnswer:
    """Read the page without any entity."""
    replicas = health(connection, now_ms)
    drawn = replicas[:MAX_DRAWN] if with_series else ()
    series = {
        (one.service, one.replica): health_series(connection, one.service, one.replica, since_ms, until_ms)
        for one in (row.health for row in drawn)
    }
    return HealthAnswer(replicas, series if with_series else None, since_ms, until_ms, matrix(connection, now_ms))


def ask_entity(connection: sqlite3.Connection, entity: Entity, now_ms: int) -> EntityAnswer:
    """Read one entity."""
    kind, name = entity
    found = issues(connection, QueueFilter(states=STATES, entity_type=kind, entity_id=name, limit=200))
    newest = sorted(found.rows, key=lambda row: -row.last_ms)[:MAX_ISSUES]
    fields, happened = [], []
    for row in newest:
        conflict = load_conflict(connection, row.id)
        between = " ↔ ".join(part for part in (row.source, row.target) if part)
        fields += [
            FieldDifference(row.id, row.state, *difference, between)
            for difference in field_differences(conflict.local, conflict.remote, row.fields)
        ]
        happened += happenings(conflict)
    happened.sort(key=lambda one: -one.at_ms)
    return EntityAnswer(entity, matrix(connection, now_ms, entity).matrix, fields, happened[:MAX_HAPPENINGS])


def entity_of(row: EntityRow) -> Entity:
    return row.entity_type, row.entity_id
