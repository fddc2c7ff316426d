"""Which columns stand where and how wide: chosen in the header's menu, remembered as plain JSON."""

from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu

from console.areas.timeline.columns import COLUMNS, GIVING_WAY, KEYS, MESSAGE
from console.areas.timeline.table import EventTable
from console.qt.shell import Shell

SETTING = "timeline/columns"
MESSAGE_PX = 300
"""The message is what people read: a narrow list leaves out other columns before it gets narrower than this."""
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
        self._wanted: set[int] = set()
        self._widths: dict[int, int] = {}
        self._fitting = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)
        self.apply(shell.setting(SETTING))
        self._header.sectionMoved.connect(self._timer.start)
        self._header.sectionResized.connect(self._resized)
        table.resized.connect(self.fit)

    def apply(self, saved: Any) -> None:
        """Lay the columns out as saved: [{"key", "width", "shown"}, …] in order; anything else means the default."""
        entries = [one for one in saved if isinstance(one, dict)] if isinstance(saved, list) else []
        by_key = {one["key"]: one for one in entries if one.get("key") in KEYS}
        order = [*by_key, *(key for key in KEYS if key not in by_key)]
        self._wanted.clear()
        for place, key in enumerate(order):
            number = KEYS.index(key)
            entry = by_key.get(key, {})
            width = entry.get("width")
            self._header.moveSection(self._header.visualIndex(number), place)
            self._widths[number] = width if isinstance(width, int) and 24 <= width <= 4000 else COLUMNS[number].width
            self._header.setSectionHidden(number, False)  # the width of a hidden one cannot be set
            self._header.resizeSection(number, self._widths[number])
            if entry.get("shown", COLUMNS[number].shown):
                self._wanted.add(number)
        self._wanted = self._wanted or {MESSAGE}
        self._stretch()
        self.fit()

    def fit(self) -> None:
        """Show the wanted columns, without those that would squeeze the message in a list this narrow."""
        shown = set(self._wanted)
        spare = self._table.viewport().width() - MESSAGE_PX - sum(COLUMNS[i].width for i in shown - {MESSAGE})
        for i in GIVING_WAY:
            if spare < 0 and i in shown and MESSAGE in shown:
                spare += COLUMNS[i].width
                shown.discard(i)
        self._fitting = True
        for i in range(len(COLUMNS)):
            if self._header.isSectionHidden(i) == (i in shown):
                self._header.setSectionHidden(i, i not in shown)
        for i in shown:
            roomy = COLUMNS[i].roomy
            if roomy and self._widths[i] == COLUMNS[i].width:
                self._header.resizeSection(i, roomy if spare > MESSAGE_PX else COLUMNS[i].width)
        self._fitting = False

    def _resized(self, number: int, _old_px: int, width_px: int) -> None:
        if width_px and not self._fitting and number != MESSAGE:
            self._widths[number] = width_px
            self._timer.start()

    def _stretch(self) -> None:
        # The message takes what the others leave, so that nothing scrolls sideways on a usual screen.
        for i in range(len(COLUMNS)):
            stretch = i == MESSAGE
            mode = QHeaderView.ResizeMode.Stretch if stretch else QHeaderView.ResizeMode.Interactive
            self._header.setSectionResizeMode(i, mode)

    def layout_now(self) -> list[dict[str, Any]]:
        order = [self._header.logicalIndex(i) for i in range(self._header.count())]
        return [{"key": KEYS[i], "width": self._widths[i], "shown": i in self._wanted} for i in order]

    def save(self) -> None:
        self._shell.set_setting(SETTING, self.layout_now())

    def menu(self) -> QMenu:
        """Return the chooser: one check per column, and the way back to the default."""
        menu = QMenu("Columns", self._table)
        for i, column in enumerate(COLUMNS):
            title = f"{column.title} to the row before" if column.key == "delta" else column.title
            crowded_out = i in self._wanted and self._header.isSectionHidden(i)
            action = QAction(f"{title} (no room now)" if crowded_out else title, menu)
            action.setCheckable(True)
            action.setChecked(i in self._wanted)
            action.toggled.connect(lambda shown, i=i: self.show_column(i, shown))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction("Reset columns", self.reset)
        return menu

    def show_column(self, number: int, shown: bool) -> None:
        if not shown and self._wanted == {number}:
            self._shell.notify("The last column stays.")
            return
        if shown:
            self._wanted.add(number)
        else:
            self._wanted.discard(number)
        self.fit()
        self.save()

    def reset(self) -> None:
        self.apply(None)
        self.save()

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._header.mapToGlobal(place))
