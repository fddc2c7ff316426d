"""The stepper by keys: each decision goes to a real store, and what is shown comes back from it."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.areas.sync.view.edit_dialog import EditDialog
from console.areas.sync.view.send_dialog import SendDialog
from console.model.area import Ref
from console.qt.note_dialog import NoteDialog
from console.store.outbox import mark_sent, mark_unknown
from tests.areas.sync.view.sync_shell import BASE, LOCAL, REMOTE, store_conflicts, telling
from tests.areas.sync.view.sync_window import CONTROL, Opened
from tests.command_shell import with_writer
from tests.store_filling import START_MS, fill_store, read_text

KEY = Qt.Key


def count(opened: Opened, table: str) -> int:
    (number,) = opened.shell.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(number)


def test_opening_conflicts_changes_nothing(opened: Opened) -> None:
    assert opened.entity() == "conversation e-1"
    assert opened.counter() == "0 of 2 fields, 1 of 4 conflicts"
    opened.keys("nnnp")
    assert opened.entity() == "conversation e-3"
    assert opened.counter() == "0 of 2 fields, 3 of 4 conflicts"
    assert opened.shell.sent == []
    assert count(opened, "sync_audit") == count(opened, "outbox") == count(opened, "sync_settlement") == 0


def test_rows_tell_what_the_merge_did_and_what_waits(opened: Opened) -> None:
    lines = opened.lines()
    assert (lines["title"].kind, lines["title"].rule, lines["title"].cells[3]) == (
        "auto",
        "only remote changed it",
        "Plan B",
    )
    assert (lines["size"].kind, lines["size"].cells) == ("auto", ("3", "4", "3", "4"))
    assert (lines["topic"].kind, lines["topic"].cells) == ("open", ("old", "local topic", "remote topic", None))
    assert (lines["same"].kind, lines["notes"].kind, lines["notes"].has_parts) == ("same", "parts", True)
    assert lines["notes, part 2 of 4"].cells == ("two", "TWO local", "TWO remote", None)
    assert lines["notes, part 4 of 4"].cells == ("four", "four", "four!", "four!")
    assert opened.current() == "topic"
    assert "same" not in opened.pane.fields.fields.data(opened.pane.fields.fields.index(0))
    assert [label.text() for label in opened.pane.head.columns] == [
        "base", "local (pwa, version 4)", "remote (server, version 5)", "result so far",
    ]  # fmt: skip


def test_j_and_k_go_round_the_open_fields(opened: Opened) -> None:
    opened.keys("j")
    assert opened.current() == "notes, part 2 of 4"
    opened.keys("j")
    assert opened.current() == "topic"
    opened.keys("k")
    assert opened.current() == "notes, part 2 of 4"


@pytest.mark.parametrize(
    ("key", "result"),
    [("1", "old"), ("2", "local topic"), ("3", "remote topic"), ("b", "local topic remote topic"), ("d", None)],
)
def test_a_key_decides_and_goes_on(opened: Opened, key: str, result: str | None) -> None:
    opened.keys(key)
    topic = opened.lines()["topic"]
    assert (topic.kind, topic.cells[3], topic.waiting) == ("chosen", result, False)
    assert opened.current() == "notes, part 2 of 4"
    assert opened.counter() == "1 of 2 fields, 1 of 4 conflicts"
    assert opened.shell.sent[-1]["args"]["who"] == "ada"
    assert count(opened, "outbox") == 0


def test_a_decision_shows_before_the_store_has_answered(opened: Opened) -> None:
    QTest.keyClick(opened.pane.fields, "2")
    assert (opened.lines()["topic"].words, opened.lines()["topic"].cells[3]) == ("local, to be kept…", "local topic")
    assert opened.counter().startswith("1 of 2 fields")
    QTest.keyClick(opened.pane.fields, "3")
    assert opened.counter().startswith("2 of 2 fields")
    opened.wait()
    assert [line.words for line in opened.lines().values() if line.choice] == ["local, by hand", "remote, by hand"]


def test_an_edit_is_checked_and_a_part_keeps_its_line_feed(opened: Opened) -> None:
    opened.keys("e")
    dialog = opened.dialog(EditDialog)
    assert (dialog.edit.toPlainText(), dialog.as_json.isChecked()) == ("local topic", False)
    dialog.as_json.setChecked(True)
    assert not dialog._take_button.isEnabled()
    assert dialog.problem.text()
    dialog.edit.setPlainText('{"a": [1]}')
    QTest.keyClick(dialog.edit, KEY.Key_Return, CONTROL)
    opened.wait()
    assert opened.lines()["topic"].cells[3] == '{"a": [1]}'
    opened.keys("e")
    dialog = opened.dialog(EditDialog)
    assert dialog.edit.toPlainText() == "TWO local"
    dialog.edit.setPlainText("TWO both")
    dialog.accept()
    opened.wait()
    assert opened.pane.conflict is not None
    assert opened.pane.conflict.settlement.result["notes"] == "one\nTWO both\nthree\nfour!\n"


def test_undo_takes_back_step_by_step_also_after_a_restart(opened: Opened, path: Path, qtbot: QtBot) -> None:
    opened.keys("23")
    opened.view.deactivate()
    again = Opened(path, qtbot)
    assert again.counter() == "2 of 2 fields, 1 of 4 conflicts"
    again.keys("u")
    assert again.counter() == "1 of 2 fields, 1 of 4 conflicts"
    again.keys("u")
    assert again.lines()["topic"].kind == "open"
    again.keys("u")
    assert again.shell.notes[-1] == "Nothing is decided here yet."
    again.view.deactivate()


def test_what_comes_back_leaves_the_person_where_they_are(opened: Opened) -> None:
    opened.keys("23uu")
    assert opened.counter().startswith("0 of 2 fields")
    assert opened.current() == "notes, part 2 of 4"


def test_what_would_be_sent_is_shown_first_and_escape_sends_nothing(opened: Opened) -> None:
    opened.key(KEY.Key_Return, CONTROL)
    assert opened.shell.notes[-1] == "2 fields still to decide; J goes to the next one."
    opened.keys("23")
    opened.key(KEY.Key_Return, CONTROL)
    dialog = opened.dialog(SendDialog)
    assert dialog.contract.text() == "No contract is known for conversation."
    assert "It goes to pwa" in dialog.target.text()
    assert dialog.boxes[0].title.text() == "Patch against local: 2 operations"
    assert '"path": "/title", "value": "Plan B"' in dialog.boxes[0].shown_text()
    assert dialog.boxes[1].title.text() == "Patch against remote: 3 operations"
    QTest.keyClick(dialog.note, KEY.Key_Escape)
    opened.wait()
    assert count(opened, "outbox") == 0
    assert "send" not in opened.done()


def test_what_is_shown_before_sending_has_the_last_decision_in_it(opened: Opened) -> None:
    opened.keys("2")
    QTest.keyClick(opened.pane.fields, "3")
    QTest.keyClick(opened.pane.fields, KEY.Key_Return, CONTROL)
    assert opened.page.settling.under_way == 1
    assert opened.shell.slots[-1] != "preview"
    opened.wait()
    assert "TWO remote" in opened.dialog(SendDialog).boxes[0].shown_text()


def test_resolved_and_sent_and_applied_are_told_apart(opened: Opened) -> None:
    opened.keys("23")
    assert opened.queued()[0] == "e-1 open"
    opened.send("as agreed")
    assert opened.queued()[-1] == "e-1 resolving"
    assert opened.answer().startswith("Resolved, not sent yet: it goes to pwa")
    opened.keys("1")
    assert opened.shell.notes[-1] == "This conflict is resolving; its answer comes first."
    args = opened.shell.service_answers("applied", {"version": 6})
    assert args["result"] == {
        "title": "Plan B", "topic": "local topic", "size": 4, "tags": ["a", "b"], "same": True,
        "notes": "one\nTWO remote\nthree\nfour!\n",
    }  # fmt: skip
    assert (args["strategy"], args["note"], args["expected"]["localVersion"]) == ("manual", "as agreed", 4)
    opened.tick()
    assert opened.answer().startswith("Applied by pwa, version 6 now")
    assert "✓ resolved" in opened.pane.head.words.text()
    assert "e-1" not in " ".join(opened.queued())
    opened.keys("n")
    assert opened.entity() == "conversation e-2"


def test_stale_keeps_what_still_holds_and_asks_the_rest_again(opened: Opened) -> None:
    opened.keys("23")
    opened.send()
    newer = REMOTE | {"topic": "newer"}
    current = {"local": LOCAL, "remote": newer, "localVersion": 4, "remoteVersion": 6}
    opened.shell.service_answers("stale", {"current": current}, "remoteVersion is 6 now")
    opened.tick()
    assert opened.answer() == (
        "Stale: remoteVersion is 6 now. Both sides are shown as they are now; 1 decision kept, asked again: topic."
        " (local is version 4 now, remote is version 6 now)"
    )
    assert opened.counter() == "1 of 2 fields, 1 of 4 conflicts"
    assert opened.lines()["topic"].cells[2] == "newer"
    assert "version 6" in opened.pane.head.columns[2].text()


def test_a_refusal_says_why_and_the_conflict_is_open_again(opened: Opened) -> None:
    opened.keys("23")
    opened.send()
    opened.shell.service_answers("rejected", None, "topic is <b>too</b> long")
    opened.tick()
    assert opened.answer() == "Rejected by pwa: topic is <b>too</b> long. Nothing was changed there."
    assert opened.queued()[0] == "e-1 open"
    assert opened.counter().startswith("2 of 2 fields")


def test_no_answer_is_unknown_never_failed(opened: Opened) -> None:
    opened.keys("23")
    opened.send()

    def lose(connection: sqlite3.Connection) -> None:
        keys = [row[0] for row in connection.execute("SELECT key FROM outbox").fetchall()]
        mark_sent(connection, keys, opened.shell.now_ms)
        mark_unknown(connection, keys)

    with_writer(opened.shell.path, lose)
    opened.tick()
    assert opened.answer() == "No answer from pwa yet: whether it was applied is unknown; asked again with the same key."


def test_reject_wants_a_reason_and_reopen_brings_it_back(opened: Opened) -> None:
    opened.keys("r")
    dialog = opened.dialog(NoteDialog)
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()
    dialog.note.setText("known, harmless")
    dialog.accept()
    opened.wait()
    assert opened.queued() == ["e-2 open", "e-3 open", "e-4 open"]
    assert "⊘ rejected" in opened.pane.head.words.text()
    assert opened.answer() == "Rejected by ada: known, harmless"
    opened.keys("2")
    assert opened.shell.notes[-1] == "This conflict is rejected; O reopens it."
    opened.keys("o")
    assert "↺ reopened" in opened.pane.head.words.text()
    assert len(opened.queued()) == 4


def test_one_that_a_service_settled_says_so(opened: Opened) -> None:
    body = {"operation": "resolved", "issueType": "conflict", "entityType": "conversation", "entityId": "e-1"}
    at_ms = START_MS + 300_000
    told = {"eventType": "sync_update", "timestamp": at_ms, "service": "server", "data": body}
    store_conflicts(opened.shell.path, [read_text(json.dumps(told), at_ms)], "server")
    opened.tick()
    assert opened.entity() == "conversation e-1"
    assert opened.answer().startswith("Resolved by server")
    assert opened.counter() == "0 of 2 fields, – of 3 conflicts"


def test_skipped_ones_are_passed_by(opened: Opened) -> None:
    opened.keys("s")
    assert opened.entity() == "conversation e-2"
    opened.keys("np")
    assert opened.entity() == "conversation e-2"
    opened.keys("p")
    assert opened.entity() == "conversation e-2"
    assert opened.shell.notes[-1] == "That is the first conflict of the queue. 1 skipped: choose one in the queue."
    assert opened.shell.sent == []


def test_no_base_is_said_and_nothing_is_merged(opened: Opened) -> None:
    opened.page.open(4)
    opened.wait()
    assert opened.pane.head.no_base.label.text().startswith("No base:")
    lines = opened.lines()
    assert [line.title for line in lines.values() if line.kind == "open"] == ["topic"]
    assert not lines["topic"].has_base
    opened.keys("1")
    assert opened.shell.sent == []
    assert "makes no sense" in opened.shell.notes[-1]


def test_a_side_that_nobody_told_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    store_conflicts(tmp_path / "bare.db", [telling(1, None, None, None)])
    opened = Opened(tmp_path / "bare.db", qtbot)
    assert opened.pane.head.no_base.label.text().startswith("Nothing to step through")
    opened.view.deactivate()


def test_b_takes_both_changes_of_a_text_as_merged(tmp_path: Path, qtbot: QtBot) -> None:
    words = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau"
    sides: tuple[Any, Any, Any] = (
        {"text": words.replace("beta", "BETA")}, {"text": words.replace("sigma", "SIGMA")}, {"text": words},
    )  # fmt: skip
    store_conflicts(tmp_path / "text.db", [telling(1, *sides)])
    opened = Opened(tmp_path / "text.db", qtbot)
    assert opened.lines()["text"].kind == "review"
    opened.keys("b")
    assert opened.counter() == "1 of 1 field, 1 of 1 conflict"
    assert opened.pane.conflict is not None
    assert opened.pane.conflict.settlement.result["text"] == words.replace("beta", "BETA").replace("sigma", "SIGMA")
    opened.view.deactivate()


def test_without_a_source_that_takes_commands_it_is_recorded_and_exported(tmp_path: Path, qtbot: QtBot) -> None:
    store_conflicts(tmp_path / "naive.db", [telling(1)], takes_commands=False)
    opened = Opened(tmp_path / "naive.db", qtbot)
    opened.keys("23")
    opened.send("by hand")
    assert opened.answer().startswith("Recorded: no source of this conflict takes commands.")
    opened.page._on_many.export(tmp_path / "out.json")
    opened.wait()
    (found,) = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert (found["issueId"], found["strategy"], found["resolvedBy"], found["note"]) == (
        "issue-1",
        "manual",
        "user",
        "by hand",
    )
    assert found["resolvedState"]["topic"] == "local topic"
    assert found["resolvedAt"].endswith("Z")
    assert opened.shell.notes[-1].startswith("1 resolution written to ")
    opened.page._on_many.export(tmp_path / "no" / "such" / "folder.json")
    opened.wait()
    assert opened.shell.notes[-1].startswith("Not exported: ")
    opened.view.deactivate()


def test_places_and_ticks(opened: Opened) -> None:
    opened.view.show_ref(Ref("sync", "3"))
    opened.wait()
    assert opened.entity() == "conversation e-3"
    assert opened.view.place() == Ref("sync", "3")
    opened.view.show_ref(Ref("sync", "999"))
    opened.wait()
    assert opened.pane.notice.title.text() == "This conflict is gone"
    opened.view.show_ref(Ref("sync", "<b>"))
    assert "no number" in opened.shell.notes[-1]
    opened.view.deactivate()
    reads = opened.shell.reads
    opened.tick()
    assert opened.shell.reads == reads


def test_a_tick_leaves_the_current_field_and_the_folds(opened: Opened) -> None:
    opened.keys("j")
    opened.pane.fields.fields.unfold(
        next(n for n, line in enumerate(opened.pane.fields.fields.lines) if line.kind == "same")
    )
    before = len(opened.pane.fields.fields.shown)
    store_conflicts(opened.shell.path, [telling(9, BASE, REMOTE | {"size": 9})])
    opened.tick()
    assert opened.counter() == "0 of 2 fields, 1 of 5 conflicts"
    assert len(opened.pane.fields.fields.shown) == before
    opened.key(KEY.Key_Return)
    assert opened.shell.sent == []


def test_a_store_that_cannot_be_read_is_said_in_the_place_of_the_queue_and_once(tmp_path: Path, qtbot: QtBot) -> None:
    fill_store(tmp_path / "old.db", [])
    opened = Opened(tmp_path / "old.db", qtbot)
    for _ in range(3):
        opened.tick()
    notice = opened.page.queue.notice
    assert notice.title.text() == "Could not read the store"
    assert "sync_issue" in notice.detail.text()
    assert opened.shell.notes == []
    reads = opened.shell.reads
    notice.buttons()[0].click()
    assert opened.shell.reads > reads
    opened.view.deactivate()
