"""The export: how much, what is masked, made in a process of its own, cancelled, refused, and what came of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.view.export_dialog import ExportDialog
from console.areas.incidents.view.incident_words import size_words
from console.areas.incidents.view.known_bundles import known_bundles
from console.areas.incidents.view.offer import Offer
from tests.areas.incidents.view.incident_store import NOW_MS, IncidentsShell, store_sessions
from tests.store_filling import START_MS

OFFERS = [
    Offer("range", "Everything", Selection()),
    Offer("group", "Error group 1", Selection(groups=(1,)), "Error group 1"),
    Offer("none", "Nothing at all", Selection(until_ms=START_MS - 1)),
]


class Exporting:
    """The dialog over a store with two sessions."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.shell, self.qtbot = IncidentsShell(store_sessions(folder / "store.db")), qtbot
        self.host = QWidget()
        qtbot.addWidget(self.host)
        picture = QPixmap(40, 30)
        picture.fill(QColor("red"))
        self.dialog = ExportDialog(self.shell, self.host, OFFERS, picture, lambda: NOW_MS)
        self.dialog.foot.set_path(folder / "out.vcb")
        self.dialog.open()
        self.out = folder / "out.vcb"
        self.wait()

    def wait(self) -> None:
        self.shell.deliver()

    def choose(self, number: int) -> None:
        self.dialog.form.choices[number].click()
        self.wait()

    def finish(self) -> None:
        """Export, and wait for the end."""
        self.dialog.foot.export.click()
        self.wait()
        self.qtbot.waitUntil(lambda: self.dialog.job is None, timeout=50_000)


@pytest.fixture
def exporting(tmp_path: Path, qtbot: QtBot) -> Iterator[Exporting]:
    exporting = Exporting(tmp_path, qtbot)
    yield exporting
    if isValid(exporting.dialog):
        exporting.dialog.reject()


def test_what_is_chosen_is_counted_before_and_nothing_cannot_be_exported(exporting: Exporting) -> None:
    dialog = exporting.dialog
    assert dialog.preview.amount.text().startswith("200 events, about ")
    exporting.choose(1)
    assert dialog.preview.amount.text().startswith("18 events, about ")
    assert dialog.form.title.text() == "Error group 1"
    exporting.choose(2)
    assert dialog.preview.amount.text() == "Nothing in the store matches this."
    assert not dialog.foot.export.isEnabled()


def test_time_around_is_counted_too(exporting: Exporting) -> None:
    exporting.choose(1)
    exporting.dialog.form.around.setValue(30)
    exporting.dialog.refresh()
    exporting.wait()
    assert exporting.dialog.form.selection() == Selection(groups=(1,), around_ms=30_000)
    assert not exporting.dialog.preview.amount.text().startswith("18 events")


def test_a_path_is_masked_too_and_left_open_again(exporting: Exporting) -> None:
    preview = exporting.dialog.preview
    before = preview.table.list.rows
    preview.path.setText("data.operation")
    QTest.keyClick(preview.path, Qt.Key.Key_Return)
    exporting.wait()
    (row,) = [one for one in preview.table.list.rows if one.path == "data.operation"]
    assert row.times > 10
    assert "[masked:" in row.sample
    assert "masked too: data.operation" in preview.changes.text()
    preview.table.select_key((row.rule, row.path))
    preview.allow_button.click()
    exporting.wait()
    assert [one for one in preview.table.list.rows if one.path == "data.operation"] == []
    preview.reset.click()
    exporting.wait()
    assert preview.table.list.rows == before
    assert exporting.dialog.job is None, "Enter in a field sends nothing off"


def test_a_path_that_is_none_is_said(exporting: Exporting) -> None:
    preview = exporting.dialog.preview
    preview.path.setText("a..b[")
    preview.mask_button.click()
    exporting.wait()
    assert preview.words.text().startswith("✖ ")


def test_the_file_holds_what_was_asked_for(exporting: Exporting) -> None:
    dialog = exporting.dialog
    exporting.choose(1)
    dialog.form.title.setText("Save fails")
    dialog.form.note.setPlainText("Look at console://errors/1")
    dialog.form.notes.item(0).setCheckState(Qt.CheckState.Checked)
    dialog.form.picture.setChecked(True)
    exporting.finish()
    assert dialog.outcome.title.text() == "✓ out.vcb is made", dialog.foot.words.text()
    with Archive(exporting.out) as archive:
        manifest = archive.manifest
        assert (manifest.title, manifest.counts.events) == ("Save fails", 18)
        assert sorted(name for name in manifest.members if not name.startswith("tables/")) == [
            "events.ndjson", "notes/Monday.md", "notes/Note.md", "pictures/window.png", "report.html",
        ]  # fmt: skip
        assert archive.read("notes/Note.md") == b"Look at console://errors/1"
    assert "2 notes, 1 picture" in dialog.outcome.facts.text()
    dialog.outcome.copy.click()
    assert QGuiApplication.clipboard().text() == str(exporting.out)
    (known,) = known_bundles(exporting.shell)
    assert (known.path, known.title, known.events) == (str(exporting.out), "Save fails", 18)


