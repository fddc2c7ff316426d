"""Secrets are dots everywhere until they are asked for, and dots again when another event is opened."""

import json
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from console.app.application import Session
from console.app.inspector.fact_table import FactTable
from console.app.options import RunOptions
from tests.app.inspecting import all_text, opened, section_text

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyXzQyIn0.c2lnbmF0dXJl"
SECRETS = (TOKEN, "hunter2secret", "sid-4711", "s3cr3tparam")


@pytest.fixture
def options(options: RunOptions, filling: Any) -> RunOptions:
    body = {
        "eventType": "error",
        "timestamp": 1_795_442_900_000,
        "service": "server",
        "data": {
            "message": f"refused: Bearer {TOKEN}",
            "request": {
                "method": "POST",
                "url": "/api/v1/login?token=s3cr3tparam",
                "headers": {"authorization": f"Bearer {TOKEN}", "cookie": "sid=sid-4711", "x-request-id": "req_1"},
                "body": {"user": "ada", "password": "hunter2secret"},
            },
            "debug": {"cookies": {"sid": "sid-4711"}, "recentActions": [f"typed password=hunter2secret {TOKEN}"]},
            "source": {"stack": f"Error: refused: Bearer {TOKEN}\n    at login (/srv/app/login.ts:3:5)"},
            "note": {"authorization": "[masked]"},
        },
    }
    filling.fill_store(options.db, [filling.read_text(json.dumps(body))] * 2, source="further")
    return options


def tree_text(model: QAbstractItemModel, parent: QModelIndex | None = None) -> str:
    """Return what all rows of the tree show, opened as deep as they go."""
    parent = parent or QModelIndex()
    while model.canFetchMore(parent):
        model.fetchMore(parent)
    rows = [model.index(row, 0, parent) for row in range(model.rowCount(parent))]
    return "".join(f"{row.data()}: {row.siblingAtColumn(1).data()}\n{tree_text(model, row)}" for row in rows)


def raw_and_tree(inspector: Any, qtbot: Any) -> str:
    inspector.go_to_section("json")
    qtbot.waitUntil(lambda: inspector.json.view.model.rowCount() > 0)
    inspector.go_to_section("raw")
    return str(inspector.raw.view.edit.toPlainText()) + tree_text(inspector.json.view.model)


def test_nothing_shows_a_secret_at_first(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 201)
    shown = all_text(inspector) + inspector.head.message.toolTip() + raw_and_tree(inspector, qtbot)
    assert not [secret for secret in SECRETS if secret in shown]
    assert "••••••" in shown
    assert "req_1" in shown
    assert "[masked]" in shown, "what a reporter masked is told apart: nobody can reveal it"


def test_what_is_copied_is_masked_until_it_is_revealed(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 201)
    frame = inspector.document.frames["request"]

    def copies() -> list[str]:
        texts = []
        for button in frame.body.findChildren(QPushButton):
            if button.accessibleName().startswith("Copy"):
                button.click()
                texts.append(QGuiApplication.clipboard().text())
        table = frame.body.findChildren(FactTable)[0]
        for row in range(table.rowCount()):
            table.setCurrentCell(row, 1)
            table.copy_value()
            texts.append(QGuiApplication.clipboard().text())
        return texts

    masked = copies()
    assert any("curl" in text for text in masked)
    assert any("import httpx" in text for text in masked)
    assert not [secret for secret in SECRETS if any(secret in text for text in masked)]
    frame.reveal.click()
    qtbot.waitUntil(lambda: frame.reveal.isHidden())
    shown = copies()
    assert all(any(secret in text for text in shown) for secret in SECRETS)


def test_revealing_one_section_leaves_the_others_and_ends_with_the_event(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 201)
    frames = inspector.document.frames
    assert frames["request"].reveal.isVisible()
    assert "4 secrets" in frames["request"].reveal.text()
    frames["request"].reveal.click()
    qtbot.waitUntil(lambda: "hunter2secret" in section_text(frames["request"].body))
    others = "".join(section_text(frame.body) for key, frame in frames.items() if key != "request")
    assert not [secret for secret in SECRETS if secret in others]
    inspector.go_to_section("raw")
    assert "hunter2secret" not in inspector.raw.view.edit.toPlainText()
    opened(session, qtbot, 202)
    opened(session, qtbot, 201)
    assert "hunter2secret" not in all_text(inspector)


def test_the_raw_text_and_the_tree_are_revealed_as_they_came(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 201)
    inspector.go_to_section("raw")
    assert "hidden" in inspector.raw.words.text()
    inspector.raw.reveal.click()
    qtbot.waitUntil(lambda: inspector.raw.view.edit.toPlainText() == inspector.detail.payload)
    assert inspector.raw.line.isHidden()
    inspector.go_to_section("json")
    qtbot.waitUntil(lambda: inspector.json.view.model.rowCount() > 0)
    inspector.json.reveal.click()
    qtbot.waitUntil(inspector.json.line.isHidden)
    assert "hunter2secret" in tree_text(inspector.json.view.model)


def test_an_event_without_secrets_offers_nothing_to_reveal(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 5)
    assert all(frame.reveal.isHidden() for frame in inspector.document.frames.values())
    inspector.go_to_section("raw")
    assert inspector.raw.line.isHidden()
