"""How replicas are doing, how they stand to each other, and their numbers over time."""

import sqlite3

from console.areas.sync.core.divergence import Cell, Difference, Matrix, Standing, classify
from console.areas.sync.core.health import Condition, Health, diagnose
from console.areas.sync.store.answers import EntityMatrix, EntityRow, ReplicaRow, Sample
from console.areas.sync.store.digests import MAX_ENTITIES, Pair, load_differences, load_digests
from console.areas.sync.store.replicas import load_health
from console.areas.sync.store.values import storable
from console.store.database import snapshot

__all__ = ["EntityMatrix", "EntityRow", "ReplicaRow", "Sample", "health", "health_series", "matrix"]

_RANK = {standing: rank for rank, standing in enumerate(Standing)}
MAX_SAMPLES = 10_000
MAX_SHOWN = 500
Verdicts = dict[Pair, tuple[str, bool]]
"""Each difference in words, and whether it is a divergence."""


def health(connection: sqlite3.Connection, now_ms: int) -> tuple[ReplicaRow, ...]:
    """Return each replica that was heard of, with how it is doing, the worst first."""
    with snapshot(connection):
        known = load_health(connection)
        verdicts = _verdicts(load_differences(connection), known, now_ms)
    diverged: dict[str, str] = {}
    for pair, (words, is_diverged) in verdicts.items():
        if is_diverged:
            for name in (pair.one, pair.other):
                diverged.setdefault(name, f"{pair.entity_type} {pair.entity_id}: {words}".strip())
    rows = [ReplicaRow(one, diagnose(one, now_ms, diverged.get(one.replica))) for one in known.values()]
    order = list(Condition)
    rows.sort(key=lambda row: (order.index(row.diagnosis.condition), row.health.service, row.health.replica))
    return tuple(rows)


def health_series(
    connection: sqlite3.Connection, service: str, replica: str, since_ms: int, until_ms: int
) -> tuple[Sample, ...]:
    """Return a replica's numbers in [since_ms, until_ms), oldest first; of more than 10,000 the newest."""
    rows = connection.execute(
        f"""SELECT bucket_ms, pending, conflicts, offline, sync_age_ms, p50_ms, p95_ms FROM sync_sample
            WHERE service = ? AND replica = ? AND bucket_ms >= ? AND bucket_ms < ?
            ORDER BY bucket_ms DESC LIMIT {MAX_SAMPLES}""",
        (storable(service), storable(replica), since_ms, until_ms),
    )
    return tuple(Sample(*row) for row in reversed(rows.fetchall()))


def matrix(connection: sqlite3.Connection, now_ms: int, entity: tuple[str, str] | None = None) -> EntityMatrix:
    """Return how replicas stand to each other, by one entity or over all: then each pair by its worst entity."""
    with snapshot(connection):
        known = load_differences(connection, None if entity is None else (storable(entity[0]), storable(entity[1])))
        verdicts = _verdicts(known, load_health(connection), now_ms)
        entities = _entities(connection, entity, known, verdicts)
        if entity is not None:
            return EntityMatrix(classify(load_digests(connection, entity)), entities)
        names = tuple(row[0] for row in connection.execute("SELECT DISTINCT replica FROM sync_digest ORDER BY 1"))
        return EntityMatrix(_overall(connection, names, known), entities)


def _verdicts(known: dict[Pair, tuple[Difference, bool]], replicas: dict[tuple[str, str], Health], now_ms: int) -> Verdicts:
    delays: dict[str, float] = {}
    for (_, replica), one in replicas.items():
        delays[replica] = max(delays.get(replica, 0.0), one.p95_ms or 0.0)
    found: Verdicts = {}
    for pair, (difference, _) in known.items():
        p95_ms = max(delays.get(pair.one, 0.0), delays.get(pair.other, 0.0))
        found[pair] = difference.describe(now_ms, p95_ms), difference.is_divergence(now_ms, p95_ms)
    return found


def _entities(
    connection: sqlite3.Connection,
    entity: tuple[str, str] | None,
    known: dict[Pair, tuple[Difference, bool]],
    verdicts: Verdicts,
) -> tuple[EntityRow, ...]:
    """Return entities with digests, the worst first, then the newest."""
    where, values = ("entity_type = ? AND entity_id = ?", tuple(map(storable, entity))) if entity else ("1", ())
    worst: dict[tuple[str, str], Pair] = {}
    for pair, (difference, _) in known.items():
        at = (pair.entity_type, pair.entity_id)
        if at not in worst or _RANK[difference.cell.standing] < _RANK[known[worst[at]][0].cell.standing]:
            worst[at] = pair
    rows = []
    for entity_type, entity_id, replicas, last_ms in connection.execute(
        f"""SELECT entity_type, entity_id, count(*), max(ts) FROM sync_digest WHERE {where} GROUP BY 1, 2
            ORDER BY 4 DESC LIMIT {MAX_ENTITIES}""",
        values,
    ):
        pair_ = worst.get((entity_type, entity_id))
        if pair_ is None:
            standing, rule, verdict, diverged = Standing.IN_SYNC, "no difference is known", "", False
        else:
            cell = known[pair_][0].cell
            standing, rule, (verdict, diverged) = cell.standing, cell.rule, verdicts[pair_]
        rows.append(EntityRow(entity_type, entity_id, replicas, standing.value, rule, verdict, diverged, last_ms))
    rows.sort(key=lambda row: (not row.is_diverged, _RANK[Standing(row.standing)], -row.last_ms))
    return tuple(rows[:MAX_SHOWN])


def _overall(connection: sqlite3.Connection, names: tuple[str, ...], known: dict[Pair, tuple[Difference, bool]]) -> Matrix:
    """Return each pair by its worst entity; pairs that share no entity are unknown to each other."""
    cells: dict[tuple[str, str], Cell] = {}
    shared = connection.execute(
        """SELECT a.replica, b.replica, count(*) FROM sync_digest a JOIN sync_digest b ON a.entity_type = b.entity_type
             AND a.entity_id = b.entity_id AND a.replica < b.replica GROUP BY 1, 2"""
    )
    for one, other, count in shared.fetchall():
        plural = "entity" if count == 1 else "entities"
        cells[one, other] = Cell(Standing.IN_SYNC, f"no difference is known in {count:,} {plural}")
    for pair, (difference, _) in known.items():
        cell = cells.get((pair.one, pair.other))
        if cell is None or _RANK[difference.cell.standing] < _RANK[cell.standing]:
            rule = f"{pair.entity_type} {pair.entity_id}: {difference.cell.rule}".strip()
            cells[pair.one, pair.other] = Cell(difference.cell.standing, rule, difference.cell.late)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            cell = cells.setdefault((one, other), Cell(Standing.UNKNOWN, "they have no entity in common"))
            cells[other, one] = cell
    return Matrix(names, cells)
