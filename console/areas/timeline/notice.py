"""The button back to the newest rows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget


class NewestButton(QPushButton):
    """Floats over the list's end while it stands still: "↓ 412 new"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("primary", True)
        self.hide()

    def show_count(self, count: int, limit: int) -> None:
        """Show how many rows wait; `limit` and above is "999+"."""
        number = f"{limit - 1:,}+" if count >= limit else f"{count:,}"
        self.setText(f"↓  {number} new" if count else "↓  Newest")
        self.setAccessibleName(f"{number} new events, go to the newest" if count else "Go to the newest event")
        self.adjustSize()
        self.place()

    def place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - 16)
