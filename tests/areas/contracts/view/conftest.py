"""The Endpoints page over a store with traffic: one that is only read, and one alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.areas.contracts.view.exchanges import (
    DOCUMENTS,
    Opened,
    store_contracts,
    traffic,
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read only: forty exchanges that held, six that broke the contract, one of an endpoint that nobody declared."""
    return store_contracts(tmp_path_factory.mktemp("contracts") / "contracts.db", traffic(), *DOCUMENTS)


@pytest.fixture
def opened(filled: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(filled, qtbot)
    yield opened
    opened.view.deactivate()


@pytest.fixture
def alone(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    """A store that a test may change."""
    opened = Opened(store_contracts(tmp_path / "alone.db", traffic(6, 2), *DOCUMENTS), qtbot)
    yield opened
    opened.view.deactivate()
