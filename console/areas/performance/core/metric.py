"""The gauges that are kept per service: names, titles, units, and which of the samples of a step is drawn."""

from typing import Literal, NamedTuple

MEMORY_RSS, CPU_PERCENT, MEMORY_DELTA, CPU_ESTIMATE = "memory_rss", "cpu_percent", "memory_delta", "cpu_estimate"
PENDING_OPERATIONS, CONFLICT_COUNT, OFFLINE_QUEUE = "pending_operations", "conflict_count", "offline_queue"
LAST_SYNC_AGE_MS, NEVER_SYNCED = "last_sync_age_ms", "never_synced"

Unit = Literal["", "ms", "B", "%", "/s"]


class Metric(NamedTuple):
    """`shown` is the statistic that is drawn: the worst of a step where high is bad, the mean elsewhere."""

    name: str
    title: str
    unit: Unit
    shown: Literal["mean", "max"]


METRICS = (
    Metric(MEMORY_RSS, "Memory (resident)", "B", "mean"),
    Metric(CPU_PERCENT, "CPU", "%", "mean"),
    Metric(MEMORY_DELTA, "Memory change per operation", "B", "mean"),
    Metric(CPU_ESTIMATE, "CPU estimate per operation", "", "mean"),
    Metric(PENDING_OPERATIONS, "Pending operations", "", "max"),
    Metric(CONFLICT_COUNT, "Conflicts", "", "max"),
    Metric(OFFLINE_QUEUE, "Offline queue", "", "max"),
    Metric(LAST_SYNC_AGE_MS, "Time since last sync", "ms", "max"),
    Metric(NEVER_SYNCED, "Never synced", "", "max"),
)
