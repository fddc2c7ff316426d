"""Files of incidents that come to the live window: from the menu and dropped; and what an export is offered."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from console.app.application import Session
from console.app.incident_files import files_in
from console.areas.incidents.view.known_bundles import OPENED, known_bundles


@pytest.fixture
def launched(session: Session) -> list[list[str]]:
    made: list[list[str]] = []
    session.window.launch = lambda program, arguments: made.append(arguments) is None
    return made


def dropped(session: Session, *names: str) -> tuple[QDragEnterEvent, QDropEvent]:
    """Drag files onto the window and let them go."""
    data = QMimeData()
    data.setUrls([QUrl(name) for name in names])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    plain = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), copy, data, left, plain)
    drop = QDropEvent(QPointF(5, 5), copy, data, left, plain)
    for event in (enter, drop):
        event.ignore()
        QApplication.sendEvent(session.window, event)
    return enter, drop


def test_a_dropped_bundle_opens_in_a_window_of_its_own(session: Session, launched: list[list[str]], tmp_path: Path) -> None:
    path = tmp_path / "a b.vcb"
    enter, drop = dropped(session, path.as_uri())
    assert enter.isAccepted()
    assert drop.isAccepted()
    assert launched == [["-m", "console", "open", str(path)]]
    (known,) = known_bundles(session.shell)
    assert (known.path, known.how) == (str(path), OPENED)


def test_other_things_are_not_taken(session: Session, launched: list[list[str]]) -> None:
    enter, drop = dropped(session, "https://example.org/a.vcb", "file:///tmp/a.txt")
    assert not enter.isAccepted()
    assert not drop.isAccepted()
    assert launched == []
    assert known_bundles(session.shell) == []


def test_only_a_few_open_at_once() -> None:
    data = QMimeData()
    data.setUrls([QUrl(f"file:///tmp/{number}.HAR") for number in range(50)])
    assert files_in(data) == [Path(f"/tmp/{number}.HAR") for number in range(4)]


def test_the_menu_asks_for_a_file(session: Session, launched: list[list[str]], tmp_path: Path) -> None:
    session.shell.actions["file.open_incident"].run()
    (dialog,) = session.window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "one.har"))
    assert launched == [["-m", "console", "open", str(tmp_path / "one.har")]]
    dialog.close()


def test_a_window_that_cannot_be_started_is_said(session: Session, tmp_path: Path) -> None:
    session.window.launch = lambda program, arguments: False
    session.shell.incident_wanted.emit(tmp_path / "one.vcb")
    assert session.faults.notices[-1].error
    assert known_bundles(session.shell) == []
