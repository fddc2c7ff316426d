"""The face of the Sources area."""

from console.areas.sources.view.sources_view import SourcesView

__all__ = ["SourcesView"]
