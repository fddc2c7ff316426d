"""Menus: areas bring theirs when they are first visited, and stand where they stand in the bar of areas."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.app.application import Session
from console.app.help import shortcuts_text
from console.app.options import RunOptions
from console.model.area import Ref
from tests.app.incident import fill


@pytest.fixture
def session(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    fill(tmp_path / "home.db").close()
    made = Session(qapp, RunOptions(tmp_path / "home.db", ingest=False, settings=tmp_path / "settings.json", theme="light"))
    qtbot.addWidget(made.window)
    made.window.show()
    yield made
    made.window.close()
    made.close()


def test_menus_stand_in_the_order_of_the_areas_whatever_is_visited_first(session: Session) -> None:
    for area in ("incidents", "contracts", "errors", "sync", "timeline"):
        session.shell.navigate(Ref(area))
    titles = [action.text().replace("&", "") for action in session.window.menuBar().actions()]
    own = [title for title in titles if title in [area.title for area in session.window.areas]]
    assert own == [area.title for area in session.window.areas if area.title in own]
    assert {"Errors", "Sync", "Contracts", "Incidents"} <= set(own)
    assert titles[-1] == "Help"


def test_the_list_of_keys_names_menus_as_they_read(session: Session) -> None:
    text = shortcuts_text(session.shell.actions.values())
    assert "&" not in text
    assert "\nView\n" in text
