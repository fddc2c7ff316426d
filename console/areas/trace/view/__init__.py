"""The face of the Trace area."""

from console.areas.trace.view.trace_view import TraceView

__all__ = ["TraceView"]
