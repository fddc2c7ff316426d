from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.areas.errors.error_shell import NOW_MS, spread, store_errors
from tests.areas.errors.error_window import Opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "errors.db"
    events = [
        *spread("load", 5, NOW_MS - 60_000),
        *spread("save", 2, NOW_MS - 120_000, severity="critical", service="pwa"),
        *spread("merge", 9, NOW_MS - 180_000, severity="low", service="network"),
    ]
    store_errors(path, events)
    return path


@pytest.fixture
def opened(path: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(path, qtbot)
    yield opened
    opened.view.deactivate()
