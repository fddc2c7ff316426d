"""A view of several pages: built when visited, only the one in front reads, the last one comes back."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.model.area import Ref
from console.qt.paged_view import PagedView
from tests.fake_shell import FakeShell
from tests.store_filling import fill_store


class FakePage(QWidget):
    """Notes what the view asks of it."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def activate(self) -> None:
        self.calls.append("activate")

    def deactivate(self) -> None:
        self.calls.append("deactivate")

    def show_ref(self, ref: Ref) -> None:
        self.calls.append(f"show {ref.id} {ref.since_ms}")


class Pages:
    """A view of two pages; `made` are those that were built."""

    def __init__(self, shell: FakeShell, qtbot: QtBot) -> None:
        self.made: dict[str, FakePage] = {}
        pages = {"one": ("One", lambda: self._make("one")), "two": ("Two", lambda: self._make("two"))}
        self.view = PagedView(shell, "things", "&Things", pages)
        qtbot.addWidget(self.view)

    def _make(self, name: str) -> FakePage:
        self.made[name] = FakePage()
        return self.made[name]


@pytest.fixture
def shell(tmp_path: Path) -> FakeShell:
    fill_store(tmp_path / "store.db", [])
    return FakeShell(tmp_path / "store.db", at_once=True)


def test_a_page_is_built_at_its_first_visit_and_only_the_one_in_front_is_awake(shell: FakeShell, qtbot: QtBot) -> None:
    pages = Pages(shell, qtbot)
    assert list(pages.made) == ["one"]
    pages.view.activate()
    pages.view.bar.setCurrentIndex(1)
    assert pages.view.page() == "two"
    assert pages.made["one"].calls == ["activate", "deactivate"]
    assert pages.made["two"].calls == ["activate"]
    assert pages.made["two"].accessibleName() == "Two"
    pages.view.deactivate()
    pages.view.show_page("one")
    assert pages.made["one"].calls == ["activate", "deactivate"]
    assert pages.made["two"].calls == ["activate", "deactivate"]


def test_places_name_a_page_and_something_on_it(shell: FakeShell, qtbot: QtBot) -> None:
    pages = Pages(shell, qtbot)
    pages.view.show_ref(Ref("things", "two/7/b", 5))
    assert pages.made["two"].calls == ["show 7/b 5"]
    assert pages.view.place() == Ref("things", "two")
    pages.view.show_ref(Ref("things", "12"))
    assert pages.view.page() == "one"
    assert pages.made["one"].calls == ["show 12 None"]


def test_the_last_page_comes_back_and_an_unknown_one_does_not_matter(shell: FakeShell, qtbot: QtBot) -> None:
    Pages(shell, qtbot).view.show_page("two")
    assert Pages(shell, qtbot).view.page() == "two"
    shell.settings["things.page"] = ["no", "page"]
    assert Pages(shell, qtbot).view.page() == "one"


def test_each_page_has_an_action_that_goes_there(shell: FakeShell, qtbot: QtBot) -> None:
    Pages(shell, qtbot)
    action = shell.actions["things.page_two"]
    assert (action.title, action.menu) == ("Things: Two", "&Things")
    action.run()
    assert shell.places == [Ref("things", "two")]
