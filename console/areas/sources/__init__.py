"""Sources: what the console is attached to, how well each link does, and what each has lost."""

from console.model.area import Area

AREA = Area(
    "sources",
    "Sources",
    "Connections, rates, gaps, profiles",
    "Ctrl+3",
    has_store=False,
    needs_events=False,
    view_class="SourcesView",
)
