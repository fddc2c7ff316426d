"""The view as a whole: its pages, its addresses, and its commands from elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.areas.contracts.view.import_dialog import ImportDialog
from console.model.area import Ref
from console.model.place import format_place, parse_place
from console.qt.theme import apply_theme
from tests.areas.contracts.view.exchanges import DOCUMENTS, Opened, store_contracts, traffic


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read only."""
    return store_contracts(tmp_path_factory.mktemp("contracts") / "contracts.db", traffic(), *DOCUMENTS)


@pytest.fixture
def opened(filled: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(filled, qtbot)
    yield opened
    opened.view.deactivate()


@pytest.mark.parametrize(
    "place", ["1", "endpoints", "violations", "violation:1", "violation:2", "drift", "finding:1", "finding:2", "alerts"]
)
def test_every_address_comes_back_as_it_was(opened: Opened, place: str) -> None:
    opened.view.show_ref(parse_place(f"console://contracts/{place}"))
    opened.wait()
    shown = opened.view.place()
    assert shown == Ref("contracts", place)
    assert parse_place(format_place(shown)) == shown
    assert opened.shell.notes == []


def test_other_forms_of_an_address_lead_to_the_same(opened: Opened) -> None:
    for written, shown in (("drift/1", "finding:1"), ("violations/2", "violation:2"), ("endpoints/1", "1")):
        opened.view.show_ref(Ref("contracts", written))
        opened.wait()
        assert opened.view.place() == Ref("contracts", shown)


@pytest.mark.parametrize("place", ["finding:none", "finding:999", "violation:999", "event:3"])
def test_an_address_of_nothing_is_said_and_no_crash(opened: Opened, place: str) -> None:
    opened.view.show_ref(Ref("contracts", place))
    opened.wait()
    opened.wait()
    assert len(opened.shell.notes) == 1


def test_a_command_from_another_page_goes_to_the_endpoints(opened: Opened) -> None:
    opened.view.show_page("violations")
    opened.shell.actions["contracts.import"].run()
    opened.wait()
    assert opened.shell.places == [Ref("contracts", "endpoints")]
    opened.dialog(ImportDialog).done(0)


def test_a_finding_is_opened_at_its_endpoint(opened: Opened) -> None:
    opened.view.show_ref(Ref("contracts", "finding:1"))
    opened.wait()
    opened.view.drift.commands.open_endpoint()
    opened.view.show_ref(opened.shell.places[-1])
    opened.wait()
    assert opened.page.head.title.text() == "GET /acus/search  ·  server"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_drawn_in_both_themes(opened: Opened, qapp: object, theme: str) -> None:
    """What is drawn by hand is painted without a complaint of Qt, and in the theme's own colours."""
    apply_theme(qapp, theme)  # type: ignore[arg-type]
    opened.shell.theme_changed.emit()
    opened.open("GET /acus/search")
    for number in range(6):
        opened.page.show_tab(number)
        opened.wait()
        ground = opened.view.grab().toImage().pixelColor(opened.view.width() - 4, opened.view.height() - 4)
        assert (ground.lightness() < 128) == (theme == "dark")
    apply_theme(qapp, "light")  # type: ignore[arg-type]
