"""The page of redaction: the person's own profile in TOML, checked while it is typed, and a sample to try it on."""

import sqlite3
from typing import NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from console.areas.incidents.core.redaction import Profile, ProfileError, Span, default_text, try_sample
from console.areas.incidents.view.export_rules import PROFILE_CHARS, SETTING, profile_of
from console.areas.incidents.view.letter_table import LetterTable
from console.areas.incidents.view.text_viewer import TextViewer
from console.model.area import Ref
from console.qt.holding import hold
from console.qt.little_buttons import little_button
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.splitter import split
from console.qt.table import Column
from console.qt.text import visible
from console.qt.theme import current_theme, mono_font
from console.qt.words import counted

_TYPED_MS = 250
SAMPLE_CHARS = 100_000
_WORDS = "Your rules, added to those that always hold. They are used for every bundle that you make here."
_START = """[keys]
secret = []   # names whose values are masked too, as in "room-code"
allow = []    # names that are not
user = []     # names of user ids: replaced, alike wherever the same id stands

[paths]
mask = []     # as in "data.user.name"
allow = []
"""
_SAMPLE = """{
  "authorization": "Bearer abc123def456ghi789jkl",
  "url": "https://example.org/?token=s3cr3t-t0ken-value",
  "userId": "42"
}"""


class Tried(NamedTuple):
    """What a profile and a sample give: `line` (from 1, 0 when unknown) is where the profile is wrong."""

    problem: str = ""
    line: int = 0
    spans: tuple[Span, ...] = ()


def try_profile(text: str, sample: str) -> Tried:
    """Read a profile and try it on a sample; may run on any thread."""
    try:
        profile: Profile = profile_of([text] if text.strip() else [])
    except ProfileError as error:
        return Tried(str(error), error.line)
    return Tried(spans=tuple(try_sample(profile, sample)))


class RedactionPage(QWidget):
    """What is typed is kept when it is valid; before that, exports use what was valid last."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        kept = shell.setting(SETTING)
        self.profile = _editor("Your redaction profile, in TOML", kept if isinstance(kept, str) and kept.strip() else _START)
        self.sample = _editor("A sample to try the rules on", _SAMPLE)
        self.verdict = plain_label("")
        self.found = plain_label("", "small")
        self.shipped = little_button(
            "Rules that always hold…", "Show the profile that ships with the console", self._show_shipped
        )
        self.restore = little_button("Start anew", "Put the empty profile back", lambda: self.profile.setPlainText(_START))
        self.table = LetterTable(
            _columns(),
            lambda span: (span.start, span.end),
            shell,
            "layout.incidents.sample",
            "What is masked in the sample",
            "path",
        )
        self.table.chosen.connect(self._select_span)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.refresh)
        self.profile.textChanged.connect(self._typed.start)
        self.sample.textChanged.connect(self._typed.start)
        shell.theme_changed.connect(self.refresh)
        hold(shell, self.profile, self.restore)
        self._build()

    def activate(self) -> None:
        self.profile.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def deactivate(self) -> None:
        """Nothing is read while the page is behind."""

    def show_ref(self, ref: Ref) -> None:
        """There is nothing smaller than the page to show."""

    def refresh(self) -> None:
        """Check the profile and try it, off the main thread: a person's pattern may take long."""
        text, sample = self.profile.toPlainText()[:PROFILE_CHARS], self.sample.toPlainText()[:SAMPLE_CHARS]

        def run(_: sqlite3.Connection) -> Tried:
            return try_profile(text, sample)

        self._shell.read(self, "profile", run, lambda tried: self._show(text, tried))

    def _show(self, text: str, tried: Tried) -> None:
        self._mark_line(tried.line)
        self.verdict.setObjectName("error" if tried.problem else "good")
        self.verdict.style().polish(self.verdict)
        if tried.problem:
            self.verdict.setText(f"✖ {visible(tried.problem)}. Exports still use what was valid last.")
            self.found.setText("The sample is tried when the profile is valid.")
            self.table.show_rows([])
            self._mark_spans(())
            return
        self.verdict.setText(
            "✓ Valid. It is not kept: this window only reads." if self._shell.read_only else "✓ Valid, and kept."
        )
        if not self._shell.read_only and text != (self._shell.setting(SETTING) or _START):
            self._shell.set_setting(SETTING, text)
        self.found.setText(f"{counted(len(tried.spans), 'place')} of the sample would be masked." if tried.spans else
                           "Nothing of the sample would be masked.")  # fmt: skip
        self.table.show_rows(tried.spans)
        self._mark_spans(tried.spans)

    def _build(self) -> None:
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(_heading("Your profile (TOML)", self.profile), 1)
        head.addWidget(self.restore)
        head.addWidget(self.shipped)
        column.addLayout(head)
        column.addWidget(plain_label(_WORDS, "small"))
        column.addWidget(self.profile, 1)
        column.addWidget(self.verdict)
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        column.addWidget(_heading("Sample: JSON, a log line, anything", self.sample))
        column.addWidget(self.sample, 1)
        column.addWidget(self.found)
        column.addWidget(self.table, 1)
        sides = (left, 1), (right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split(Qt.Orientation.Horizontal, "The profile, and a sample", *sides, sizes=[420, 420]))

    def _mark_line(self, line: int) -> None:
        marks: list[QTextEdit.ExtraSelection] = []
        block = self.profile.document().findBlockByNumber(line - 1)
        if line > 0 and block.isValid():
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(block)
            mark.format = _ground("error", full=True)
            marks.append(mark)
        self.profile.setExtraSelections(marks)

    def _mark_spans(self, spans: tuple[Span, ...]) -> None:
        text, marks = self.sample.toPlainText(), []
        for span in spans:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = _cursor(self.sample, text, span)
            mark.format = _ground("warning")
            marks.append(mark)
        self.sample.setExtraSelections(marks)

    def _select_span(self, span: Span | None) -> None:
        if span is not None:
            self.sample.setTextCursor(_cursor(self.sample, self.sample.toPlainText(), span))
            self.sample.ensureCursorVisible()

    def _show_shipped(self) -> None:
        TextViewer(self, "Rules that always hold", default_text()).open()


def _cursor(edit: QPlainTextEdit, text: str, span: Span) -> QTextCursor:
    """Return a cursor over a span; Qt counts in UTF-16."""
    start, end = (len(text[:place].encode("utf-16-le", "surrogatepass")) // 2 for place in (span.start, span.end))
    cursor = QTextCursor(edit.document())
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _ground(color: str, *, full: bool = False) -> QTextCharFormat:
    found = QTextCharFormat()
    found.setBackground(current_theme().color(color, 60))
    found.setProperty(QTextCharFormat.Property.FullWidthSelection, full)
    return found


def _editor(name: str, text: str) -> QPlainTextEdit:
    edit = QPlainTextEdit(text)
    edit.setFont(mono_font())
    edit.setAccessibleName(name)
    edit.setTabChangesFocus(True)
    return edit


def _heading(words: str, buddy: QWidget) -> QLabel:
    label = QLabel(words)
    label.setObjectName("heading")
    label.setBuddy(buddy)
    return label


def _columns() -> list[Column[Span]]:
    def color(_: Span) -> QColor:
        return QColor(current_theme().warning)

    return [
        Column("rule", "Rule", lambda span: span.rule, 120, color=color),
        Column("path", "Path", lambda span: span.path, 160),
        Column("replacement", "Reads then", lambda span: span.replacement, 190),
    ]
