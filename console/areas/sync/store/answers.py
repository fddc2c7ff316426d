"""What the queries of the Sync area answer."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from console.areas.sync.core.divergence import Matrix
from console.areas.sync.core.health import Diagnosis, Health
from console.areas.sync.core.merge.decision import Decision
from console.areas.sync.core.merge.settlement import Settlement
from console.areas.sync.core.tracking import Step

UNSETTLED = ("open", "reopened", "resolving")
STATES = (*UNSETTLED, "resolved", "rejected")
NO_SOURCE = ""
"""No source of an issue takes commands: its resolution is recorded, for export."""


class QueueFilter(NamedTuple):
    """Which issues to list. Empty texts are no condition; `kinds` of () are all. `words` stand anywhere in the row."""

    states: tuple[str, ...] = UNSETTLED
    kinds: tuple[str, ...] = ()
    entity_type: str = ""
    entity_id: str = ""
    service: str = ""
    words: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    limit: int = 10_000


class QueueRow(NamedTuple):
    """One issue in a list. `severity` is one of `SEVERITIES`; `answer` is the newest command's state, "" without one.

    `decided` of `places` conflicting places are decided; places is 0 while nobody has begun.
    """

    id: int
    kind: str
    entity_type: str
    entity_id: str
    source: str
    target: str
    severity: str
    state: str
    first_ms: int
    last_ms: int
    times: int
    services: tuple[str, ...]
    words: str
    fields: tuple[str, ...]
    local_version: str | None
    remote_version: str | None
    event_id: int | None
    decided: int
    places: int
    answer: str


class Queue(NamedTuple):
    """Issues, the unsettled first, then by severity and age. `total` fit the filter; `counts` are of all issues.

    `counts` has "state", "kind", "entity_type" and "service", each {value: issues}; all but "state" count unsettled ones.
    """

    rows: tuple[QueueRow, ...]
    total: int
    counts: dict[str, dict[str, int]]


class Command(NamedTuple):
    """A resolution that was sent, or recorded, and what became of it. `state` is one of the outbox."""

    key: str
    source: str
    state: str
    at_ms: int
    sent_ms: int | None
    answered_ms: int | None
    attempts: int
    strategy: str
    result: Any
    reason: str


class Telling(NamedTuple):
    """An event that told of an issue."""

    event_id: int
    ts_ms: int
    service: str
    words: str


class AuditEntry(NamedTuple):
    """One entry of the record. `decision`, `patch` and `answer` are JSON values, None where there is none."""

    id: int
    at_ms: int
    who: str
    issue: int | None
    what: str
    words: str
    hashes: dict[str, str] | None
    decision: Any
    patch: Any
    key: str | None
    answer: Any
    undone: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """All that the stepper shows of one issue.

    `local`, `remote` and `base` are JSON values; `base` is `NO_BASE` where none is known. `settlement` is what is
    decided so far (a fresh one while nothing is). `local_patch` and `remote_patch` lead from either side to the result
    as it is now (RFC 6902). `contract` says in words what the result breaks, () that it holds; None: no contract known.
    `target` is the source that gets the command, `NO_SOURCE` where none takes any. `similar` other open issues have the
    same shape.
    """

    issue: QueueRow
    local: Any
    remote: Any
    base: Any
    decisions: tuple[Decision, ...]
    settlement: Settlement
    local_patch: list[dict[str, Any]]
    remote_patch: list[dict[str, Any]]
    contract: tuple[str, ...] | None
    target: str
    commands: tuple[Command, ...]
    tellings: tuple[Telling, ...]
    history: tuple[Step, ...]
    details: Any
    similar: int


class ReplicaRow(NamedTuple):
    """One replica and how it is doing."""

    health: Health
    diagnosis: Diagnosis


class Sample(NamedTuple):
    """Numbers of a replica in a bucket of 10 s; None where it never told. Ages and delays are in ms."""

    bucket_ms: int
    pending: int | None
    conflicts: int | None
    offline: int | None
    sync_age_ms: int | None
    p50_ms: float | None
    p95_ms: float | None


class EntityRow(NamedTuple):
    """An entity whose replicas tell digests: how the worst pair stands, and whether that is a divergence."""

    entity_type: str
    entity_id: str
    replicas: int
    standing: str
    rule: str
    verdict: str
    is_diverged: bool
    last_ms: int


class EntityMatrix(NamedTuple):
    """Replicas against each other: of one entity, or of all (each pair's worst entity, named in the rule)."""

    matrix: Matrix
    entities: tuple[EntityRow, ...]


class DryRun(NamedTuple):
    """What rules would do: ids that they would settle, and (id, reason) of those that remain."""

    words: str
    settled: tuple[int, ...]
    remaining: tuple[tuple[int, str], ...]
