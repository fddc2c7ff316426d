"""What the inspector's tests share: opening an event, and reading all that the sections show."""

from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from console.app.application import Session
from console.app.inspector import Inspector
from console.app.inspector.fact_table import FactTable
from console.app.inspector.stack_view import StackView
from console.qt.code_box import CodeBox
from console.qt.diff_view import DiffView


def opened(session: Session, qtbot: Any, event_id: int) -> Inspector:
    """Open an event and wait until everything that is open is laid out."""
    session.shell.inspect(event_id)
    inspector = session.window.inspector
    qtbot.waitUntil(lambda: inspector.detail is not None and inspector.detail.row.id == event_id)
    qtbot.waitUntil(inspector.document.is_built)
    return inspector


def section_text(body: QWidget) -> str:
    """Return all that a section's widgets show, with what is folded unfolded and what is cut shown."""
    parts = [label.text() for label in body.findChildren(QLabel)]
    parts += [table.shown_text() for table in body.findChildren(FactTable)]
    for view in body.findChildren(StackView):
        parts.append(view.shown_text())
    for box in body.findChildren(CodeBox):
        while not box.more.isHidden():
            box.more.click()
        parts.append(box.shown_text())
    for diff in body.findChildren(DiffView):
        diff.show_equal(True)
        parts.append(diff.shown_text())
    return "\n".join(parts)


def all_text(inspector: Inspector) -> str:
    """Return what the head and all sections show."""
    texts = [inspector.head.message.text()]
    for frame in inspector.document.frames.values():
        frame.build()
        if frame.body is not None:
            texts.append(section_text(frame.body))
    return "\n".join(texts)
