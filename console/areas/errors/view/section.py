"""Parts of the group's page: a heading, and below it lines of a name and its words. Plain text only."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from console.areas.errors.view.page_words import Pair
from console.qt.plain import plain_label
from console.qt.text import clip, visible

_SHOWN_CHARS = 2_000
_NAME_PX = 108


class Section(QWidget):
    """A heading over `body`."""

    def __init__(self, title: str, body: QWidget) -> None:
        super().__init__()
        heading = plain_label(title)
        heading.setObjectName("heading")
        body.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(heading)
        layout.addWidget(body)


class PairList(QWidget):
    """Names on the left, their words on the right; labels are kept and written anew."""

    def __init__(self) -> None:
        super().__init__()
        self._pairs: list[Pair] = []
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, _NAME_PX)
        self._grid.setColumnStretch(1, 1)

    def show_pairs(self, pairs: Sequence[Pair]) -> None:
        if list(pairs) == self._pairs:
            return
        self._pairs = list(pairs)
        while len(self._labels) < len(pairs):
            self._add_row()
        for number, (name, words) in enumerate(self._labels):
            shown = number < len(pairs)
            name.setText(clip(visible(pairs[number][0]), 60) if shown else "")
            words.setText(clip(visible(pairs[number][1], lines=True), _SHOWN_CHARS) if shown else "")
            name.setVisible(shown)
            words.setVisible(shown)

    def text(self) -> str:
        """Return what is shown."""
        return "\n".join(f"{name.text()}: {words.text()}" for name, words in self._labels[: len(self._pairs)])

    def _add_row(self) -> None:
        name, words = plain_label(), plain_label(selectable=True)
        name.setObjectName("muted")
        name.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        name.setMaximumWidth(2 * _NAME_PX)
        row = len(self._labels)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(words, row, 1)
        self._labels.append((name, words))
