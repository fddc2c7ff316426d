"""Which columns stand where and how wide: chosen in the header's menu, remembered as plain JSON."""

from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu

from console.areas.timeline.columns import COLUMNS, KEYS, MESSAGE
from console.areas.timeline.table import EventTable
from console.qt.shell import Shell

SETTING = "timeline/columns"
_SAVE_AFTER_MS = 300


class ColumnLayout(QObject):
    """Applies the remembered layout to the header and remembers each change of it."""

    def __init__(self, table: EventTable, shell: Shell) -> None:
        super().__init__(table)
        self._shell = shell
        self._table = table
        self._header = table.horizontalHeader()
        self._header.setSectionsMovable(True)
        self._header.setMinimumSectionSize(36)
        self._header.setHighlightSections(False)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(self._open_menu)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)
        self.apply(shell.setting(SETTING))
        self._header.sectionMoved.connect(self._timer.start)
        self._header.sectionResized.connect(lambda *_: self._timer.start())

    def apply(self, saved: Any) -> None:
        """Lay the columns out as saved: [{"key", "width", "shown"}, …] in order; anything else means the default."""
        entries = [one for one in saved if isinstance(one, dict)] if isinstance(saved, list) else []
        by_key = {one["key"]: one for one in entries if one.get("key") in KEYS}
        order = [*by_key, *(key for key in KEYS if key not in by_key)]
        for place, key in enumerate(order):
            number = KEYS.index(key)
            entry = by_key.get(key, {})
            width = entry.get("width")
            self._header.moveSection(self._header.visualIndex(number), place)
            self._header.resizeSection(
                number, width if isinstance(width, int) and 24 <= width <= 4000 else COLUMNS[number].width
            )
            self._header.setSectionHidden(number, not entry.get("shown", COLUMNS[number].shown))
        if all(self._header.isSectionHidden(i) for i in range(len(COLUMNS))):
            self._header.setSectionHidden(MESSAGE, False)
        self._stretch()

    def _stretch(self) -> None:
        # The message takes what the others leave, so that nothing scrolls sideways on a usual screen.
        for i in range(len(COLUMNS)):
            stretch = i == MESSAGE
            mode = QHeaderView.ResizeMode.Stretch if stretch else QHeaderView.ResizeMode.Interactive
            self._header.setSectionResizeMode(i, mode)

    def layout_now(self) -> list[dict[str, Any]]:
        order = [self._header.logicalIndex(i) for i in range(self._header.count())]
        hidden = self._header.isSectionHidden
        known = {one["key"]: one.get("width") for one in self._shell.setting(SETTING) or [] if isinstance(one, dict)}
        return [
            {
                "key": KEYS[i],
                "width": (known.get(KEYS[i]) or COLUMNS[i].width) if hidden(i) else self._header.sectionSize(i),
                "shown": not hidden(i),
            }
            for i in order
        ]

    def save(self) -> None:
        self._shell.set_setting(SETTING, self.layout_now())

    def menu(self) -> QMenu:
        """Return the chooser: one check per column, and the way back to the default."""
        menu = QMenu("Columns", self._table)
        for i, column in enumerate(COLUMNS):
            action = QAction(f"{column.title} to the row before" if column.key == "delta" else column.title, menu)
            action.setCheckable(True)
            action.setChecked(not self._header.isSectionHidden(i))
            action.toggled.connect(lambda shown, i=i: self.show_column(i, shown))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction("Reset columns", self.reset)
        return menu

    def show_column(self, number: int, shown: bool) -> None:
        visible = [i for i in range(len(COLUMNS)) if not self._header.isSectionHidden(i)]
        if not shown and visible == [number]:
            self._shell.notify("The last column stays.")
            return
        self._header.setSectionHidden(number, not shown)
        self.save()

    def reset(self) -> None:
        self.apply(None)
        self.save()

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._header.mapToGlobal(place))
