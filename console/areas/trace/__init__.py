"""Trace: all that one request caused, across services, on one time axis."""

from console.model.area import Area

AREA = Area("trace", "Trace", "One request across all services", "Ctrl+5", view_class="TraceView")
