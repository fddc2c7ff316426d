"""One section of the document: a heading that folds it, and the widgets of its blocks."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from console.app.inspector.block_widgets import BlockWidgets
from console.app.inspector.blocks import SectionPage


class SectionFrame(QWidget):
    """Its body is made when it is first asked for, and only while it is open."""

    toggled = Signal(str, bool)
    """Key, and whether the section is open now."""
    reveal_wanted = Signal(str)

    def __init__(self, page: SectionPage, widgets: BlockWidgets, *, is_open: bool, width_px: int) -> None:
        super().__init__()
        self.page, self._widgets, self._width_px = page, widgets, width_px
        self.body: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.heading = QToolButton()
        self.heading.setObjectName("sectionHead")
        self.heading.setCheckable(True)
        self.heading.setChecked(is_open)
        self.heading.setText(page.title)
        self.heading.setAccessibleName(f"Section {page.title}")
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.heading.toggled.connect(self._toggle)
        head = QWidget()
        head.setObjectName("sectionRow")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 6, 0)
        row.addWidget(self.heading, 1)
        self.reveal = QPushButton()
        self.reveal.setObjectName("little")
        self.reveal.clicked.connect(lambda: self.reveal_wanted.emit(page.key))
        row.addWidget(self.reveal)
        column.addWidget(head)
        self._say()

    @property
    def is_open(self) -> bool:
        return self.heading.isChecked()

    def build(self) -> bool:
        """Make the body if it is wanted and not there; tells whether something was made."""
        if self.body is not None or not self.is_open:
            return False
        self.body = QWidget()
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 2, 0, 8)
        column.setSpacing(4)
        for block in self.page.blocks:
            for widget in self._widgets.make(block, self.page.title):
                column.addWidget(widget)
                fit: Callable[[int], None] | None = getattr(widget, "fit", None)
                if fit is not None:
                    fit(self._width_px)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.body)
        self.body.show()
        return True

    def show_page(self, page: SectionPage) -> None:
        """Show other blocks in place of these: the same section with its secrets."""
        self.page = page
        if self.body is not None:
            self.body.hide()
            self.body.deleteLater()
            self.body = None
        self._say()
        self.build()

    def _say(self) -> None:
        self.heading.setArrowType(Qt.ArrowType.DownArrow if self.is_open else Qt.ArrowType.RightArrow)
        count = self.page.secrets
        self.reveal.setText(f"Reveal {count} secret{'s' if count != 1 else ''}")
        self.reveal.setAccessibleName(f"Reveal the secrets of {self.page.title}")
        self.reveal.setVisible(bool(count) and self.is_open)

    def _toggle(self, is_open: bool) -> None:
        self.build()
        if self.body is not None:
            self.body.setVisible(is_open)
        self._say()
        self.toggled.emit(self.page.key, is_open)
