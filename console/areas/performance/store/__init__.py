"""Tables of the Performance area; the fold into them, retention and the queries are in modules beside this one."""

from console.areas.performance.store.bundled import BUNDLED
from console.areas.performance.store.projection import PerformanceProjection, projection
from console.areas.performance.store.reading import (
    OperationRow,
    Series,
    bounds,
    duration_series,
    gauge_series,
    ignored_values,
    operations,
    rate_series,
    slowest_operations,
)
from console.areas.performance.store.retention import forget
from console.areas.performance.store.schema import MIGRATIONS

__all__ = [
    "BUNDLED",
    "MIGRATIONS",
    "OperationRow",
    "PerformanceProjection",
    "Series",
    "bounds",
    "duration_series",
    "forget",
    "gauge_series",
    "ignored_values",
    "operations",
    "projection",
    "rate_series",
    "slowest_operations",
]
