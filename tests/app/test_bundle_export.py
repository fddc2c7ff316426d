"""What an export is offered from where the person is."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.app.application import Session
from console.app.incident_export import offers_of
from console.app.options import RunOptions
from console.areas.errors.view import ErrorsView
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.view.export_dialog import ExportDialog
from console.areas.timeline.view import TimelineView
from console.model.area import Ref
from console.store.database import open_reader
from tests.app.incident import END_MS, fill
from tests.store_filling import START_MS


@pytest.fixture
def session(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    fill(tmp_path / "home.db").close()
    options = RunOptions(tmp_path / "home.db", ingest=False, settings=tmp_path / "settings.json", theme="light")
    made = Session(qapp, options)
    qtbot.addWidget(made.window)
    made.window.show()
    made.shell.set_range(START_MS, END_MS)
    yield made
    made.window.close()
    made.close()


def go(session: Session, qtbot: QtBot, area: str, place: str = "") -> None:
    session.shell.navigate(Ref(area, place))
    qtbot.waitUntil(lambda: not session.reads.busy(), timeout=20_000)
    QApplication.processEvents()


def offered(session: Session) -> dict[str, Selection]:
    return {offer.key: offer.selection for offer in offers_of(session.window)}


def test_the_range_and_filter_of_the_window_are_always_offered(session: Session, qtbot: QtBot) -> None:
    session.shell.set_filter("level:error")
    go(session, qtbot, "performance")
    assert offered(session) == {"range": Selection(START_MS, END_MS, "level:error")}


def test_a_live_range_ends_now(session: Session, qtbot: QtBot) -> None:
    session.shell.set_span(60_000)
    (offer,) = offers_of(session.window)
    selection = offer.selection
    assert ", until " in offer.words, "the person sees that it stands still"
    assert selection.since_ms is not None
    assert selection.until_ms is not None
    assert abs(selection.until_ms - selection.since_ms - 60_000) < 1_000


def test_what_is_chosen_in_the_timeline(session: Session, qtbot: QtBot) -> None:
    go(session, qtbot, "timeline")
    view = session.window.stack.view("timeline")
    assert isinstance(view, TimelineView)

    def chosen() -> bool:
        view.table.selectRow(0)  # what was chosen while rows still came may be gone again
        return bool(view.table.selected_lines())

    qtbot.waitUntil(chosen, timeout=20_000)
    event_id = view.table.selected_lines()[0].row.id
    found = offers_of(session.window)
    assert found[0].selection == Selection(ids=(event_id,))
    assert found[0].words == "The chosen event of the Timeline"
    assert found[-1].key == "range"
    go(session, qtbot, "performance")
    assert "ids" not in offered(session), "it is not in front any more"


def test_an_error_group_a_conflict_and_a_trace(session: Session, qtbot: QtBot) -> None:
    go(session, qtbot, "errors", "1")
    qtbot.waitUntil(lambda: "groups" in offered(session), timeout=10_000)
    assert offered(session)["groups"] == Selection(groups=(1,))
    view = session.window.stack.view("errors")
    assert isinstance(view, ErrorsView)
    go(session, qtbot, "sync", "1")
    assert offered(session)["conflict"] == Selection(conflicts=(1,))
    go(session, qtbot, "trace", "corr-1")
    assert offered(session)["trace"] == Selection(correlations=("corr-1",))


def test_the_correlation_of_the_event_in_the_inspector(session: Session, qtbot: QtBot) -> None:
    go(session, qtbot, "performance")
    with closing(open_reader(session.options.db)) as connection:
        sql = "SELECT id, correlation FROM events WHERE correlation IS NOT NULL LIMIT 1"
        event_id, correlation = connection.execute(sql).fetchone()
    session.shell.inspect(event_id)
    qtbot.waitUntil(lambda: session.window.inspector.detail is not None, timeout=10_000)
    assert offered(session)["correlation"] == Selection(correlations=(correlation,))


def test_the_key_opens_the_dialog_with_what_is_offered(session: Session, qtbot: QtBot) -> None:
    go(session, qtbot, "sync", "1")
    session.shell.actions["file.export"].run()
    (dialog,) = session.window.findChildren(ExportDialog)
    assert dialog.isVisible()
    assert not dialog.isModal(), "the window goes on beside it"
    session.shell.action_wanted.emit("file.export")
    assert session.window.findChildren(ExportDialog) == [dialog]
    assert dialog.form.offer().key == "conflict"
    assert len(dialog.form.choices) == len(offers_of(session.window))
    qtbot.waitUntil(lambda: dialog.preview.amount.text().endswith("in the file"), timeout=10_000)
    qtbot.waitUntil(dialog.foot.export.isEnabled, timeout=10_000)  # once the store's facts are read too
    dialog.reject()


def test_the_menu_makes_other_kinds_of_file_of_the_same_selection(session: Session, qtbot: QtBot) -> None:
    go(session, qtbot, "sync", "1")
    session.shell.actions["file.export_har"].run()
    (dialog,) = session.window.findChildren(ExportDialog)
    assert (dialog.form.kind().form, dialog.foot.path().suffix) == ("har", ".har")
    assert dialog.form.offer().key == "conflict"
    session.shell.actions["file.export_jsonl"].run()
    assert session.window.findChildren(ExportDialog) == [dialog]
    assert (dialog.form.kind().form, dialog.foot.path().suffix) == ("jsonl", ".jsonl")
    dialog.reject()
