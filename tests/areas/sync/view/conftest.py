from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.areas.sync.view.sync_shell import LOCAL, NO_BASE, store_conflicts, telling
from tests.areas.sync.view.sync_window import Opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Four conflicts: three alike, one without a base."""
    path = tmp_path / "sync.db"
    other = telling(4, LOCAL, LOCAL | {"topic": "theirs"}, NO_BASE, entity_type="message", service="server")
    store_conflicts(path, [telling(1), telling(2), telling(3), other])
    return path


@pytest.fixture
def opened(path: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(path, qtbot)
    yield opened
    opened.view.deactivate()
