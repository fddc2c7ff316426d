"""Incidents: sessions of what was seen, packed without secrets for somebody else, and opened again."""

from console.model.area import Area

AREA = Area(
    "incidents",
    "Incidents",
    "Sessions, bundles to hand over, notes, redaction",
    "Ctrl+8",
    needs_events=False,
    view_class="IncidentsView",
)
