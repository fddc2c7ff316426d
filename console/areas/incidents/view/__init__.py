"""The face of the Incidents area."""

from console.areas.incidents.view.incidents_view import IncidentsView

__all__ = ["IncidentsView"]
