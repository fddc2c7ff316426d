"""The menus of the list: what can be done with an event, and the filters it offers."""

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from console.areas.timeline.event_actions import EventActions
from console.areas.timeline.filter_menu import filter_choices
from console.areas.timeline.table import EventTable
from console.qt.shell import Shell
from console.qt.text import visible


class EventMenus(QObject):
    """Opens menus at the mouse or at the current line; each is gone when it closes."""

    def __init__(self, shell: Shell, table: EventTable, actions: EventActions) -> None:
        super().__init__(table)
        self._shell = shell
        self._table = table
        self._actions = actions
        table.customContextMenuRequested.connect(self._open_context_menu)

    def filter_menu(self) -> QMenu:
        menu = QMenu("Filter", self._table)
        self._add_filters(menu)
        return menu

    def context_menu(self) -> QMenu:
        menu, actions = QMenu(self._table), self._actions
        self._add_filters(menu)
        menu.addSeparator()
        writing = (("Pin or unpin\tP", actions.toggle_pin), ("Bookmark with a note…\tB", actions.bookmark))
        for words, run in writing:
            menu.addAction(words, run).setEnabled(not self._shell.read_only)
        menu.addMenu(actions.copy_menu(menu))
        menu.addSeparator()
        menu.addAction("Mark to compare\tX", actions.mark)
        menu.addAction("Compare the two selected", actions.compare_selected)
        return menu

    def _add_filters(self, menu: QMenu) -> None:
        line = self._table.current_line()
        choices = filter_choices(line.row, self._shell.scope().filter_text) if line and not line.row.marker else []
        for choice in choices:
            action = menu.addAction(visible(choice.title).replace("&", "&&"))
            action.triggered.connect(partial(self._shell.set_filter, choice.text))
        if not choices:
            menu.addAction("Choose an event to filter by it").setEnabled(False)

    def open_filters(self) -> None:
        self._open_at_line(self.filter_menu())

    def open_copying(self) -> None:
        self._open_at_line(self._actions.copy_menu(self._table))

    def _open_at_line(self, menu: QMenu) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rect = self._table.visualRect(self._table.currentIndex())
        menu.popup(self._table.viewport().mapToGlobal(QPoint(max(12, rect.left()), max(0, rect.bottom()))))

    def _open_context_menu(self, place: QPoint) -> None:
        menu = self.context_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._table.viewport().mapToGlobal(place))
