"""Which file a frame stands for, how it is opened, and what of it is read."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.app.inspector.editor import (
    PYCHARM,
    VS_CODE,
    Mapping,
    command_line,
    local_path,
    mappings_from,
    template_problem,
)
from console.app.inspector.editor_dialog import EditorDialog
from console.app.inspector.source_file import NoSource, check_file, read_excerpt

SERVER = Mapping("/srv/vivim/server", "/home/me/vivim/server")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("/srv/vivim/server/src/a.ts", "/home/me/vivim/server/src/a.ts"),
        ("file:///srv/vivim/server/src/a%20b.ts", "/home/me/vivim/server/src/a b.ts"),
        ("/srv/vivim/server-old/src/a.ts", "/srv/vivim/server-old/src/a.ts"),
        ("http://localhost:5173/src/App.tsx?v=12", "/home/me/vivim/pwa/src/App.tsx"),
        ("http://localhost:9999/src/App.tsx", None),
        ("webpack-internal:///./src/x.js", "/home/me/w/src/x.js"),
        ("/usr/lib/python3.11/json/decoder.py", "/usr/lib/python3.11/json/decoder.py"),
        ("C:\\work\\app\\main.py", "C:\\work\\app\\main.py"),
        ("file:///C:/work/app/main.py", "C:/work/app/main.py"),
        ("src/a.ts", None),
        ("/srv/vivim/server/../../../etc/x.py", None),
        ("/srv/vivim/server/src/../a.ts", None),
        ("//share/folder/a.py", None),
        ("\\\\share\\folder\\a.py", None),
        ("/proc/self/cwd/a.py", None),
        ("/dev/fd/0.py", None),
        ("/etc/shadow", None),
        ("/home/me/.ssh/id_ed25519", None),
        ("/x/a.py\0.txt", None),
        ("node:internal/process", None),
        ("<anonymous>", None),
        ("", None),
    ],
)
def test_a_frame_stands_for_a_source_file_or_for_none(file: str, expected: str | None) -> None:
    mappings = [
        SERVER,
        Mapping("http://localhost:5173/src", "/home/me/vivim/pwa/src"),
        Mapping("webpack-internal:///.", "/home/me/w"),
    ]
    assert local_path(file, mappings) == expected


def test_the_longest_mapping_decides() -> None:
    mappings = [Mapping("/srv", "/a"), Mapping("/srv/app/", "/b/"), Mapping("/srv/app/lib", "/c")]
    assert local_path("/srv/app/lib/x.py", mappings) == "/c/x.py"
    assert local_path("/srv/app/x.py", mappings) == "/b/x.py"
    assert local_path("/srv/x.py", mappings) == "/a/x.py"


@given(
    st.text(max_size=60), st.lists(st.tuples(st.text(min_size=1, max_size=9), st.text(min_size=1, max_size=9)), max_size=3)
)
def test_any_text_is_answered_with_a_plain_path(file: str, pairs: list[tuple[str, str]]) -> None:
    found = local_path(file, [Mapping(*pair) for pair in pairs])
    assert found is None or (".." not in found.split("/") and not found.startswith(("//", "\\\\", "-")))


def test_settings_of_the_wrong_shape_are_left_out() -> None:
    assert mappings_from([["/a", "/b"], ["/a"], ["", "/b"], [1, 2], "x", None]) == (Mapping("/a", "/b"),)
    assert mappings_from({"a": 1}) == ()


def test_a_template_is_filled_without_making_new_arguments() -> None:
    file = '/x/{line} "a b"; rm -rf $HOME.py'
    assert command_line(VS_CODE, file, 7, 3) == ("code", ["-g", f"{file}:7:3"])
    assert command_line(PYCHARM, file, 7, None) == ("pycharm", ["--line", "7", file])
    assert command_line("'/opt/my editor' '+{line}' {file}", file, None, None) == ("/opt/my editor", ["+1", file])


@pytest.mark.parametrize(
    ("template", "words"),
    [("", "command"), ("code", "{file}"), ("{file}", "{file}"), ('code "{file}', "cannot be read"), (VS_CODE, "")],
)
def test_a_template_that_cannot_be_used_is_said(template: str, words: str) -> None:
    problem = template_problem(template)
    assert words in problem
    assert bool(problem) == bool(words)
    if words:
        with pytest.raises(ValueError, match=re.escape(problem)):
            command_line(template, "/x.py", 1, 1)


def test_lines_around_a_place(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("\n".join(f"line\t{n}" for n in range(1, 31)), "utf-8")
    excerpt = read_excerpt(str(path), 10)
    assert (excerpt.first, excerpt.line, len(excerpt.lines)) == (5, 10, 11)
    assert excerpt.lines[5] == "line    10"
    assert read_excerpt(str(path), 1).lines[0] == "line    1"
    assert len(read_excerpt(str(path), 30).lines) == 6
    with pytest.raises(NoSource, match="another version"):
        read_excerpt(str(path), 31)


def test_only_regular_source_files_of_a_fair_size_are_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.py"
    os.mkfifo(pipe)
    link = tmp_path / "link.py"
    link.symlink_to("/etc/passwd")
    null = tmp_path / "null.py"
    null.symlink_to("/dev/null")
    big = tmp_path / "big.py"
    with big.open("wb") as file:
        file.truncate(5 * 1024 * 1024)
    (tmp_path / "folder.py").mkdir()
    loop = tmp_path / "loop.py"
    loop.symlink_to(loop)
    for path in (pipe, link, null, big, tmp_path / "folder.py", loop, tmp_path / "gone.py"):
        with pytest.raises(NoSource):
            read_excerpt(str(path), 1)
    good = tmp_path / "good.py"
    good.write_bytes(b"a = '\xff'\n")
    to_good = tmp_path / "to_good.py"
    to_good.symlink_to(good)
    assert check_file(str(to_good)) == str(good.resolve())
    assert read_excerpt(str(to_good), 1).lines == ("a = '\ufffd'",)


def test_the_dialog_remembers_command_and_mapping(qtbot, shell) -> None:
    shell.settings["editor.paths"] = [["/srv/a", "/home/a"]]
    dialog = EditorDialog(shell, None)
    qtbot.addWidget(dialog)
    save = dialog.buttons.button(dialog.buttons.StandardButton.Save)
    dialog.command.setText("vim")
    assert not save.isEnabled()
    assert "{file}" in dialog.problem.text()
    dialog.command.setText(PYCHARM)
    assert dialog.editor.currentText() == "PyCharm"
    dialog._add_row("/srv/b", "/home/b")
    dialog._add_row("/srv/c", "")
    save.click()
    assert shell.settings["editor.command"] == PYCHARM
    assert shell.settings["editor.paths"] == [["/srv/a", "/home/a"], ["/srv/b", "/home/b"]]


def test_cancel_remembers_nothing(qtbot, shell) -> None:
    dialog = EditorDialog(shell, None)
    qtbot.addWidget(dialog)
    dialog.command.setText(PYCHARM)
    dialog.reject()
    assert shell.settings == {}


@pytest.fixture
def shell(tmp_path: Path, filling):
    from tests.fake_shell import FakeShell

    path = tmp_path / "store.db"
    filling.fill_store(path, [])
    made = FakeShell(path, at_once=True)
    yield made
    made.connection.close()
