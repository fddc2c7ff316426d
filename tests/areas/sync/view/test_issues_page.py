"""The page of all sync issues: what it lists, what it says of one, where its keys lead."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.areas.sync.core.merge.values import MISSING
from console.areas.sync.view.issue_detail import field_differences
from console.areas.sync.view.issues_page import IssuesPage, entity_place
from console.model.area import Ref
from console.store.filter import EntityRef, Field, parse_filter
from tests.areas.sync.view.sync_shell import NOW_MS, SyncShell, store_conflicts, telling
from tests.store_filling import fill_store


class Opened:
    """The page over a store with three conflicts of the browser and one thing that is missing."""

    def __init__(self, path: Path, qtbot: QtBot) -> None:
        self.shell = SyncShell(path)
        self.page = IssuesPage(self.shell, lambda: NOW_MS)
        self.host = QWidget()
        qtbot.addWidget(self.host)
        self.page.setParent(self.host)
        self.page.resize(900, 660)
        self.host.show()
        self.page.activate()
        self.shell.deliver()

    def entities(self) -> list[str]:
        return [row.entity_id for row in self.page.table.issues.rows]

    def choose(self, entity_id: str) -> None:
        self.page.table.selectRow(self.entities().index(entity_id))
        self.shell.deliver()

    def write(self, do: str, **args: object) -> None:
        self.shell.write({"cmd": "area", "area": "sync", "do": do, "args": {"who": "ana", **args}})


@pytest.fixture
def open_page(tmp_path: Path, qtbot: QtBot) -> Callable[[Path], Opened]:
    return lambda path: Opened(path, qtbot)


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    path = tmp_path / "sync.db"
    missing = telling(4, kind="missing_data", entity_type="message", service="server")
    store_conflicts(path, [telling(1), telling(2), telling(3), missing])
    opened = Opened(path, qtbot)
    yield opened
    opened.page.deactivate()


def test_an_empty_store_says_where_issues_come_from(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "empty.db"
    store_conflicts(path, [])
    opened = Opened(path, qtbot)
    assert opened.page.notice.title.text() == "No sync issue yet"
    opened.page.notice.buttons()[0].click()
    assert opened.shell.places == [Ref("sources", "new")]


def test_a_store_without_the_area_is_a_message_and_no_crash(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "old.db"
    fill_store(path, [])
    opened = Opened(path, qtbot)
    assert opened.page.notice.title.text() == "Could not read the store"
    assert "sync_issue" in opened.page.notice.detail.text()


def test_issues_are_listed_by_type_and_words(opened: Opened) -> None:
    assert opened.entities() == ["e-1", "e-2", "e-3", "e-4"]
    assert opened.page.bar._kinds["conflict"].text() == "conflict 3"
    assert opened.page.bar.state.text() == "4 issues in this range · 4 unsettled in all"
    opened.page.bar._kinds["missing_data"].click()
    opened.shell.deliver()
    assert opened.entities() == ["e-4"]
    opened.page.bar.clear()
    opened.page.bar.words.setText("e-2")
    opened.page.bar.changed.emit()
    opened.shell.deliver()
    assert opened.entities() == ["e-2"]
    opened.page.bar.words.setText("nothing has this")
    opened.page.bar.changed.emit()
    opened.shell.deliver()
    assert opened.page.notice.title.text() == "No such issue in this range"
    opened.page.notice.buttons()[0].click()
    opened.shell.deliver()
    assert len(opened.entities()) == 4


def test_one_issue_shows_its_fields_and_its_life(opened: Opened) -> None:
    opened.choose("e-1")
    detail = opened.page.detail
    assert detail.title.text() == "○ open · conflict · conversation e-1"
    assert "told 1 time by pwa, between pwa ↔ server, versions 4 and 5" in detail.facts.text()
    assert detail.fields.text() == "topic: local topic  ≠  remote topic"
    assert [one.what for one in detail.table.happenings.rows] == ["told", "○ open"]


def test_the_first_issue_is_chosen_at_once_and_gives_way_to_its_neighbour(opened: Opened) -> None:
    assert opened.page.detail.title.text() == "○ open · conflict · conversation e-1"
    assert opened.page.detail.table.happenings.rows
    opened.choose("e-2")
    opened.write("reject", issue=2, note="no")
    opened.page.bar.settled.click()
    opened.shell.deliver()
    assert opened.entities() == ["e-1", "e-3", "e-4"]
    assert opened.page.table.current_row().entity_id == "e-3"


def test_an_issue_that_is_not_listed_is_said_once(opened: Opened) -> None:
    opened.page.show_ref(Ref("sync", "issues/999"))
    for _ in range(2):
        opened.page.refresh()
        opened.shell.deliver()
    assert opened.shell.notes == ["Issue 999 is not among those that are listed: another range, type or state."]


def test_enter_shows_the_event_and_letters_lead_on(opened: Opened, qtbot: QtBot) -> None:
    opened.choose("e-4")
    row = opened.page.table.current_row()
    qtbot.keyClick(opened.page.table, Qt.Key.Key_Return)
    assert opened.shell.inspected == [row.event_id]
    assert row.event_id is not None
    qtbot.keyClick(opened.page.table, Qt.Key.Key_O)
    qtbot.keyClick(opened.page.table, Qt.Key.Key_A)
    stepper, timeline = opened.shell.places
    assert stepper == Ref("sync", f"conflicts/{row.id}")
    assert timeline == Ref("timeline", filter_text="entity:message/e-4")
    opened.page.detail.table.selectRow(0)
    qtbot.keyClick(opened.page.detail.table, Qt.Key.Key_Return)
    assert opened.shell.inspected[-1] == row.event_id


def test_a_tick_shows_what_became_of_the_chosen_issue(opened: Opened) -> None:
    opened.choose("e-2")
    chosen = opened.page.detail.issue_id
    opened.write("reject", issue=chosen, note="not ours")
    opened.shell.tick(NOW_MS + 2_000)
    opened.shell.deliver()
    assert opened.page.detail.title.text().startswith("⊘ rejected")
    assert opened.page.table.current_row().id == chosen
    assert any("not ours" in one.words for one in opened.page.detail.table.happenings.rows)
    opened.page.bar.settled.click()
    opened.shell.deliver()
    assert opened.entities() == ["e-1", "e-3", "e-4"]


def test_hidden_it_asks_nothing(opened: Opened) -> None:
    opened.page.deactivate()
    opened.shell.slots.clear()
    opened.shell.tick(NOW_MS + 5_000)
    opened.shell.scope_changed.emit(opened.shell.current)
    assert opened.shell.slots == []


def test_a_place_chooses_its_issue_also_before_the_list_is_there(opened: Opened) -> None:
    wanted = opened.page.table.issues.rows[2]
    opened.page.table.issues.set_rows([])
    opened.page.show_ref(Ref("sync", str(wanted.id)))
    opened.page.refresh()
    opened.shell.deliver()
    assert opened.page.table.current_row().id == wanted.id
    opened.page.show_ref(Ref("sync", "no number"))
    assert opened.page.table.current_row().id == wanted.id


def test_hostile_text_is_shown_as_it_is(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "hostile.db"
    hostile = {"topic": "<b>bold</b>\u202e\x1b[31m" + "x" * 5_000}
    store_conflicts(path, [telling(1, hostile, {"topic": "<script>"}, {"topic": ""})])
    opened = Opened(path, qtbot)
    opened.choose("e-1")
    label = opened.page.detail.fields
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert "⟨U+202E⟩" in label.text()
    assert "\x1b" not in label.text()
    assert len(label.text()) < 600
    opened.page.table.copy_rows()
    assert "e-1" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize("entity_id", ["conv_3", "a b", 'quo"te', "slash/es", "colon:x", "x*"])
def test_any_entity_has_a_filter_that_finds_it(entity_id: str) -> None:
    text = entity_place("conversation", entity_id).filter_text
    assert text is not None
    node = parse_filter(text)
    assert isinstance(node, Field)
    assert node.value == (EntityRef("conversation", entity_id, False),)


def test_fields_are_those_that_were_told_or_those_that_differ() -> None:
    local, remote = {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5}
    assert field_differences(local, remote, ("b",)) == [("b", "2", "5")]
    assert field_differences(local, remote, ("unknown",)) == [("b", "2", "5"), ("c", "3", "(not there)")]
    assert field_differences(MISSING, MISSING, ()) == []
    assert field_differences([1], MISSING, ()) == [("all of it", "[1]", "(not told)")]


def test_letters_walk_the_list_and_the_words_give_the_keys_back(opened: Opened, qtbot: QtBot) -> None:
    opened.host.activateWindow()
    for key, entity in ((Qt.Key.Key_J, "e-2"), (Qt.Key.Key_J, "e-3"), (Qt.Key.Key_K, "e-2"), (Qt.Key.Key_K, "e-1"),
                        (Qt.Key.Key_K, "e-1")):  # fmt: skip
        qtbot.keyClick(opened.page.table, key)
        opened.shell.deliver()
        assert opened.page.table.current_row().entity_id == entity
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        qtbot.keyClick(opened.page.table, Qt.Key.Key_Slash)
        qtbot.waitUntil(opened.page.bar.words.hasFocus, timeout=10_000)
        qtbot.keyClick(opened.page.bar.words, key)
        qtbot.waitUntil(opened.page.table.hasFocus, timeout=10_000)
