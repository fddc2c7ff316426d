"""The face of the Performance area."""

from console.areas.performance.view.performance_view import PerformanceView

__all__ = ["PerformanceView"]
