"""What stands above the fields: which conflict this is, how far it is settled, and what was answered."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from console.areas.sync.view.stepping import TITLES
from console.qt.notice import Banner
from console.qt.plain import plain_label
from console.qt.text import clip, plain_tooltip, visible
from console.qt.theme import mono_font

_GAP_PX, _PAD_PX, _BAR_PX = 8, 8, 12
_COUNTS_TIP = "Fields that are decided, of those that ask for a decision; the place of this conflict in the queue"


class ConflictHead(QWidget):
    """Title, counter, sentences, a banner for the answer, and the titles of the four columns."""

    def __init__(self) -> None:
        super().__init__()
        self.title = plain_label("", "groupTitle")
        self.counter = QLabel()
        self.counter.setTextFormat(Qt.TextFormat.PlainText)
        self.counter.setFont(mono_font())
        self.counter.setToolTip(_COUNTS_TIP)
        self.counter.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.words = plain_label("", "small")
        self.answer, self.no_base = Banner(), Banner()
        self.columns = [plain_label(title, "small") for title in TITLES]
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.counter)
        top = QVBoxLayout()
        top.setContentsMargins(_PAD_PX, 6, _PAD_PX, 6)
        top.setSpacing(2)
        top.addLayout(row)
        top.addWidget(self.words)
        heads = QHBoxLayout()
        heads.setContentsMargins(_PAD_PX, 4, _PAD_PX + _BAR_PX, 2)
        heads.setSpacing(_GAP_PX)
        for label in self.columns:
            label.setAlignment(Qt.AlignmentFlag.AlignBottom)
            heads.addWidget(label, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.answer)
        column.addWidget(self.no_base)
        column.addLayout(heads)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_titles(self, titles: tuple[str, str, str, str]) -> None:
        """Name the columns: "local (pwa, version 3)"."""
        for label, title in zip(self.columns, titles, strict=True):
            label.setText(clip(visible(title), 80))
            label.setToolTip(plain_tooltip(title))

    def show_answer(self, words: str) -> None:
        """Say what became of what was sent; "" hides the line."""
        self.answer.show_text(clip(visible(words), 600))
