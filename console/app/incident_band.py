"""The coloured band under the menu of an incident's window: from whom, when, what range, what is masked, what is missing."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolBar, QVBoxLayout, QWidget

from console.app.help import text_dialog
from console.areas.incidents.view.incident_words import Incident
from console.qt.plain import plain_label


class IncidentBand(QToolBar):
    """Two lines that wrap, and a button for all the rest."""

    def __init__(self, incident: Incident) -> None:
        super().__init__("About this incident")
        self.setObjectName("incidentBar")
        self.setMovable(False)
        self.toggleViewAction().setEnabled(False)
        self.title = plain_label(incident.title, "bandTitle")
        self.facts = plain_label(incident.facts)
        self.warning = plain_label(incident.warning, "bandTitle")
        self.warning.setVisible(bool(incident.warning))
        self.more = QPushButton("All about it…")
        self.more.setAccessibleName("All about this incident")
        self.more.clicked.connect(lambda *_: text_dialog(self, "About this incident", incident.details).open())
        body = _Body()
        body.setObjectName("incidentBand")
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        body.setAccessibleName(f"{incident.title}. {incident.facts} {incident.warning}".strip())
        lines = QVBoxLayout()
        lines.setSpacing(1)
        for label in (self.title, self.facts, self.warning):
            lines.addWidget(label)
        row = QHBoxLayout(body)
        row.setContentsMargins(12, 5, 8, 5)
        row.addLayout(lines, 1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self.addWidget(body)


class _Body(QWidget):
    """As high as its text needs at its width: a tool bar does not ask for that itself."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        layout = self.layout()
        if layout is not None:
            self.setFixedHeight(layout.totalHeightForWidth(event.size().width()))
