"""Two versions of a contract against each other: what changed, whom that breaks, and both texts side by side."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from console.areas.contracts.core.compatibility import Change, Comparison, compare_all
from console.areas.contracts.store.answers import VersionRow
from console.areas.contracts.view.change_table import ChangeTable
from console.areas.contracts.view.drift_words import class_color, class_words
from console.areas.contracts.view.version_words import changes_words, markdown
from console.qt.choosing import choose_row
from console.qt.clipboard import put_on_clipboard
from console.qt.diff_rows import DiffRows, diff_rows, summary_words
from console.qt.diff_view import DiffView
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.text import clip, visible
from console.qt.theme import current_theme

_NAME_CHARS = 60


class Compared(NamedTuple):
    """What was found between two versions."""

    comparison: Comparison
    rows: DiffRows


def compare_versions(left: VersionRow, right: VersionRow) -> Compared:
    """Compare an older version (left) with a newer one. Runs off the main thread."""
    titles = (f"old: {left.version}", f"new: {right.version}")
    return Compared(compare_all([left.contract], [right.contract]), diff_rows(titles, left.document, right.document))


class VersionsDialog(QDialog):
    """`left` and `right` are ids of versions, None for the newest two; the left one is taken for the older."""

    def __init__(
        self, shell: Shell, versions: Sequence[VersionRow], left: int | None = None, right: int | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shell, self._versions = shell, list(versions)
        self._compared: Compared | None = None
        self.setWindowTitle(_title(versions))
        self.left, self.right = self._chooser("Old version"), self._chooser("New version")
        self.swap = QPushButton("⇄ Swap")
        self.verdict = plain_label("", "heading", selectable=True)
        self.words = plain_label("", selectable=True)
        self.table = ChangeTable(shell)
        self.table.setSelectionMode(ChangeTable.SelectionMode.SingleSelection)
        self.rule = plain_label("", selectable=True)
        self.summary = plain_label("", "small")
        self.equal = QCheckBox("Show equal fields")
        self.diff: DiffView | None = None
        self.tabs = QTabWidget()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = self.buttons.addButton("Copy as Markdown", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setAutoDefault(False)
        self._build()
        self._choose(self.right, right if right is not None else self._id(0))
        self._choose(self.left, left if left is not None else self._id(1))
        self._connect()
        self._compare()

    def markdown(self) -> str:
        """Return the table of changes as Markdown, "" while nothing is compared."""
        if self._compared is None:
            return ""
        comparison = self._compared.comparison
        return markdown(self._heading(), self.verdict.text() + ". " + self.words.text(), comparison.changes)

    def _connect(self) -> None:
        for box in (self.left, self.right):
            box.currentIndexChanged.connect(lambda _: self._compare())
        self.swap.clicked.connect(self._swap)
        self.copy.clicked.connect(self._copy)
        self.table.chosen.connect(self._show_rule)
        self.buttons.rejected.connect(self.reject)

    def _compare(self) -> None:
        old, new = self._version(self.left), self._version(self.right)
        if old is None or new is None:
            self.verdict.setText("There is no other version to compare with.")
            return
        self.verdict.setText("Comparing…")
        self.words.setText("")
        self.copy.setEnabled(False)
        self._shell.read(self, "compare", lambda _: compare_versions(old, new), self._show, self._failed)

    def _show(self, found: Compared) -> None:
        self._compared = found
        comparison = found.comparison
        self.table.show_changes(comparison.changes)
        self.verdict.setText(verdict_words(comparison))
        color = class_color(comparison.verdict, current_theme()) if comparison.verdict else current_theme().good
        self.verdict.setStyleSheet(f"color: {color}")
        self.words.setText(_sentence(changes_words(comparison.changes)))
        self.words.setVisible(bool(comparison.changes))  # else the verdict has said it
        self.summary.setText(summary_words(found.rows))
        self._show_diff(found.rows)
        self.copy.setEnabled(True)
        if comparison.changes:
            choose_row(self.table, 0)
        else:
            self._show_rule(None)

    def _show_diff(self, rows: DiffRows) -> None:
        diff = DiffView(rows, fitted=False)
        diff.show_equal(self.equal.isChecked())
        if self.diff is not None:
            self._column.removeWidget(self.diff)
            self.diff.hide()
            self.diff.deleteLater()
        self.diff = diff
        self._column.addWidget(diff, 1)

    def _show_rule(self, change: Change | None) -> None:
        self.rule.setText("" if change is None else f"{class_words(change.verdict)}: {visible(change.rule)}")

    def _swap(self) -> None:
        left, right = self.left.currentIndex(), self.right.currentIndex()
        for box, place in ((self.left, right), (self.right, left)):
            box.blockSignals(True)
            box.setCurrentIndex(place)
            box.blockSignals(False)
        self._compare()

    def _copy(self) -> None:
        put_on_clipboard(self.markdown())
        self._shell.notify("The changes are copied as Markdown.")

    def _failed(self, error: Exception) -> None:
        self.verdict.setText(f"Could not be compared: {clip(visible(str(error)), 300)}")

    def _heading(self) -> str:
        old, new = self._version(self.left), self._version(self.right)
        name = _name(self._versions)
        return f"{name}: {old.version if old else ''} → {new.version if new else ''}"

    def _id(self, place: int) -> int | None:
        place = min(place, len(self._versions) - 1)
        return self._versions[place].id if place >= 0 else None

    def _version(self, box: QComboBox) -> VersionRow | None:
        return next((row for row in self._versions if row.id == box.currentData()), None)

    def _choose(self, box: QComboBox, version_id: int | None) -> None:
        box.setCurrentIndex(max(0, box.findData(version_id)))

    def _chooser(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        for row in self._versions:
            mark = ", checked now" if row.is_current else ""
            box.addItem(f"{clip(visible(row.version), _NAME_CHARS)} ({visible(row.origin)}{mark})", row.id)
        return box

    def _build(self) -> None:
        head = QGridLayout()
        head.setHorizontalSpacing(8)
        for column, (words, box) in enumerate((("Old", self.left), ("New", self.right))):
            label = QLabel(words)
            label.setBuddy(box)
            head.addWidget(label, 0, 2 * column)
            head.addWidget(box, 0, 2 * column + 1)
            head.setColumnStretch(2 * column + 1, 1)
        head.addWidget(self.swap, 0, 4)
        self.swap.setAutoDefault(False)
        self.swap.setAccessibleName("Swap old and new")
        self.rule.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.tabs.addTab(_page(self.table, self.rule), "Changes")
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.equal)
        texts = QWidget()
        self._column = QVBoxLayout(texts)
        self._column.setContentsMargins(0, 6, 0, 0)
        self._column.addLayout(row)
        self.tabs.addTab(texts, "Side by side")
        self.tabs.setAccessibleName("Changes, or both versions side by side")
        self.equal.toggled.connect(lambda shown: self.diff.show_equal(shown) if self.diff is not None else None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        for widget in (self.verdict, self.words):
            layout.addWidget(widget)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.buttons)
        self.resize(960, 620)


def verdict_words(comparison: Comparison) -> str:
    """Return the overall verdict: "✖ breaking, and the version has no new major number (unbumped)"."""
    if not comparison.verdict:
        return "✓ the same: nobody notices"
    unbumped = ", and the version has no new major number (unbumped)" if comparison.is_unbumped else ""
    return f"{class_words(comparison.verdict)}{unbumped}"


def _title(versions: Sequence[VersionRow]) -> str:
    return f"Compare versions of {_name(versions)}"


def _name(versions: Sequence[VersionRow]) -> str:
    if not versions:
        return "a contract"
    contract = versions[0].contract
    return clip(visible(f"{contract.method} {contract.endpoint}".strip()), _NAME_CHARS)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _page(table: QWidget, below: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 6, 0, 0)
    layout.setSpacing(6)
    layout.addWidget(table, 1)
    layout.addWidget(below)
    return page
