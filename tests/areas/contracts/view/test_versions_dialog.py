"""Two versions against each other: the table, the verdict, the texts, and Markdown that stays text."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.areas.contracts.core.compatibility import Change
from console.areas.contracts.store.reading import all_versions
from console.areas.contracts.view.version_words import changes_words, markdown
from console.areas.contracts.view.versions_dialog import VersionsDialog
from tests.areas.contracts.view.contract_store import SEARCH, ContractsShell, changed, make_store

NEXT = changed(SEARCH, contractVersion="2.1.0")
NEXT["expectedResponse"]["properties"]["total"]["type"] = ["integer", "null"]
NEXT["expectedResponse"]["properties"]["took"] = {"type": "number", "title": "<b>\u202e"}
ALIKE = changed(NEXT, contractVersion="2.1.1")


class Opened:
    """A dialog over versions 2.1.1, 2.1.0 and 2.0.0; ids 3, 2, 1."""

    def __init__(self, path: Path, host: QWidget, *ids: int, last: int = 3) -> None:
        self.shell = ContractsShell(path)
        versions = all_versions(self.shell.connection)[:last]
        self.dialog = VersionsDialog(self.shell, versions, *ids, parent=host)
        self.dialog.open()
        self.wait()

    def wait(self) -> None:
        self.shell.deliver()
        QApplication.processEvents()

    def verdicts(self) -> list[str]:
        return [change.verdict for change in self.dialog.table.list.rows]


Open = Callable[..., Opened]


@pytest.fixture
def open_versions(tmp_path: Path, qtbot: QtBot) -> Iterator[Open]:
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    path = make_store(tmp_path / "contracts.db", SEARCH, NEXT, ALIKE)
    yield lambda *ids, last=3: Opened(path, host, *ids, last=last)
    host.close()


def test_the_newest_two_are_compared_first(open_versions: Open) -> None:
    dialog = open_versions().dialog
    assert dialog.left.currentText() == "2.1.0 (file)"
    assert dialog.right.currentText() == "2.1.1 (file, checked now)"
    assert dialog.verdict.text() == "✓ the same: nobody notices"
    assert dialog.words.text() == "Nothing changes."


def test_changes_stand_in_a_table_with_the_verdict_above(open_versions: Open) -> None:
    opened = open_versions(1, 2)
    assert opened.verdicts() == ["BREAKING", "ADDITIVE"]
    assert opened.dialog.verdict.text() == "✖ breaking, and the version has no new major number (unbumped)"
    assert opened.dialog.words.text() == "2 changes: 1 breaking, 1 additive."
    first = opened.dialog.table.list
    assert first.index(0, 2).data() == "answer 2xx, total"
    assert opened.dialog.rule.text().startswith("✖ breaking: ")


def test_the_other_way_round_is_another_verdict(open_versions: Open) -> None:
    opened = open_versions(1, 2)
    opened.dialog.swap.click()
    opened.wait()
    assert opened.dialog.left.currentText().startswith("2.1.0")
    assert "BREAKING" not in opened.verdicts()


def test_another_version_is_chosen(open_versions: Open) -> None:
    opened = open_versions()
    opened.dialog.left.setCurrentIndex(opened.dialog.left.findData(1))
    opened.wait()
    assert opened.verdicts() == ["BREAKING", "ADDITIVE"]


def test_both_texts_stand_side_by_side_with_equal_fields_folded(open_versions: Open) -> None:
    opened = open_versions(1, 2)
    opened.dialog.tabs.setCurrentIndex(1)
    assert opened.dialog.diff is not None
    text = opened.dialog.diff.shown_text()
    assert "$.contractVersion (changed)" in text
    assert "<b>⟨U+202E⟩" in text
    assert "serviceName" not in text
    opened.dialog.equal.click()
    assert "serviceName" in opened.dialog.diff.shown_text()
    opened.dialog.swap.click()
    opened.wait()
    assert "serviceName" in opened.dialog.diff.shown_text()


def test_changes_are_copied_as_markdown(open_versions: Open) -> None:
    opened = open_versions(1, 2)
    opened.dialog.copy.click()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "### GET /acus/search: 2.0.0 → 2.1.0"
    assert lines[2] == "✖ breaking, and the version has no new major number (unbumped). 2 changes: 1 breaking, 1 additive."
    assert lines[6].startswith("| BREAKING | GET /acus/search | answer 2xx, total | ")
    assert opened.shell.notes == ["The changes are copied as Markdown."]


def test_text_from_outside_is_no_markdown() -> None:
    change = Change("s", "GET", "/a|b", "response", "2xx", "<img src=x>", "type-changed", "BREAKING", "`rm` [x](y)\n| z",
                    "*a*", "_b_")  # fmt: skip
    line = markdown("t", "v", [change]).split("\n")[6]
    assert line == (
        "| BREAKING | GET /a\\|b | answer 2xx, &lt;img src=x&gt; | type changed | "
        "\\`rm\\` \\[x\\](y)↵\\| z | \\*a\\* | \\_b\\_ |"
    )
    assert changes_words([change, change]) == "2 breaking changes"


def test_one_version_alone_is_equal_to_itself(open_versions: Open) -> None:
    opened = open_versions(last=1)
    assert opened.dialog.verdict.text() == "✓ the same: nobody notices"


def test_no_version_says_so(open_versions: Open) -> None:
    opened = open_versions(last=0)
    assert opened.dialog.verdict.text() == "There is no other version to compare with."
    assert opened.dialog.markdown() == ""


def test_every_control_has_a_name(open_versions: Open) -> None:
    dialog = open_versions().dialog
    for control in (dialog.left, dialog.right, dialog.swap, dialog.table, dialog.tabs):
        assert control.accessibleName()
