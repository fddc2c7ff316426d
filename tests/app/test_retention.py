"""How much the store keeps: chosen in a dialog, remembered, told to ingest at each of its starts."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit

from console.app.application import Session
from console.app.options import RunOptions
from console.app.retention import SETTING, Retention, from_setting
from console.app.retention_dialog import RetentionDialog
from console.model.area import Area
from console.store.database import open_reader

OLD_MS = 8 * 86_400_000


@pytest.mark.parametrize(
    "value", [None, 7, [], {"days": -1}, {"days": True, "events": "5", "gigabytes": float("inf")}, {"days": 0.2}]
)
def test_what_is_no_limit_limits_nothing(value: Any) -> None:
    assert from_setting(value) == Retention()
    assert from_setting(value).setting() is None
    assert from_setting(value).command() == {"cmd": "retain"}


def test_limits_survive_being_remembered() -> None:
    chosen = Retention(3, 5_000, 0.25)
    assert from_setting(chosen.setting()) == chosen
    assert chosen.command() == {"cmd": "retain", "max_age_days": 3, "max_events": 5_000, "max_bytes": 250_000_000}


def test_the_dialog_says_what_would_go_and_sends_what_is_chosen(
    session: Session, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(session.shell, "write", lambda command, done=None: sent.append(command))
    dialog = RetentionDialog(session.window, session.shell)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.meaning.text() == "Nothing is deleted.")
    assert dialog.now.text().startswith("Kept now: 200 events")
    assert not dialog.events.isEnabled()
    dialog.by_events.setChecked(True)
    dialog.events.setValue(1_000)
    qtbot.waitUntil(lambda: dialog.meaning.text() == "Nothing is over these limits now.")
    dialog.by_days.setChecked(True)
    dialog.days.setValue(1)
    monkeypatch.setattr(session.shell, "clock", lambda: 1_795_442_000_000 + OLD_MS)
    dialog.days.setValue(2)
    qtbot.waitUntil(lambda: dialog.meaning.text().startswith("▲ About 200 of the oldest"))
    dialog.buttons.accepted.emit()
    assert sent == [{"cmd": "retain", "max_age_days": 2, "max_events": 1_000}]
    assert from_setting(session.shell.setting(SETTING)) == Retention(2, 1_000)


def test_the_limits_can_be_read(session: Session, qtbot: Any) -> None:
    dialog = RetentionDialog(session.window, session.shell)
    qtbot.addWidget(dialog)
    dialog.show()
    for spin in (dialog.days, dialog.events, dialog.gigabytes):
        line = spin.findChild(QLineEdit)
        assert line.width() > line.fontMetrics().horizontalAdvance(spin.text())


def test_a_real_ingest_keeps_the_remembered_limits_and_shrinks_the_file(
    qapp: QApplication, qtbot: Any, db: Path, tmp_path: Path, areas: tuple[Area, ...]
) -> None:
    made = Session(qapp, RunOptions(db=db, settings=tmp_path / "settings.json", theme="light"), areas=areas)
    qtbot.addWidget(made.window)
    made.shell.set_setting(SETTING, {"events": 50})
    try:
        made.start()

        def kept() -> int:
            connection = open_reader(db)
            try:
                return int(connection.execute("SELECT count(*) FROM v_events").fetchone()[0])
            finally:
                connection.close()

        qtbot.waitUntil(lambda: kept() == 50, timeout=20_000)
        made.window.show_retention()
        dialog = made.window.findChild(RetentionDialog)
        assert dialog is not None
        dialog.shrink.click()
        assert not dialog.shrink.isEnabled()
        qtbot.waitUntil(dialog.shrink.isEnabled, timeout=20_000)
        dialog.reject()
    finally:
        made.close()
