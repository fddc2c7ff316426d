"""What is asked of the error groups, and the answers: plain frozen rows. Times are Unix milliseconds."""

from dataclasses import dataclass, field

STATUSES = ("pending", "regressed", "workaround", "resolved", "ignored")
"""`regressed` is never set by hand: a resolved group becomes it by an event newer than its resolution."""
OPEN_STATUSES = frozenset({"pending", "regressed"})
ORDERS = ("last", "first", "count", "severity", "trend")
SPARK_BINS = 24


@dataclass(frozen=True, slots=True)
class GroupQuestion:
    """Which groups to list: those with events in [since_ms, until_ms) that have all `words` and one of `statuses`.

    `words` are looked for in title, culprit, category, services, note and fingerprint; case does not matter.
    `seen_before_ms` is when the person last looked: groups first seen after it are `is_new`. Orders: "last" and "first"
    seen (newest first), "count" in the range, "severity", "trend" (what rises most over the range).
    """

    since_ms: int
    until_ms: int
    words: str = ""
    statuses: frozenset[str] = OPEN_STATUSES
    order: str = "last"
    limit: int = 500
    seen_before_ms: int | None = None
    groups: frozenset[int] | None = None
    """Only these; None is any."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group. `count` is of the range, `kept` of all events still stored, `total` of all that ever came.

    `first_ms` and `last_ms` are over all that ever came; `spark` has SPARK_BINS counts over the range; `severity` is
    the highest ever. `users` counts distinct users, `services` and `versions` are in order of text, of kept events.
    """

    id: int
    fingerprint: str
    title: str
    culprit: str
    rule: str
    category: str
    severity: str
    status: str
    note: str
    who: str
    changed_ms: int
    count: int
    kept: int
    total: int
    first_ms: int
    last_ms: int
    services: tuple[str, ...]
    users: int
    versions: tuple[str, ...]
    spark: tuple[int, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class GroupList:
    """`rows` are at most `limit` of the `total` groups that match, `by_status` counts all of these.

    `hidden_by_status` counts the groups in the range that have the words but another status, `events` the events that the
    matching groups have in the range.
    """

    rows: tuple[GroupRow, ...]
    total: int
    events: int = 0
    hidden_by_status: dict[str, int] = field(default_factory=dict)
    by_status: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`n` events have the value: `share` (0 to 1) of those that say anything about the facet."""

    value: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class Facet:
    """The most frequent values of one facet in a group; `others` events have further values, `without` have none."""

    name: str
    values: tuple[FacetValue, ...]
    others: int
    without: int


@dataclass(frozen=True, slots=True)
class Cause:
    """A value that is common in the group and rare in all other errors; `words` say so in a sentence."""

    facet: str
    value: str
    inside_share: float
    outside_share: float
    n: int
    words: str


@dataclass(frozen=True, slots=True)
class ExplainedPart:
    """One part of why the events are one group (see `console.areas.errors.core`), of the group's first event."""

    name: str
    value: str
    original: str
    replaced: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change: `what` is "status", "merge", "split", "undo", "regressed", "regroup" or "producer"; `words` tell it."""

    id: int
    at_ms: int
    who: str
    what: str
    words: str
    undone: bool


@dataclass(frozen=True, slots=True)
class SplitRule:
    """Events that match go to groups of their own: by each value of `facet` (or one `value` of it), or by `message`,
    a text with `*` for anything. What is not asked for is empty."""

    facet: str = ""
    value: str = ""
    message: str = ""

    @property
    def words(self) -> str:
        if self.message:
            return f"messages like {self.message}"
        return f"{self.facet} {self.value}" if self.value else f"each {self.facet}"


@dataclass(frozen=True, slots=True)
class GroupDetail:
    """All about one group. `aliases` are (id, fingerprint, title) of groups that were merged into it, `splits` its own
    rules, `parent` (id, title) of the group that it was split from. Facets and causes are of all kept events."""

    row: GroupRow
    parts: tuple[ExplainedPart, ...]
    facets: tuple[Facet, ...]
    likely_causes: tuple[Cause, ...]
    audit: tuple[AuditRow, ...]
    aliases: tuple[tuple[int, str, str], ...]
    splits: tuple[SplitRule, ...]
    parent: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class GroupingState:
    """How the stored groups were made. `regroup_reason` is empty when all is up to date; `done` of `total` events
    are through when a regroup is under way (or was interrupted). `undoable` says in words what undo would take back."""

    regroup_reason: str
    done: int
    total: int
    producer: dict[str, bool]
    undoable: str
