"""A real window over a real store, with two areas made for the tests."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from console.app.application import Session
from console.app.options import RunOptions
from console.model.area import Area, Ref
from console.qt.shell import AreaView, Shell

START_MS = 1_795_442_000_000
AREAS = (
    Area("first", "First", "The first of the tests' areas", "Ctrl+1", view_class="FakeView"),
    Area("second", "Second", "The other one", "Ctrl+2", view_class="FakeView"),
    Area("sources", "Sources", "Connections", "Ctrl+3", view_class="FakeView"),
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Qt's offscreen platform warns of this once per shown window; it says nothing about the console."""
    if item.path.is_relative_to(Path(__file__).parent):
        item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


class FakeView(AreaView):
    """Notes what the window asks of it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.calls: list[str] = []
        self.here: Ref | None = None

    def activate(self) -> None:
        self.calls.append("activate")

    def deactivate(self) -> None:
        self.calls.append("deactivate")

    def show_ref(self, ref: Ref) -> None:
        self.calls.append(f"show {ref.id}")
        self.here = ref

    def place(self) -> Ref | None:
        return self.here


def _filling() -> Any:
    path = Path(__file__).parent.parent / "store_filling.py"
    spec = importlib.util.spec_from_file_location("store_filling", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def filling() -> Any:
    """The module that fills stores the way ingest does."""
    return _filling()


@pytest.fixture
def areas(monkeypatch: pytest.MonkeyPatch) -> tuple[Area, ...]:
    for area in AREAS:
        module = ModuleType(area.view_module)
        module.FakeView = FakeView  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, area.view_module, module)
    return AREAS


@pytest.fixture
def db(tmp_path: Path, filling: Any) -> Path:
    path = tmp_path / "store.db"
    filling.fill_store(path, filling.sample_events(200))
    return path


@pytest.fixture
def options(db: Path, tmp_path: Path) -> RunOptions:
    return RunOptions(db=db, ingest=False, settings=tmp_path / "settings.json", theme="light")


@pytest.fixture
def session(qapp: QApplication, qtbot: Any, options: RunOptions, areas: tuple[Area, ...]) -> Iterator[Session]:
    made = Session(qapp, options, areas=areas)
    qtbot.addWidget(made.window)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.window.close()
    made.close()
