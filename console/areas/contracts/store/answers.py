"""What the queries of the Contracts area answer."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from console.reporter.contracts.contract import Contract

CLASSES = ("BREAKING", "RISKY", "ADDITIVE", "COSMETIC", "STALE")
"""Of a finding, the worst first."""
FINDING_STATES = ("open", "muted", "accepted", "closed")
VIOLATION_KINDS = ("param_mismatch", "response_schema_error", "timeout", "unavailable")


class EndpointRow(NamedTuple):
    """One endpoint of one service, counted over the range that was asked for.

    `method` is "" where neither contract nor traffic names one. `versions` are the known ones, newest first, `version` the
    one that is checked; () and "" where nothing was ever promised (`standing` "undeclared"); "unseen" is a contract that no
    exchange was observed of. `checks` are exchanges, `violated` those of them that broke the contract, `told` violations
    that services reported themselves, `disagreements` exchanges about which they and we differ. `drift` counts open
    findings by class, `unbumped` those that are BREAKING without a new major version. `bars` are checks and violated in
    at most 24 equal steps of the range. Milliseconds.
    """

    id: int
    service: str
    method: str
    endpoint: str
    standing: str
    versions: tuple[str, ...]
    version: str
    origin: str
    checks: int
    violated: int
    told: int
    disagreements: int
    p50_ms: float | None
    p95_ms: float | None
    timeout_ms: float | None
    drift: dict[str, int]
    unbumped: int
    open_violations: int
    last_ms: int | None
    bars: tuple[tuple[int, int], ...]


class Overview(NamedTuple):
    """Endpoints by service, method and path. `services` are all there are; `alerts` counts those not acknowledged."""

    rows: tuple[EndpointRow, ...]
    services: tuple[str, ...]
    contracts: int
    alerts: int


class VersionRow(NamedTuple):
    """One version of a contract. `origin` is event, file, openapi, edited or accepted; `is_current` is the one checked."""

    id: int
    version: str
    origin: str
    since_ms: int
    event_id: int | None
    is_current: bool
    note: str
    contract: Contract
    document: dict[str, Any]


class ObservedPath(NamedTuple):
    """One place in what was observed, beside what was promised of it.

    `direction` is request or response, `status` a class such as `2xx`, "" for requests. `expected` is in words ("string,
    required"), "" where nothing is promised. `types` maps a JSON type to how often it came; `presence` is the share of the
    objects that could hold it and did, 0 to 1. `values` are the texts or numbers of an enumeration, with their counts, ()
    when there are too many. `standing` is "as promised", "undeclared", "never seen", "breaks" or "" without a contract.
    """

    direction: str
    status: str
    path: str
    expected: str
    standing: str
    n: int
    presence: float
    types: dict[str, int]
    values: tuple[tuple[str, int], ...]
    bounds: str
    formats: tuple[str, ...]
    first_ms: int
    last_ms: int
    examples: tuple[int, ...]


class ViolationRow(NamedTuple):
    """All equal violations of one contract as one line: same direction, path and keyword.

    `by` is console, service or both; `disagreement` says in words how they differ, "". `actual` and `expected` are the
    newest, in brief. `state` is open, closed (500 clean observations, or a day), or past: only ever found in stored traffic.
    """

    id: int
    endpoint_id: int
    service: str
    method: str
    endpoint: str
    version: str
    kind: str
    direction: str
    path: str
    keyword: str
    expected: str
    actual: str
    message: str
    count: int  # type: ignore[assignment]  # of a tuple too
    first_ms: int
    last_ms: int
    first_event: int
    last_event: int
    by: str
    disagreement: str
    state: str


class Occurrence(NamedTuple):
    """One event behind a violation."""

    event_id: int
    ts_ms: int
    service: str
    correlation_id: str | None
    actual: str
    message: str


class FindingRow(NamedTuple):
    """What drift found. `rule` names in words why it is of this class, `chance` how sure that is, with n.

    `severity` is the class that counts, `own` the one that a person set or "". `examples` are event ids, which retention may
    have deleted. `muted_until_ms` is None for what is not muted.
    """

    id: int
    endpoint_id: int
    service: str
    method: str
    endpoint: str
    version: str
    direction: str
    status: str
    path: str
    kind: str
    severity: str
    own: str
    is_unbumped: bool
    rule: str
    chance: str
    n: int
    expected: str
    observed: str
    first_ms: int
    last_ms: int
    examples: tuple[int, ...]
    state: str
    muted_until_ms: int | None
    note: str


class AlertRow(NamedTuple):
    """One alert: at the first violation of a fingerprint, and again at ten times as many. `count` is as it was then."""

    id: int
    at_ms: int
    endpoint_id: int
    violation_id: int | None
    finding_id: int | None
    severity: str
    words: str
    count: int  # type: ignore[assignment]  # of a tuple too
    is_acknowledged: bool


class Bar(NamedTuple):
    """One step of the timeline of an endpoint; latencies in milliseconds, None without an exchange that told."""

    at_ms: int
    checks: int
    violated: int
    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class EndpointPage:
    """All about one endpoint. `shown` is the version that was asked for, the current one by default."""

    row: EndpointRow
    versions: tuple[VersionRow, ...]
    shown: VersionRow | None
    observed: tuple[ObservedPath, ...]
    violations: tuple[ViolationRow, ...]
    findings: tuple[FindingRow, ...]
    timeline: tuple[Bar, ...]
    statuses: dict[str, int]
