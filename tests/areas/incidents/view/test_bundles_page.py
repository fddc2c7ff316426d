"""Bundles made and opened here: remembered, checked, opened, forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.areas.incidents.view.bundles_page import BundlesPage
from console.areas.incidents.view.known_bundles import (
    KEPT,
    MADE,
    OPENED,
    SETTING,
    KnownBundle,
    folder_for_bundles,
    known_bundles,
    remember_bundle,
)
from tests.areas.incidents.view.incident_store import NOW_MS, Opened, store_sessions

KEY = Qt.Key


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(store_sessions(tmp_path / "bundles.db"), qtbot)
    yield opened
    opened.view.deactivate()


def page(opened: Opened) -> BundlesPage:
    opened.view.show_page("bundles")
    opened.wait()
    found = opened.view.findChild(BundlesPage)
    assert found is not None
    return found


def with_file(opened: Opened, path: Path) -> BundlesPage:
    path.write_bytes(b"no bundle")
    remember_bundle(opened.shell, KnownBundle(str(path), MADE, NOW_MS, "Save fails", 12, 9))
    return page(opened)


def test_without_any_the_next_steps_are_offered(opened: Opened) -> None:
    shown = page(opened)
    assert shown.notice.title.text() == "No file yet"
    for button in shown.notice.buttons():
        button.click()
    assert opened.shell.ran == ["file.export", "file.open_incident"]


def test_enter_opens_and_c_copies_the_path(opened: Opened, tmp_path: Path) -> None:
    shown = with_file(opened, tmp_path / "one.vcb")
    QTest.keyClick(shown.table, KEY.Key_Return)
    assert opened.shell.opened == [tmp_path / "one.vcb"]
    QTest.keyClick(shown.table, KEY.Key_C)
    assert QGuiApplication.clipboard().text() == str(tmp_path / "one.vcb")


def test_f_shows_the_folder_and_says_when_nothing_can(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = with_file(opened, tmp_path / "one.vcb")
    asked: list[Path] = []
    monkeypatch.setattr(
        "console.areas.incidents.view.bundles_page.show_in_folder", lambda path: asked.append(path) is not None
    )
    QTest.keyClick(shown.table, KEY.Key_F)
    assert asked == [tmp_path / "one.vcb"]
    assert opened.shell.notes == ["No file manager could be started."]


def test_v_reads_it_whole_and_says_what_is_wrong(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    shown = with_file(opened, tmp_path / "one.vcb")
    QTest.keyClick(shown.table, KEY.Key_V)
    opened.wait()
    assert shown.table.list.rows[0].verdict == "checking…"
    assert not shown.verify.isEnabled()

    def is_told() -> bool:
        opened.wait()
        return shown.table.list.rows[0].verdict.startswith("✖")

    qtbot.waitUntil(is_told, timeout=30_000)
    assert "bundle" in shown.table.list.rows[0].verdict
    assert shown.verify.isEnabled()


def test_v_says_that_other_files_hold_nothing_to_verify_by(opened: Opened, tmp_path: Path) -> None:
    shown = with_file(opened, tmp_path / "one.har")
    assert not shown.verify.isEnabled()
    assert shown.open.isEnabled()
    QTest.keyClick(shown.table, KEY.Key_V)
    opened.wait()
    assert shown.table.list.rows[0].verdict == ""
    assert opened.shell.notes == ["Only a bundle holds what it can be verified by; open this file to check it."]


def test_a_file_that_is_gone_is_said_and_can_be_forgotten(opened: Opened, tmp_path: Path) -> None:
    shown = with_file(opened, tmp_path / "one.vcb")
    (tmp_path / "one.vcb").unlink()
    shown.refresh()
    opened.wait()
    assert shown.state.text() == "1 file, 1 no longer there"
    assert not shown.open.isEnabled()
    QTest.keyClick(shown.table, KEY.Key_Delete)
    opened.wait()
    assert known_bundles(opened.shell) == []


def test_what_was_known_when_it_was_made_stays_known(opened: Opened) -> None:
    made = KnownBundle("/a.vcb", MADE, 1, "title", 5, 6)
    remember_bundle(opened.shell, made)
    remember_bundle(opened.shell, KnownBundle("/b.vcb", OPENED, 2))
    remember_bundle(opened.shell, KnownBundle("/a.vcb", OPENED, 3))
    assert known_bundles(opened.shell) == [made._replace(at_ms=3), KnownBundle("/b.vcb", OPENED, 2)]


def test_the_list_is_bounded_and_takes_no_nonsense(opened: Opened, tmp_path: Path) -> None:
    for number in range(KEPT + 5):
        remember_bundle(opened.shell, KnownBundle(f"/{number}.vcb", OPENED, number))
    assert len(known_bundles(opened.shell)) == KEPT
    opened.shell.settings[SETTING] = [
        None,
        3,
        {"path": 1},
        {"path": "/x.vcb", "at_ms": True},
        {"path": "/y", "at_ms": 1, "events": "7"},
    ]
    assert known_bundles(opened.shell) == [KnownBundle("/y", OPENED, 1)]
    opened.shell.settings[SETTING] = "nonsense"
    assert known_bundles(opened.shell) == []
    assert folder_for_bundles(opened.shell) == Path.home()
    remember_bundle(opened.shell, KnownBundle(str(tmp_path / "x.vcb"), MADE, 1))
    assert folder_for_bundles(opened.shell) == tmp_path
