"""All sections of an event below each other; laid out a section at a time, so that the window never waits for it."""

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from console.app.inspector.block_widgets import BlockWidgets
from console.app.inspector.blocks import Page, SectionPage
from console.app.inspector.section_frame import SectionFrame
from console.qt.shell import Shell

CLOSED_SETTING = "inspector.closed"


class Document(QScrollArea):
    """Remembers which sections a person closed, by section."""

    current_changed = Signal(str)
    """Key of the section at the top."""
    reveal_wanted = Signal(str)
    mapping_wanted = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._widgets = BlockWidgets(shell, self._reach, self.mapping_wanted.emit)
        self.setObjectName("document")
        self.setAccessibleName("Sections of the event")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # one that comes and goes moves every line
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.frames: dict[str, SectionFrame] = {}
        self._current = ""
        self._wanted = ""
        self._building = QTimer(self)
        self._building.setInterval(0)
        self._building.timeout.connect(self._build_one)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(lambda *_: self._hold())

    def show_page(self, page: Page) -> None:
        """Show another event; the section that was read stays in sight where the event has it."""
        keep = self._current if self.verticalScrollBar().value() > 0 else ""
        content = QWidget()
        content.setObjectName("sections")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        closed = set(self._closed())
        self.frames = {}
        for section in page.sections:
            frame = SectionFrame(section, self._widgets, is_open=section.key not in closed, width_px=self._inner_px())
            frame.toggled.connect(self._remember)
            frame.reveal_wanted.connect(self.reveal_wanted)
            self.frames[section.key] = frame
            column.addWidget(frame)
        column.addStretch(1)
        self._wanted = ""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # what has the keys goes; they must not go elsewhere
        self.setWidget(content)
        self.verticalScrollBar().setValue(0)
        self._set_current(next(iter(self.frames), ""))
        self._build_one()
        self._building.start()
        if keep in self.frames and keep != self._current:
            self.go_to(keep)

    def show_section(self, section: SectionPage) -> None:
        """Show one section with other blocks."""
        if section.key in self.frames:
            self.frames[section.key].show_page(section)

    def go_to(self, key: str) -> None:
        """Bring a section to the top, opened."""
        frame = self.frames.get(key)
        if frame is None:
            return
        frame.heading.setChecked(True)
        for name, one in self.frames.items():
            one.build()
            if name == key:
                break
        self._wanted = key
        self._hold()
        self._set_current(key)

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) section."""
        keys = list(self.frames)
        if self._current in keys:
            self.go_to(keys[max(0, min(len(keys) - 1, keys.index(self._current) + by))])

    def current(self) -> str:
        return self._current

    def is_built(self) -> bool:
        """Tell whether everything that is open is laid out."""
        return not self._building.isActive()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hold()

    def _build_one(self) -> None:
        if not any(frame.build() for frame in self.frames.values()):
            self._building.stop()

    def _inner_px(self) -> int:
        return max(200, self.viewport().width())

    def _hold(self) -> None:
        """Keep the wanted section at the top while what is above it still takes its place."""
        frame = self.frames.get(self._wanted)
        if frame is not None:
            wanted = self._wanted
            self.verticalScrollBar().setValue(frame.y())
            self._wanted = wanted

    def _scrolled(self, value: int) -> None:
        frame = self.frames.get(self._wanted)
        bar = self.verticalScrollBar()
        if frame is not None and value == min(frame.y(), bar.maximum()):
            return
        self._wanted = ""
        at_top = ""
        for key, one in self.frames.items():
            if one.y() > value + 8:
                break
            at_top = key
        self._set_current(at_top or next(iter(self.frames), ""))

    def _set_current(self, key: str) -> None:
        if key != self._current:
            self._current = key
        self.current_changed.emit(key)

    def _reach(self, widget: QWidget, rect: object) -> None:
        content = self.widget()
        if isinstance(rect, QRect) and content is not None:
            self._wanted = ""
            top = widget.mapTo(content, rect.topLeft())
            self.ensureVisible(8, top.y() + rect.height() // 2, 8, rect.height() // 2 + 24)

    def _closed(self) -> list[str]:
        setting = self._shell.setting(CLOSED_SETTING)
        return [key for key in setting if isinstance(key, str)] if isinstance(setting, list) else []

    def _remember(self, key: str, is_open: bool) -> None:
        closed = [one for one in self._closed() if one != key]
        self._shell.set_setting(CLOSED_SETTING, closed if is_open else [*closed, key])
