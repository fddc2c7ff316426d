"""From an event to the others of its error group, to its group, to its trace; two events compared."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from console.app.application import Session
from console.app.options import RunOptions
from console.areas.errors.store import MIGRATIONS, projection
from console.model.area import Area, Ref
from tests.app.conftest import AREAS
from tests.app.inspecting import opened

AT_MS = 1_795_442_900_000


def failure(n: int, function: str = "save") -> dict[str, Any]:
    return {
        "eventType": "error",
        "timestamp": AT_MS + n * 1_000,
        "service": "server",
        "data": {
            "category": "SERVER_ERROR",
            "severity": "high",
            "message": f"cannot read message {n}",
            "source": {"stack": f"TypeError: x\n    at {function} (/srv/app/{function}.ts:{n}:5)"},
            "request": {"method": "GET", "url": f"/m/{n}", "headers": {"authorization": f"Bearer abcdefg{n}"}},
            "environment": {"version": "1.4.2"},
        },
    }


@pytest.fixture
def db(tmp_path: Path, filling: Any) -> Path:
    path = tmp_path / "store.db"
    bodies = [failure(1), failure(2), failure(3, "load"), failure(4), {"eventType": "info", "timestamp": AT_MS, "data": {}}]
    filling.fill_store(
        path,
        [filling.read_text(json.dumps(body)) for body in bodies],
        projections=[("errors", projection())],
        migrations=[("errors", MIGRATIONS)],
    )
    return path


@pytest.fixture
def areas(areas: tuple[Area, ...], monkeypatch: pytest.MonkeyPatch) -> tuple[Area, ...]:
    fakes = tuple(
        Area(name, name.title(), "", f"Ctrl+{n}", view_class="FakeView") for n, name in ((8, "errors"), (9, "trace"))
    )
    import sys

    for fake in fakes:
        monkeypatch.setitem(sys.modules, fake.view_module, sys.modules[AREAS[0].view_module])
    return (*areas, *fakes)


def test_next_and_previous_of_the_group_pass_over_others(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 2)
    assert inspector.head.group_next.isVisible()
    inspector.head.group_next.click()
    qtbot.waitUntil(lambda: inspector.detail.row.id == 4)
    inspector.head.group_next.click()
    qtbot.waitUntil(lambda: any("newest event of its group" in notice.text for notice in session.faults.notices))
    session.window.activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for expected in (2, 1):
        qtbot.keyClick(session.window, Qt.Key.Key_Up, keys)
        qtbot.waitUntil(lambda expected=expected: inspector.detail.row.id == expected)


def test_an_event_without_a_group_says_so(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 5)
    assert not inspector.head.group.isVisible()
    assert not inspector.has_group()
    inspector.step_in_group(1)
    assert "in no error group" in session.faults.notices[-1].text


def test_the_way_to_the_group_and_to_the_trace(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 2)
    inspector.head.group.click()
    assert session.window.stack.place() == Ref("errors", "event:2")
    inspector.head.trace.click()
    assert session.window.stack.place() == Ref("trace", "event:2")


@pytest.mark.parametrize(
    ("words", "other"),
    [
        ("With the previous event of its group", 2),
        ("With the first event of its group", 1),
    ],
)
def test_comparing_within_the_group(session: Session, qtbot: Any, words: str, other: int) -> None:
    inspector = opened(session, qtbot, 4)
    choice = next(action for action in inspector.head.compare.menu().actions() if action.text() == words)
    with qtbot.waitSignal(inspector.comparing.opened) as shown:
        choice.trigger()
    dialog = shown.args[0]
    text = dialog.diff.shown_text()
    assert f'"/m/{other}"' in text
    assert '"/m/4"' in text
    assert "$.data.environment.version" not in text
    assert "abcdefg" not in text
    dialog.equal.setChecked(True)
    assert "$.data.environment.version" in dialog.diff.shown_text()
    dialog.reject()


def test_comparing_with_a_marked_event(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 1)
    inspector.comparing.mark(1)
    opened(session, qtbot, 3)
    menu = inspector.head.compare.menu()
    choice = next(action for action in menu.actions() if "marked event 1" in action.text())
    with qtbot.waitSignal(inspector.comparing.opened) as shown:
        choice.trigger()
    assert shown.args[0].windowTitle() == "Compare events 1 and 3"
    assert shown.args[0].telling.isHidden() or not shown.args[0].telling.text()
    shown.args[0].reject()


def test_comparing_beyond_the_end_is_said(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 4)
    inspector.comparing.with_neighbour(4, 1)
    qtbot.waitUntil(lambda: any("newest event of its group" in notice.text for notice in session.faults.notices))
    inspector.comparing.with_first(1)
    qtbot.waitUntil(lambda: any("first event of its group" in notice.text for notice in session.faults.notices))


def test_what_is_common_to_the_group_and_rare_elsewhere_is_said(
    options: RunOptions, filling: Any, session: Session, qtbot: Any
) -> None:
    bodies = [failure(n, "sync") for n in range(10, 40)]
    for body in bodies:
        body["data"]["environment"]["version"] = "2.0.0-beta"
    bodies += [failure(n, "other") for n in range(40, 80)]
    filling.fill_store(
        options.db,
        [filling.read_text(json.dumps(body)) for body in bodies],
        source="further",
        projections=[("errors", projection())],
        migrations=[("errors", MIGRATIONS)],
    )
    inspector = opened(session, qtbot, 6)
    with qtbot.waitSignal(inspector.comparing.opened) as shown:
        inspector.comparing.with_neighbour(6, 1)
    assert "2.0.0-beta" in shown.args[0].telling.text()
    shown.args[0].reject()
