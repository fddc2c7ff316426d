"""Timeline: every event in the order it happened, live, with the gaps in plain sight."""

from console.model.area import Area

AREA = Area(
    "timeline",
    "Timeline",
    "Every event, live, gaps included",
    "Ctrl+1",
    has_store=False,  # the list is the base store itself; pins live there too
    view_class="TimelineView",
)
