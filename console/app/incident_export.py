"""What a person may want to export from where they are: the range, what is chosen, the trace, group or conflict in front."""

from datetime import UTC, datetime

from console.app.main_window import MainWindow
from console.app.scope import range_words
from console.areas.errors.view import ErrorsView
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.view.export_dialog import ExportDialog
from console.areas.incidents.view.offer import Offer
from console.areas.timeline.view import TimelineView
from console.qt.text import clip, visible

_CHARS = 60


def open_export(window: MainWindow, form: str = "bundle") -> None:
    """Show the dialog beside the window, which goes on; one that is open already comes to the front."""
    opened = next((one for one in window.findChildren(ExportDialog) if one.isVisible()), None)
    if opened is not None:
        opened.show_kind(form)
        opened.activateWindow()
        return
    picture = window.grab()  # before the dialog stands in it
    ExportDialog(window.shell, window, offers_of(window), picture, window.shell.clock, form=form).show()


def offers_of(window: MainWindow) -> list[Offer]:
    """Return what can be exported from here, the most special first, the whole range last."""
    return [*_chosen(window), *_place(window), *_correlation(window), _range(window)]


def _range(window: MainWindow) -> Offer:
    since_ms, until_ms = window.shell.bounds_ms()
    scope = window.shell.scope()
    filtered = f", filter {clip(visible(scope.filter_text), _CHARS)}" if scope.filter_text else ""
    until = ""
    if until_ms is None:  # what comes while one writes the note stays out
        until_ms = window.shell.clock()
        until = f", until {datetime.fromtimestamp(until_ms / 1000, UTC).astimezone():%H:%M:%S}"
    return Offer("range", f"{range_words(scope)}{until}{filtered}", Selection(since_ms, until_ms, scope.filter_text))


def _chosen(window: MainWindow) -> list[Offer]:
    view = window.stack.view("timeline")
    if window.stack.current_area() != "timeline" or not isinstance(view, TimelineView):
        return []
    ids = tuple(line.row.id for line in view.table.selected_lines() if not line.row.marker)
    if not ids:
        return []
    words = "The chosen event" if len(ids) == 1 else f"The {len(ids):,} chosen events"
    return [Offer("ids", f"{words} of the Timeline", Selection(ids=ids))]


def _place(window: MainWindow) -> list[Offer]:
    """Return the group, conflict or trace that is in front."""
    view, ref = window.stack.view(window.stack.current_area()), window.stack.place()
    if isinstance(view, ErrorsView):
        return _groups(view)
    number = ref.id.rpartition("/")[2]
    if ref.area == "sync" and number.isdecimal():
        return [Offer("conflict", f"Conflict {number}", Selection(conflicts=(int(number),)), f"Conflict {number}")]
    if ref.area == "trace" and ref.id and not ref.id.startswith("event:"):
        words = f"This trace: {clip(visible(ref.id), _CHARS)}"
        return [Offer("trace", words, Selection(correlations=(ref.id,)), f"Trace {clip(ref.id, _CHARS)}")]
    return []


def _groups(view: ErrorsView) -> list[Offer]:
    """Return the open group, or those that are chosen."""
    rows = view.targets()
    if not rows:
        return []
    first = clip(visible(rows[0].title), _CHARS)
    words = f"This error group: {first}" if len(rows) == 1 else f"The {len(rows):,} chosen error groups"
    title = clip(rows[0].title, _CHARS) if len(rows) == 1 else words
    return [Offer("groups", words, Selection(groups=tuple(row.id for row in rows)), title)]


def _correlation(window: MainWindow) -> list[Offer]:
    detail = window.inspector.detail
    correlation = detail.row.correlation_id if detail is not None else ""
    if not correlation or window.stack.place().id == correlation:
        return []
    words = f"The correlation of the event in the inspector: {clip(visible(correlation), _CHARS)}"
    return [Offer("correlation", words, Selection(correlations=(correlation,)), f"Correlation {clip(correlation, _CHARS)}")]
