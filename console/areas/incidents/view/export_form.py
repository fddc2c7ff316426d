"""What is exported: which events, as which kind of file; for a bundle its title, notes, report and picture too."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QImageWriter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.store.notes import Note
from console.areas.incidents.view.export_kind import BUNDLE, KINDS, Kind, kind_of
from console.areas.incidents.view.offer import Offer
from console.qt.plain import plain_label
from console.qt.text import clip, plain_tooltip, visible

_TYPED_MS = 300
_TITLE_CHARS, _NOTE_CHARS = 200, 200_000
_MOST_AROUND_S = 3_600
_PICTURE = "A picture of this window. It is not masked: look at it before you send it."


class Contents(NamedTuple):
    """What the person wants in the file; beside `selection` nothing where `kind` holds nothing else."""

    kind: Kind
    selection: Selection
    title: str
    notes: tuple[tuple[str, str], ...]
    picture: QImage | None
    has_report: bool


def png_of(image: QImage) -> bytes:
    """Return an image as PNG; takes a while, and may run on any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


class ExportForm(QWidget):
    """`selected` when other events are meant than before, `kind_changed` when another kind of file is."""

    selected = Signal()
    kind_changed = Signal()

    def __init__(self, offers: Sequence[Offer], picture: QPixmap | None, form: str = BUNDLE.form) -> None:
        super().__init__()
        self._offers, self._pixmap = offers, picture
        self._group = QButtonGroup(self)
        self.choices = [QRadioButton(clip(offer.words, 70).replace("&", "&&")) for offer in offers]
        for button, offer in zip(self.choices, offers, strict=True):
            button.setToolTip(plain_tooltip(offer.words))
            self._group.addButton(button)
        self.choices[0].setChecked(True)
        self.around = QSpinBox()
        self.around.setRange(0, _MOST_AROUND_S)
        self.around.setSuffix(" s")
        self.around.setMinimumWidth(88)
        self.around.setAccessibleName("Seconds around it that are taken too")
        self.kinds = QComboBox()
        self.kinds.addItems([kind.words for kind in KINDS])
        self.kinds.setAccessibleName("Kind of file")
        self.kind_words = plain_label("", "small")
        self.title = QLineEdit(offers[0].title)
        self.title.setMaxLength(_TITLE_CHARS)
        self.title.setPlaceholderText("What it is about")
        self.title.setAccessibleName("Title")
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText("What to look at, in Markdown. Addresses like console://errors/12 lead there.")
        self.note.setAccessibleName("Note for the other person, in Markdown")
        self.note.setTabChangesFocus(True)
        self.notes = QListWidget()
        self.notes.setAccessibleName("Notes of this store to pack too")
        self.notes.hide()
        self.report = QCheckBox("A report that any browser shows (report.html)")
        self.report.setChecked(True)
        self.picture = QCheckBox(_PICTURE)
        self.picture.setVisible(picture is not None)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.selected)
        self.around.valueChanged.connect(lambda _: self._typed.start())
        self._group.buttonClicked.connect(lambda _: self._chosen())
        self._build()
        self.kinds.currentIndexChanged.connect(lambda _: self._kind_chosen())
        self.set_kind(form)
        self._kind_chosen()

    def kind(self) -> Kind:
        return KINDS[self.kinds.currentIndex()]

    def set_kind(self, form: str) -> None:
        """Choose a kind of file by its name."""
        self.kinds.setCurrentIndex(KINDS.index(kind_of(form)))

    def offer(self) -> Offer:
        return self._offers[next(number for number, button in enumerate(self.choices) if button.isChecked())]

    def selection(self) -> Selection:
        """Return which events are meant."""
        return replace(self.offer().selection, around_ms=self.around.value() * 1_000)

    def contents(self) -> Contents:
        """Return all that is wanted."""
        if not self.kind().is_bundle:
            return Contents(self.kind(), self.selection(), "", (), None, False)
        written = self.note.toPlainText().strip()[:_NOTE_CHARS]
        notes = [("Note", written)] if written else []
        for number in range(self.notes.count()):
            item = self.notes.item(number)
            if item.checkState() == Qt.CheckState.Checked:
                note: Note = item.data(Qt.ItemDataRole.UserRole)
                notes.append((note.title, note.markdown))
        title, picture = self.title.text().strip(), self._picture()
        return Contents(self.kind(), self.selection(), title, tuple(notes), picture, self.report.isChecked())

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Offer the notes of the store."""
        self.notes.clear()
        for note in notes:
            item = QListWidgetItem(clip(visible(note.title), 80))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.UserRole, note)
            self.notes.addItem(item)
        self.notes.setVisible(bool(notes))

    def _kind_chosen(self) -> None:
        self.kind_words.setText(self.kind().what)
        self.kind_words.setVisible(not self.kind().is_bundle)
        self._bundled.setVisible(self.kind().is_bundle)
        self.kind_changed.emit()

    def _picture(self) -> QImage | None:
        return self._pixmap.toImage() if self._pixmap is not None and self.picture.isChecked() else None

    def _chosen(self) -> None:
        others = {offer.title for offer in self._offers}
        if self.title.text() in others or not self.title.text():
            self.title.setText(self.offer().title)
        self.selected.emit()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(plain_label("What to pack", "heading"))
        for button in self.choices:
            layout.addWidget(button)
        near = QHBoxLayout()
        label = QLabel("and all that happened")
        label.setBuddy(self.around)
        near.addWidget(label)
        near.addWidget(self.around)
        near.addWidget(QLabel("before and after it"))
        near.addStretch(1)
        layout.addLayout(near)
        layout.addSpacing(6)
        layout.addWidget(plain_label("Kind of file", "heading"))
        layout.addWidget(self.kinds)
        layout.addWidget(self.kind_words)
        self._bundled = self._bundle_parts()
        layout.addWidget(self._bundled, 1)
        layout.addStretch(0)

    def _bundle_parts(self) -> QWidget:
        """Return what only a bundle holds."""
        parts = QWidget()
        layout = QVBoxLayout(parts)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(plain_label("Title and note", "heading"))
        for widget, stretch in ((self.title, 0), (self.note, 2), (self.notes, 1)):
            layout.addWidget(widget, stretch)
        self.notes.setMaximumHeight(96)
        layout.addSpacing(6)
        layout.addWidget(plain_label("Besides", "heading"))
        layout.addWidget(self.report)
        layout.addWidget(self.picture)
        return parts
