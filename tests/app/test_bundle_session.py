"""An incident in a window of its own: checked first, then everything to see and nothing to change."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from console.app.bundle_session import BundleSession, IncidentOpener
from console.app.incident_shell import READ_ONLY, STANDS_STILL
from console.app.options import RunOptions
from console.app.palette_entries import entries_for
from console.app.status_bar import StatusBar
from console.model.area import Ref
from console.store.database import open_reader
from console.store.reading import summary
from tests.app.incident import TOKEN, make_bundle

opens_much = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")  # menus, dialogs offscreen
AREAS = ("timeline", "errors", "performance", "trace", "sync", "contracts", "incidents", "sources")
PAGES = {
    "sync": ("conflicts", "health", "issues"), "contracts": ("endpoints", "violations", "drift", "alerts"),
    "incidents": ("sessions", "bundles", "notes", "redaction"), "errors": ("1",), "trace": (),
}  # fmt: skip
OPENS_ELSEWHERE = ("file.quit", "file.open", "file.open_incident", "file.export", "incidents.export", "sync.export",
                   "contracts.export")  # fmt: skip
"""Actions that ask for a file, or end the window: they have tests of their own."""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Settings of the person at home."""
    path = tmp_path / "settings.json"
    values = {"theme": "light", "scope": {"span_ms": 60_000, "filter": "level:error"}, "area": "sources",
              "profiles": {"active": "staging", "profiles": {"staging": []}}, "timeline/folding": False}  # fmt: skip
    path.write_text(json.dumps({"version": 1, "values": values}), "utf-8")
    return path


def open_file(qtbot: QtBot, path: Path, home: Path) -> IncidentOpener:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    opener = IncidentOpener(application, RunOptions(path, settings=home, incident=path), path)
    qtbot.addWidget(opener.opening)
    opener.start()
    qtbot.waitUntil(lambda: opener.session is not None or not opener.opening.is_reading(), timeout=40_000)
    return opener


@pytest.fixture
def opener(qtbot: QtBot, bundle: Path, home: Path) -> Iterator[IncidentOpener]:
    opener = open_file(qtbot, bundle, home)
    assert opener.session is not None, opener.opening.words.text()
    qtbot.addWidget(opener.session.window)
    yield opener
    opener.session.window.close()
    opener.close()


@pytest.fixture
def session(opener: IncidentOpener) -> BundleSession:
    assert opener.session is not None
    return opener.session


def settle(qtbot: QtBot, session: BundleSession) -> None:
    """Wait until no read runs."""
    qtbot.waitUntil(lambda: not session.reads.busy(), timeout=20_000)
    QApplication.processEvents()


def test_title_band_range_and_clock_are_those_of_the_incident(session: BundleSession, qtbot: QtBot) -> None:
    assert session.window.windowTitle() == "Incident: Save fails (read only) – VIVIM console"
    assert session.band.isVisible()
    bar = session.window.statusBar()
    assert isinstance(bar, StatusBar)
    assert bar.no_source.text() == "Opened read-only: nothing arrives"
    words = session.band.facts.text()
    for part in ("Made ", " by console ", "from server", "filter service:server", "events", "1 place masked"):
        assert part in words
    since_ms, until_ms = session.shell.bounds_ms()
    with closing(open_reader(session.options.db)) as connection:
        first, last = connection.execute("SELECT min(ts), max(ts) FROM events").fetchone()
    assert (since_ms, until_ms) == (first, last + 1), "the end of a range is left out by the views"
    assert session.shell.clock() == until_ms
    session.band.more.click()
    dialog = session.band.findChild(QDialog)
    assert dialog is not None
    assert "Members, with their SHA-256" in session.incident.details
    dialog.close()


def test_the_band_is_as_high_as_its_words(session: BundleSession) -> None:
    for width in (1_280, 700):
        session.window.resize(width, 800)
        QApplication.processEvents()
        assert session.band.height() < 140
        assert session.band.facts.height() >= session.band.facts.heightForWidth(session.band.facts.width())


