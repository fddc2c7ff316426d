import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QWidget
from pytestqt.qtbot import QtBot

from console.areas.sources import attaching
from console.areas.sources.core import Source
from console.areas.sources.history import Loss, Losses, losses
from console.areas.sources.view import SourcesView
from console.areas.sources.view.source_dialog import SourceDialog
from console.areas.sources.view.source_table import NAME
from console.model.area import Ref
from console.store.database import open_reader, open_writer
from console.store.migrations import create_store
from tests.fake_shell import FakeShell

STATUS: dict[str, Any] = {
    "name": "server", "url": "ws://127.0.0.1:9000", "transport": "websocket", "mode": "framed", "state": "live",
    "detail": "live since 12:00", "rate": 412.0, "lag_ms": 80, "rtt_ms": 1.5, "stored": 12345, "quarantined": 1,
    "degraded": 2, "duplicates": 3, "gaps": 1, "gap_events": 9, "unknown_intervals": 0, "reconnects": 4,
    "retry_in_ms": None, "service": "server", "instance": "api-1",
}  # fmt: skip
SETTING = {
    "active": "local",
    "sources": {
        "local": [{"name": "server", "url": "ws://127.0.0.1:9000"}, {"name": "off", "url": "/x", "enabled": False}],
        "staging": [{"name": "remote", "url": "wss://h.example", "has_token": True}],
    },
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "events.db"
    create_store(path)
    connection = open_writer(path)
    connection.execute("INSERT INTO sources VALUES (1, 'server', 'ws://127.0.0.1:9000', 'websocket', 0, 0)")
    connection.execute("INSERT INTO events (id, kind, ts, received, message) VALUES (5, 1, 100000, 100000, 'gap')")
    connection.execute("INSERT INTO gaps VALUES (1, 1, 1, 10, 18, 'evicted', 1, 5)")
    connection.execute("INSERT INTO coverage VALUES (1, 1, 200000, 260000, 'connection lost')")
    connection.execute("INSERT INTO quarantine VALUES (1, 1, 1, 7, 50000, 'not JSON', 3, x'616263')")
    connection.close()
    return path


@pytest.fixture
def shell(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeShell]:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    monkeypatch.setattr("console.areas.sources.tokens.user_config_path", lambda _: tmp_path / "config")
    shell = FakeShell(path, at_once=True)
    shell.settings["profiles"] = SETTING
    yield shell
    keyring.set_keyring(before)


@pytest.fixture
def view(shell: FakeShell, qtbot: QtBot) -> SourcesView:
    host = QWidget()
    qtbot.addWidget(host)
    view = SourcesView(shell)
    view.setParent(host)
    shell.host = host  # type: ignore[attr-defined]  # qtbot holds it weakly
    host.resize(1000, 600)
    view.resize(1000, 600)
    host.show()
    view.activate()
    return view


def texts(view: SourcesView, row: int) -> dict[str, str]:
    model = view._table.sources
    return {one.key: model.index(row, number).data() for number, one in enumerate(model.columns)}


def test_losses_of_a_source_newest_first(path: Path) -> None:
    connection = open_reader(path)
    assert losses(connection, "server").rows == [
        Loss("unknown", 200_000, 260_000, None, "connection lost"),
        Loss("gap", 100_000, 100_000, 9, "evicted"),
        Loss("quarantine", 50_000, 50_000, 1, "not JSON (3 bytes)"),
    ]
    assert losses(connection, "nobody") == Losses([], False)
    connection.close()


def test_the_first_source_is_chosen_and_its_losses_are_shown(view: SourcesView) -> None:
    assert view.place() == Ref("sources", "server")
    assert view._detail.losses.rowCount() == 3


def test_a_status_line_fills_its_row(view: SourcesView, shell: FakeShell) -> None:
    assert texts(view, 0)["state"] == "◐ Connecting"
    assert texts(view, 1)["state"] == "○ Disabled"
    shell.source_states_changed.emit([STATUS, STATUS | {"name": "pwa", "url": "ws://u:hush@h/?token=hush"}])
    assert texts(view, 0) == {
        "state": "● Live", "name": "server", "service": "server / api-1", "url": "ws://127.0.0.1:9000",
        "mode": "framed", "rate": "412/s", "lag_ms": "80.0 ms", "rtt_ms": "1.50 ms", "stored": "12,345",
        "duplicates": "3", "degraded": "2", "quarantined": "1", "gaps": "1 (9 ev.)", "unknown_intervals": "0",
        "reconnects": "4", "retry": "–",
    }  # fmt: skip
    assert texts(view, 2)["url"] == "ws://h/?token=…"
    assert not view.grab().isNull()


def test_odd_status_lines_do_no_harm(view: SourcesView, shell: FakeShell) -> None:
    shell.source_states_changed.emit([{"name": "server", "state": "odd", "rate": "x", "lag_ms": True, "gaps": float("nan")}])
    assert texts(view, 0)["state"] == "? odd"
    assert texts(view, 0)["rate"] == texts(view, 0)["lag_ms"] == texts(view, 0)["gaps"] == "–"


def test_the_detail_leads_to_the_timeline(view: SourcesView, shell: FakeShell, qtbot: QtBot) -> None:
    view.show_ref(Ref("sources", "server"))
    assert view.place() == Ref("sources", "server")
    model = view._detail.losses
    assert [model.index(row, 0).data() for row in range(3)] == ["◌ Unknown coverage", "▲ Gap", "✖ Quarantined"]
    assert not view._detail._show.isEnabled()
    view._detail.table.selectRow(0)
    qtbot.mouseClick(view._detail._show, Qt.MouseButton.LeftButton)
    assert shell.places == [Ref("timeline", since_ms=170_000, until_ms=290_000, filter_text="source:server")]


def test_losses_are_read_again_only_when_there_are_more(view: SourcesView, shell: FakeShell) -> None:
    view.show_ref(Ref("sources", "server"))
    shell.slots.clear()
    for _ in range(3):
        shell.source_states_changed.emit([STATUS])
    shell.source_states_changed.emit([STATUS | {"gaps": 2}])
    assert shell.slots == ["losses", "losses"]


def test_switching_a_profile_detaches_and_attaches(view: SourcesView, shell: FakeShell, qtbot: QtBot) -> None:
    view.switch_profile("staging")
    assert shell.sent == [
        {"cmd": "detach", "name": "server"}, {"cmd": "attach", "name": "remote", "url": "wss://h.example"},
    ]  # fmt: skip
    assert shell.settings["profiles"]["active"] == "staging"
    assert "its token is not on this machine" in shell.notes[0]


def test_a_token_goes_to_its_place_and_never_into_settings(view: SourcesView, shell: FakeShell) -> None:
    view.save_source(Source("api", "wss://h.example", has_token=True), "hush-1")
    assert shell.sent == [{"cmd": "attach", "name": "api", "url": "wss://h.example", "token": "hush-1"}]
    assert "tokens.json" in shell.notes[0]
    renamed = Source("api2", "wss://h.example", has_token=True)
    view.save_source(renamed, "", Source("api", "wss://h.example", has_token=True))
    assert shell.sent[1:] == [
        {"cmd": "detach", "name": "api"}, {"cmd": "attach", "name": "api2", "url": "wss://h.example", "token": "hush-1"},
    ]  # fmt: skip
    assert "hush" not in str(shell.settings) + "".join(shell.notes)


def test_enabling_attaches_and_disabling_detaches(view: SourcesView, shell: FakeShell, qtbot: QtBot) -> None:
    view.show_ref(Ref("sources", "server"))
    qtbot.mouseClick(view._bar.toggle, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view._bar.toggle, Qt.MouseButton.LeftButton)
    assert [command["cmd"] for command in shell.sent] == ["detach", "attach"]


def test_a_refused_attach_is_told(view: SourcesView, shell: FakeShell) -> None:
    shell.answer = {"ok": False, "error": "no such file"}
    attaching.attach_profile(shell, view)
    assert shell.notes == ["server could not be attached: no such file"]


def test_the_dialog_checks_while_one_types(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    dialog = SourceDialog(host, None, ("used",))
    button = dialog._buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert not button.isEnabled()
    dialog.name.setText("server")
    dialog.url.setText("ws://10.0.0.7:9000")
    assert button.isEnabled()
    dialog.token.setText("hush")
    assert not button.isEnabled()
    assert "not sent unencrypted to 10.0.0.7" in dialog.problems.text()
    dialog.url.setText("wss://10.0.0.7:9000")
    assert dialog.source() == Source("server", "wss://10.0.0.7:9000", True, True)
    assert "VIVIM_TOKEN_SERVER" in dialog.problems.text()


def test_without_sources_the_next_step_is_said(shell: FakeShell, qtbot: QtBot) -> None:
    shell.settings.clear()
    view = SourcesView(shell)
    qtbot.addWidget(view)
    assert "Add one with" in view._empty.text()
    assert not view._empty.isHidden()


def test_a_store_that_cannot_be_read_is_told(view: SourcesView, shell: FakeShell, path: Path) -> None:
    connection = open_writer(path)
    connection.execute("DROP TABLE gaps")
    connection.close()
    view.activate()
    assert isinstance(shell.notes[0], str)
    with pytest.raises(sqlite3.OperationalError):
        shell.read(view, "x", lambda c: losses(c, "server"), print)


def test_new_opens_the_dialog_and_the_source_is_attached(view: SourcesView, shell: FakeShell) -> None:
    view.show_ref(Ref("sources", "new"))
    dialog = view._dialog
    assert dialog is not None
    assert dialog.isVisible()
    view.show_ref(Ref("sources", "new"))
    assert view._dialog is dialog
    dialog.name.setText("api")
    dialog.url.setText("wss://h.example")
    dialog.token.setText("hush-2")
    dialog.accept()
    assert view._dialog is None
    assert shell.sent[-1] == {"cmd": "attach", "name": "api", "url": "wss://h.example", "token": "hush-2"}
    assert dialog.token.text() == ""


def test_sources_of_other_sessions_are_shown_as_not_attached(view: SourcesView, shell: FakeShell, path: Path) -> None:
    connection = open_writer(path)
    connection.execute("INSERT INTO sources VALUES (2, 'old', 'ws://h/?token=hush', 'websocket', 0, 0)")
    connection.close()
    view.deactivate()
    view.activate()
    assert (texts(view, 2)["name"], texts(view, 2)["state"]) == ("old", "· Not attached")
    view.show_ref(Ref("sources", "old"))
    assert not view._bar.remove.isEnabled()
    assert "not part of this profile" in view._detail._words.text()


def test_a_waiting_source_says_why_over_the_room_of_its_rate(view: SourcesView, shell: FakeShell) -> None:
    waiting = STATUS | {"state": "waiting", "detail": "nobody listens there", "retry_in_ms": 60_000}
    shell.source_states_changed.emit([waiting])
    assert view._table.columnSpan(0, NAME) == 3
    assert view._countdown.isActive()
    assert texts(view, 0)["retry"] in ("60 s", "59 s")
    shell.source_states_changed.emit([STATUS])
    assert view._table.columnSpan(0, NAME) == 1
    assert not view._countdown.isActive()


def test_ten_thousand_losses_of_each_kind_are_read_in_parts(view: SourcesView, path: Path, qtbot: QtBot) -> None:
    connection = open_writer(path)
    connection.execute("BEGIN")
    rows = [(i * 10, i * 10 + 5) for i in range(10_000)]
    connection.executemany("INSERT INTO coverage (source_id, from_ts, to_ts, reason) VALUES (1, ?, ?, 'x')", rows)
    connection.execute("COMMIT")
    connection.close()
    view.activate()
    assert view._detail.losses.rowCount() == 202
    assert view._detail.older.isVisible()
    qtbot.mouseClick(view._detail.older, Qt.MouseButton.LeftButton)
    assert view._detail.losses.rowCount() == 1_002


def test_the_columns_that_matter_fit_beside_the_inspector(view: SourcesView) -> None:
    view.parentWidget().resize(800, 600)
    view.resize(800, 600)
    shown = [one.key for i, one in enumerate(view._table.sources.columns) if not view._table.isColumnHidden(i)]
    assert shown == ["state", "name", "rate", "lag_ms", "stored", "gaps", "unknown_intervals", "retry"]
    assert view._table.horizontalScrollBar().maximum() == 0
