"""The face of the Errors area."""

from console.areas.errors.view.errors_view import ErrorsView

__all__ = ["ErrorsView"]