def test_no_secret_of_home_and_no_setting_of_home(opener: IncidentOpener, session: BundleSession, home: Path) -> None:
    connection = open_reader(opener.opening.db)
    texts = [row[0] for row in connection.execute("SELECT text FROM payloads")]
    connection.close()
    assert texts
    assert not any(TOKEN in text for text in texts)
    before = home.read_text("utf-8")
    session.shell.set_setting("theme", "dark")
    assert session.settings.get("timeline/folding") is False, "how things look is taken along"
    assert session.settings.get("profiles") is None
    assert session.shell.scope().filter_text == ""
    session.close()
    assert home.read_text("utf-8") == before


def test_the_store_goes_with_the_window(opener: IncidentOpener, session: BundleSession, qtbot: QtBot) -> None:
    folder = opener.opening.db.parent
    assert opener.opening.db.exists()
    session.window.close()
    opener.close()
    session.shell.set_setting("layout.late", 1)  # as a table does that saves its columns a moment later
    qtbot.wait(700)  # nothing to wait for: nothing may happen
    assert not folder.exists()


def test_time_stands_still_and_ranges_end_with_the_incident(session: BundleSession) -> None:
    shell, end_ms = session.shell, session.incident.to_ms + 1
    shell.set_span(15 * 60_000)
    assert shell.bounds_ms() == (end_ms - 15 * 60_000, end_ms)
    assert not shell.scope().live
    shell.set_live(True)
    assert not shell.scope().live
    assert session.faults.notices[-1].text == STANDS_STILL
    shell.shift(1)
    assert not shell.scope().live
    shell.set_span(None)
    assert shell.bounds_ms()[0] is None
    assert not session.window.scope_bar.live.isEnabled()


