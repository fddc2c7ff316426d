"""Performance: durations, throughput, memory, CPU and the sync counters of each service over time."""

from console.model.area import Area

AREA = Area("performance", "Performance", "Durations, throughput, memory, sync", "Ctrl+2", view_class="PerformanceView")
