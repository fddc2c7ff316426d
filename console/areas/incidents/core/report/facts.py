"""What the report tells, as plain rows. Times are Unix milliseconds; lists are cut, beside the number of all."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Note(NamedTuple):
    """A note in Markdown; only a small subset of it is shown as such."""

    title: str
    markdown: str


class Masked(NamedTuple):
    """How often a rule of the redaction masked something at a path."""

    rule: str
    path: str
    count: int  # type: ignore[assignment]  # of a tuple too


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself beside its rows. Empty texts and None are not told.

    `asked` are (label, words) of what was chosen: the filter, a correlation id, the time around it.
    """

    title: str = ""
    made_ms: int | None = None
    console_version: str = ""
    asked: tuple[tuple[str, str], ...] = ()
    notes: tuple[Note, ...] = ()
    masked: tuple[Masked, ...] | None = None
    """None: it was not redacted, or nobody says so."""


class SourceRow(NamedTuple):
    """Where events came from."""

    name: str
    address: str
    services: tuple[str, ...]
    events: int
    first_ms: int | None
    last_ms: int | None


class GapRow(NamedTuple):
    """What is missing: `events` of it, None where nobody knows how many."""

    source: str
    from_ms: int
    to_ms: int
    events: int | None
    reason: str


class GroupRow(NamedTuple):
    """An error group; `count` events of it are here, `total` ever came. `spark` are counts over the range."""

    title: str
    culprit: str
    category: str
    severity: str
    status: str
    note: str
    who: str
    count: int  # type: ignore[assignment]  # of a tuple too
    total: int
    first_ms: int
    last_ms: int
    services: tuple[str, ...]
    spark: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Worst:
    """The event shown whole. `payload` is its decoded text, `text` that text where it could not be decoded."""

    event_id: int
    at_ms: int
    service: str
    severity: str
    category: str
    message: str
    payload: Any
    text: str


class TraceRow(NamedTuple):
    """One event of the trace. It stands at its end; a duration reaches back from there."""

    event_id: int
    at_ms: int
    service: str
    event_type: str
    severity: str
    message: str
    duration_ms: float | None
    failed: bool


class TraceFacts(NamedTuple):
    """The first events of the request that `correlation_id` names, of `total`."""

    correlation_id: str
    rows: tuple[TraceRow, ...]
    total: int


class DecisionRow(NamedTuple):
    """One entry of the audit of a sync issue."""

    at_ms: int
    who: str
    what: str
    words: str


class IssueRow(NamedTuple):
    """A sync issue and what was decided about it. `sides` are (name, JSON text)."""

    kind: str
    entity: str
    parties: str
    severity: str
    state: str
    first_ms: int
    last_ms: int
    times: int
    words: str
    fields: tuple[str, ...]
    sides: tuple[tuple[str, str], ...]
    decisions: tuple[DecisionRow, ...]
    all_decisions: int = 0
    """How many there are, of which the first stand in `decisions`."""


class ViolationRow(NamedTuple):
    """Equal violations of a contract."""

    endpoint: str
    version: str
    direction: str
    path: str
    kind: str
    expected: str
    actual: str
    message: str
    count: int  # type: ignore[assignment]  # of a tuple too
    last_ms: int


class FindingRow(NamedTuple):
    """What drifted from a contract, and by which rule."""

    endpoint: str
    version: str
    direction: str
    path: str
    kind: str
    severity: str
    rule: str
    expected: str
    observed: str
    n: int
    state: str


class Activity(NamedTuple):
    """Counts by severity in equal steps from `since_ms`."""

    since_ms: int
    step_ms: int
    counts: dict[str, tuple[int, ...]]


class LatencyRow(NamedTuple):
    """Durations of one service."""

    service: str
    n: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class Latency(NamedTuple):
    """Quantiles in equal steps from `since_ms`, None where nothing was timed; and by service."""

    since_ms: int
    step_ms: int
    quantiles: dict[str, tuple[float | None, ...]]
    services: tuple[LatencyRow, ...]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """All of it. `totals` has the number of all groups, issues, violations and findings, of which the first are here; of all
    `gaps`, of the events `missing` in them and of the `unknown` ones.

    `sources` that attached are all there; `gaps` are the longest.
    """

    about: About
    first_ms: int | None = None
    last_ms: int | None = None
    events: int = 0
    severities: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0
    degraded: int = 0
    sources: tuple[SourceRow, ...] = ()
    gaps: tuple[GapRow, ...] = ()
    activity: Activity | None = None
    latency: Latency | None = None
    groups: tuple[GroupRow, ...] = ()
    worst: Worst | None = None
    trace: TraceFacts | None = None
    issues: tuple[IssueRow, ...] = ()
    violations: tuple[ViolationRow, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    totals: dict[str, int] = field(default_factory=dict)
