"""The links of the Trace area, the loading of a trace, and the newest traces."""

from console.areas.trace.store.bundled import BUNDLED
from console.areas.trace.store.loading import MAX_EVENTS, MAX_HOPS, MAX_SHARED, TraceRefused, load_trace
from console.areas.trace.store.projection import TraceProjection, forget, projection
from console.areas.trace.store.recent import MAX_COUNTED, RecentTrace, recent_traces
from console.areas.trace.store.schema import MIGRATIONS

__all__ = [
    "BUNDLED",
    "MAX_COUNTED",
    "MAX_EVENTS",
    "MAX_HOPS",
    "MAX_SHARED",
    "MIGRATIONS",
    "RecentTrace",
    "TraceProjection",
    "TraceRefused",
    "forget",
    "load_trace",
    "projection",
    "recent_traces",
]
