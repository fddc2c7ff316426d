"""The timeline of an endpoint: over which stretch it is drawn."""

import pytest
from pytestqt.qtbot import QtBot

from console.areas.contracts.store.answers import Bar
from console.areas.contracts.view.timeline_tab import TimelineTab
from tests.areas.contracts.view.contract_store import NOW_MS
from tests.areas.contracts.view.rows import endpoint_page, version_row

HOUR_MS = 3_600_000


@pytest.fixture
def tab(qtbot: QtBot) -> TimelineTab:
    tab = TimelineTab()
    qtbot.addWidget(tab)
    tab.resize(600, 300)
    tab.show()
    return tab


def test_the_step_in_which_the_range_begins_is_drawn_whole_with_the_version_that_began_in_it(tab: TimelineTab) -> None:
    first_ms = NOW_MS - HOUR_MS
    bars = (Bar(first_ms, 40, 2, 1.0, 2.0), Bar(first_ms + 60_000, 50, 0, 1.0, 2.0))
    versions = (version_row(1, "2.0.0", is_current=True, since_ms=first_ms + 55_800),)
    tab.show_page(endpoint_page(timeline=bars, versions=versions), first_ms + 55_900, NOW_MS)
    assert tab._group is not None
    assert tab._group.shown_s()[0] == first_ms / 1000
    assert tab.versions.text().startswith("Versions that began: 2.0.0 (file) since ")


def test_without_any_step_the_range_is_drawn_as_it_is(tab: TimelineTab) -> None:
    tab.show_page(endpoint_page(), NOW_MS - HOUR_MS, NOW_MS)
    assert tab._group is not None
    assert tab._group.shown_s() == ((NOW_MS - HOUR_MS) / 1000, NOW_MS / 1000)
    assert tab.plots["checks"]._note.text() == "No exchange in this range."
