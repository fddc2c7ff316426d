"""The stack: what is folded, what is read, what is opened."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from console.app.inspector.editor import PATHS_SETTING
from console.app.inspector.stack_rows import Called, Folded, Raised, Sourced, first_own, stack_lines
from console.app.inspector.stack_view import StackView
from console.model.stack import Frame, Stack
from tests.fake_shell import FakeShell


def frame(name: str, *, own: bool = True, file: str = "/srv/app/a.py", line: int | None = 3) -> Frame:
    return Frame(name, file, line, None, own)


def stack(*frames: Frame, causes: tuple[Stack, ...] = ()) -> Stack:
    return Stack("KeyError", "'popular'", frames, "python", causes)


def shape(lines: list) -> list[str]:
    words = {Raised: lambda one: f"! {one.type_name}", Called: lambda one: one.frame.function, Sourced: lambda one: "source",
             Folded: lambda one: f"{'v' if one.is_open else '>'} {one.count}"}  # fmt: skip
    return [words[type(line)](line) for line in lines]


def test_runs_of_library_frames_fold_and_single_ones_do_not() -> None:
    one = stack(frame("own"), frame("l1", own=False), frame("own2"), frame("l2", own=False), frame("l3", own=False))
    assert shape(stack_lines(one, set(), {})) == ["! KeyError", "own", "l1", "own2", "> 2"]
    assert shape(stack_lines(one, {(0, 3)}, {})) == ["! KeyError", "own", "l1", "own2", "v 2", "l2", "l3"]


def test_the_raising_frame_shows_also_when_it_is_a_library_s() -> None:
    one = stack(*(frame(f"l{n}", own=False) for n in range(5)))
    assert shape(stack_lines(one, set(), {})) == ["! KeyError", "l0", "> 4"]
    assert first_own(one) is None


def test_causes_follow_with_their_own_frames() -> None:
    cause = Stack("OSError", "gone", (frame("read"),), "python")
    one = stack(frame("l0", own=False, line=None), frame("save"), causes=(cause,))
    lines = stack_lines(one, set(), {(1, 0): "no file"})
    assert shape(lines) == ["! KeyError", "l0", "save", "! OSError", "read", "source"]
    assert first_own(one) == ((0, 1), one.frames[1])


@pytest.fixture
def shell(tmp_path: Path, filling):
    path = tmp_path / "store.db"
    filling.fill_store(path, [])
    made = FakeShell(path, at_once=True)
    yield made
    made.connection.close()


@pytest.fixture
def view(qtbot, shell, tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a.py").write_text("one\ntwo\nthree\nfour\n", "utf-8")
    shell.settings[PATHS_SETTING] = [["/srv/app", str(tmp_path / "app")]]
    frames = (frame("own"), frame("far", file="/elsewhere/b.py"), frame("l1", own=False), frame("l2", own=False))
    made = StackView(stack(*frames), shell)
    qtbot.addWidget(made)
    made.resize(400, made.height())
    made.show()
    qtbot.waitExposed(made)
    return made


def row_of(view: StackView, words: str) -> int:
    return next(row for row, line in enumerate(view.shown_text().split("\n")) if words in line)


def test_the_first_own_frame_shows_its_source(view: StackView) -> None:
    assert shape(view.rows.lines) == ["! KeyError", "own", "source", "far", "> 2"]
    assert "▶3  three" in view.shown_text()
    assert view.height() >= view.sizeHintForIndex(view.rows.index(0)).height() * 5


def test_enter_unfolds_and_shows_source_or_why_there_is_none(view: StackView, qtbot) -> None:
    view.setCurrentIndex(view.rows.index(4))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert shape(view.rows.lines)[4:] == ["v 2", "l1", "l2"]
    view.setCurrentIndex(view.rows.index(3))
    height = view.height()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert "is not on this machine" in view.shown_text()
    assert view.height() > height
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert "is not on this machine" not in view.shown_text()


def test_e_opens_the_editor_at_the_line(view: StackView, shell: FakeShell, qtbot, tmp_path: Path) -> None:
    started: list[tuple[str, list[str]]] = []
    view.launch = lambda program, arguments: not started.append((program, arguments))
    view.setCurrentIndex(view.rows.index(1))
    qtbot.keyClick(view, Qt.Key.Key_E)
    assert started == [("code", ["-g", f"{(tmp_path / 'app' / 'a.py').resolve()}:3:1"])]
    assert shell.notes == []


def test_the_button_opens_the_first_own_frame_or_the_chosen_one(view: StackView, shell: FakeShell) -> None:
    started: list[list[str]] = []
    view.launch = lambda program, arguments: not started.append(arguments)
    view.open_chosen()
    assert started[0][1].endswith("/a.py:3:1")
    view.setCurrentIndex(view.rows.index(3))
    view.open_chosen()
    assert "is not on this machine" in shell.notes[-1]


def test_what_cannot_be_opened_is_said(view: StackView, shell: FakeShell, qtbot) -> None:
    view.launch = lambda program, arguments: False
    view.open_in_editor(1)
    assert "could not be started" in shell.notes[-1]
    view.open_in_editor(3)
    assert "is not on this machine" in shell.notes[-1]
    shell.settings["editor.command"] = "vim"
    view.open_in_editor(1)
    assert "{file}" in shell.notes[-1]


def test_copy_gives_file_and_line(view: StackView, qtbot) -> None:
    view.setCurrentIndex(view.rows.index(1))
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "/srv/app/a.py:3"