class Watched:
    """What the window tried to do outside itself."""

    def __init__(self, session: BundleSession, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tried: list[Any] = []
        shell = session.shell
        write = shell.write

        def note_write(command: dict[str, Any], done: Callable[[dict[str, Any]], None] | None = None) -> None:
            self.tried.append(command)
            write(command, done)

        monkeypatch.setattr(shell, "write", note_write)
        for place in ("PySide6.QtCore.QProcess.startDetached", "PySide6.QtGui.QDesktopServices.openUrl"):
            monkeypatch.setattr(place, lambda *args: self.tried.append(args))
        session.window.launch = lambda *args: bool(self.tried.append(args))
        self._closer = QTimer(session.window)
        self._closer.timeout.connect(close_popups)
        self._closer.start(5)


def close_popups() -> None:
    """Close whatever asks or offers something."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog | QMenu) and widget.isVisible():
            widget.close()


def visit(session: BundleSession, qtbot: QtBot) -> Iterator[QWidget]:
    """Yield the view of each area, on each of its pages."""
    for area in AREAS:
        for page in (*PAGES.get(area, ()), ""):
            session.shell.navigate(Ref(area, page))
            settle(qtbot, session)
            view = session.window.stack.view(area)
            assert view is not None, area
            yield view


def test_every_view_works(session: BundleSession, qtbot: QtBot) -> None:
    assert tuple(area.name for area in session.window.areas) == AREAS
    for view in visit(session, qtbot):
        assert view.isVisible()
    assert [notice.text for notice in session.faults.notices if notice.error] == []
    with closing(open_reader(session.options.db)) as connection:
        assert summary(connection).events > 100


@opens_much
def test_no_action_writes_and_those_that_would_say_why(
    session: BundleSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in visit(session, qtbot):
        pass
    watched = Watched(session, monkeypatch)
    writing = [action for action in session.shell.actions.values() if action.writes]
    assert {"file.attach", "errors.resolve", "sync.send", "contracts.accept", "timeline.pin", "incidents.delete"} <= {
        action.id for action in writing
    }
    for action in writing:
        assert action.enabled is not None
        assert not action.enabled(), action.id
        action.run()
        assert session.faults.notices[-1].text == READ_ONLY, action.id
    outside = ("file.", "view.", "go.", "event.", "help.")
    for _ in visit(session, qtbot):
        area = session.window.stack.current_area()
        for action in list(session.shell.actions.values()):
            if action.id.startswith((f"{area}.", *outside)) and action.id not in OPENS_ELSEWHERE:
                action.run()
                QApplication.processEvents()
        outside = ()
    assert watched.tried == []


@opens_much
def test_no_button_writes(session: BundleSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(session, monkeypatch)
    words = ("Export", "Open a file", "Show in folder")
    pressed = 0
    for view in visit(session, qtbot):
        here = session.window.stack.place()
        for button in view.findChildren(QAbstractButton):
            if not isValid(button) or not button.isVisible() or not button.isEnabled() or button.text().startswith(words):
                continue
            button.click()
            pressed += 1
            settle(qtbot, session)
            if session.window.stack.place() != here:
                session.shell.navigate(here)
                settle(qtbot, session)
    assert pressed > 50
    assert watched.tried == []


@opens_much
def test_no_key_of_any_list_writes(session: BundleSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(session, monkeypatch)
    keys = [Qt.Key(code) for code in range(Qt.Key.Key_A.value, Qt.Key.Key_Z.value + 1)]
    keys += [Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_Delete, Qt.Key.Key_Return]
    for view in visit(session, qtbot):
        for key in keys:
            for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
                focus = session.window.focusWidget() or view
                if view.isAncestorOf(focus) and not focus.inherits("QLineEdit") and not focus.inherits("QPlainTextEdit"):
                    QTest.keyClick(focus, key, modifier)
        settle(qtbot, session)
    assert watched.tried == []


def test_the_reason_stands_in_tooltips_and_the_palette_offers_nothing_that_writes(
    session: BundleSession, qtbot: QtBot
) -> None:
    session.shell.navigate(Ref("errors", "1"))
    settle(qtbot, session)
    view = session.window.stack.view("errors")
    assert view is not None
    resolve = next(button for button in view.findChildren(QAbstractButton) if button.text().startswith("Resolve"))
    assert READ_ONLY in resolve.toolTip()
    made = next(action for action in session.window.actions() if action.objectName() == "errors.resolve")
    assert READ_ONLY in made.toolTip()
    assert not session.window.inspector.head.pin.isEnabled()
    titles = [entry.title for entry in entries_for(session.shell, session.window.areas, "resolve")]
    assert not any("Resolve" in title for title in titles)


def test_a_damaged_bundle_is_refused_with_the_reason(qtbot: QtBot, bundle: Path, home: Path, tmp_path: Path) -> None:
    raw = bytearray(bundle.read_bytes())
    raw[len(raw) // 2] ^= 1
    damaged = tmp_path / "damaged.vcb"
    damaged.write_bytes(raw)
    opener = open_file(qtbot, damaged, home)
    assert opener.session is None
    assert "not opened" in opener.opening.title.text()
    assert ": " in opener.opening.words.text()
    assert not opener.opening.db.exists()
    opener.opening.copy.click()
    assert str(damaged) in QApplication.clipboard().text()
    opener.opening.close()
    opener.close()


def test_closing_the_small_window_cancels(qtbot: QtBot, bundle: Path, home: Path) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    opener = IncidentOpener(application, RunOptions(bundle, settings=home, incident=bundle), bundle)
    qtbot.addWidget(opener.opening)
    opener.start()
    opener.opening.button.click()
    assert not opener.opening.is_reading()
    opener.close()
    assert opener.session is None
    assert not opener.opening.db.parent.exists()


def test_recorded_posts_open_the_same_way(qtbot: QtBot, fixtures: Path, home: Path) -> None:
    opener = open_file(qtbot, fixtures / "vivim-error-posts.jsonl", home)
    session = opener.session
    assert session is not None, opener.opening.words.text()
    qtbot.addWidget(session.window)
    assert session.window.windowTitle().startswith("Incident: vivim-error-posts.jsonl (read only)")
    assert "From a file of recorded posts" in session.band.facts.text()
    assert "nothing is masked" in session.band.facts.text()
    session.window.close()
    opener.close()