@pytest.mark.parametrize(
    ("number", "form", "words"), [(1, "har", "The requests in 200 events"), (2, "jsonl", "200 events, about ")]
)
def test_another_kind_of_file_is_masked_by_the_same_rules(
    exporting: Exporting, tmp_path: Path, number: int, form: str, words: str
) -> None:
    dialog, out = exporting.dialog, tmp_path / f"out.{form}"
    dialog.form.note.setPlainText("not for this file")
    dialog.form.kinds.setCurrentIndex(number)
    assert dialog.foot.path() == out
    assert dialog.preview.amount.text().startswith(words)
    assert not dialog.form.note.isVisible()
    assert "same rules" in dialog.form.kind_words.text()
    dialog.preview.path.setText("data.message")
    dialog.preview.mask_button.click()
    exporting.wait()
    exporting.finish()
    if form == "har":  # the store holds no request with its response
        assert "no event holds a request" in dialog.foot.words.text()
        assert not out.exists()
        return
    assert dialog.outcome.title.text() == "✓ out.jsonl is made", dialog.foot.words.text()
    text = out.read_text("utf-8")
    assert text.count("\n") == 200
    assert "[masked:path]" in text
    assert "joined a circle" not in text
    assert dialog.outcome.facts.text().startswith("200 events, ")
    assert "report.html" not in dialog.outcome.facts.text()
    assert "data.message" in dialog.outcome.details.toPlainText()
    (known,) = known_bundles(exporting.shell)
    assert (known.path, known.title, known.events) == (str(out), "Everything", 200)


def test_the_ending_follows_the_kind_but_not_over_one_of_ones_own(exporting: Exporting) -> None:
    foot, kinds = exporting.dialog.foot, exporting.dialog.form.kinds
    foot.set_path(Path("/tmp/calls"))
    kinds.setCurrentIndex(1)
    assert foot.path() == Path("/tmp/calls.har")
    kinds.setCurrentIndex(0)
    assert foot.path() == Path("/tmp/calls.vcb")
    foot.set_path(Path("/tmp/calls.v2"))
    kinds.setCurrentIndex(2)
    assert foot.path() == Path("/tmp/calls.v2")


def test_rules_of_this_export_hold_in_the_file(exporting: Exporting) -> None:
    dialog = exporting.dialog
    dialog.preview.path.setText("data.message")
    dialog.preview.mask_button.click()
    exporting.wait()
    exporting.finish()
    assert exporting.out.exists(), dialog.foot.words.text()
    with Archive(exporting.out) as archive:
        assert b"joined a circle" not in archive.read("events.ndjson")
        assert any(one.path.endswith("data.message") for one in archive.manifest.redaction.paths)


def test_a_file_that_is_there_is_not_replaced_without_asking(exporting: Exporting) -> None:
    exporting.out.write_text("mine", "utf-8")
    exporting.finish()
    assert "is there already" in exporting.dialog.foot.words.text()
    assert exporting.out.read_text("utf-8") == "mine"
    assert exporting.dialog.foot.export.isEnabled()
    exporting.dialog._take_path(str(exporting.out))
    exporting.finish()
    assert exporting.out.read_bytes().startswith(b"PK")


def test_a_folder_that_is_not_there_is_said(exporting: Exporting, tmp_path: Path) -> None:
    exporting.dialog.foot.set_path(tmp_path / "none" / "x.vcb")
    exporting.finish()
    assert exporting.dialog.foot.words.text() == f"✖ Not exported: there is no folder {tmp_path / 'none'}"
    assert known_bundles(exporting.shell) == []


def test_cancel_leaves_nothing(exporting: Exporting, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = exporting.dialog
    dialog.foot.export.click()
    assert not dialog.foot.export.isEnabled()
    exporting.wait()
    dialog.reject()
    qtbot.waitUntil(lambda: dialog.job is None, timeout=30_000)
    assert dialog.isVisible(), "the first Escape cancels, the next closes"
    assert dialog.foot.words.text() == "Cancelled; nothing of it is left."
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 bytes"), (1_500, "1.5 kB"), (2_340_000, "2.3 MB"), (5_000_000_000, "5.0 GB")]
)
def test_sizes(number: int, words: str) -> None:
    assert size_words(number) == words


def test_a_name_without_an_ending_gets_one(exporting: Exporting) -> None:
    exporting.dialog.foot.set_path(Path("/tmp/incident"))
    assert exporting.dialog.foot.path() == Path("/tmp/incident.vcb")


def test_closing_before_it_has_begun_begins_nothing(exporting: Exporting) -> None:
    exporting.dialog.foot.export.click()
    exporting.dialog.reject()
    assert not exporting.dialog.isVisible()
    assert exporting.dialog.job is None
    assert not exporting.out.exists()
