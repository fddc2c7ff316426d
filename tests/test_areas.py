"""Every declared area keeps the promises that the window and the writer rely on."""

import sqlite3
import subprocess
import sys
from importlib import import_module

import pytest

from console.areas import AREAS, area_migrations, area_projections, declared_areas
from console.model.area import Area


def test_the_list_of_areas_names_folders_once() -> None:
    assert len(set(AREAS)) == len(AREAS)
    assert tuple(area.name for area in declared_areas()) == AREAS


def test_shortcuts_are_unique() -> None:
    shortcuts = [area.shortcut for area in declared_areas()]
    assert len(set(shortcuts)) == len(shortcuts)


@pytest.mark.parametrize("area", declared_areas(), ids=lambda area: area.name)
def test_the_view_that_an_area_names_exists(area: Area) -> None:
    from console.qt.shell import AreaView

    view = getattr(import_module(area.view_module), area.view_class)
    assert issubclass(view, AreaView)


def test_migrations_of_areas_are_named_once_and_run_on_a_new_store() -> None:
    connection = sqlite3.connect(":memory:")  # noqa: TID251 - no file, no modes
    for name, steps in area_migrations():
        assert len({step for step, _ in steps}) == len(steps), name
        for _, statements in steps:
            for statement in statements:
                connection.execute(statement)
    connection.close()


def test_projections_take_no_events_without_complaint() -> None:
    connection = sqlite3.connect(":memory:")  # noqa: TID251 - no file, no modes
    for _, steps in area_migrations():
        for _, statements in steps:
            for statement in statements:
                connection.execute(statement)
    for _, projection in area_projections():
        projection.on_events(connection, [])
    connection.close()


@pytest.mark.parametrize(
    "module", ["console.areas", "console.commands.collect", "console.commands.query", "console.reporter"]
)
def test_what_needs_no_window_loads_no_qt(module: str) -> None:
    code = f"import sys, {module}; print(sorted(name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_declaring_areas_loads_neither_stores_nor_views() -> None:
    code = (
        "import sys, console.areas as a; a.declared_areas();"
        "print([n for n in sys.modules if n.endswith(('.view', '.store')) and 'areas.' in n])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
