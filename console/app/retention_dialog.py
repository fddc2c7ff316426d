"""The dialog that says how much the store keeps, and what that means for it now."""

import sqlite3
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from console.app.retention import SETTING, Retention, from_setting
from console.app.window_shell import WindowShell
from console.qt.plain import wrapped_label
from console.store.reading import summary
from console.store.retention import count_over
from console.store.rows import StoreSummary

DEFAULTS = Retention(7, 2_000_000, 2.0)
"""What a limit starts with when it is switched on."""
_EXPLAINED = (
    "The oldest events go first. Pinned events stay, and so does what is known of gaps. Without a limit the store "
    "grows until the disk is full; it says so then, and loses nothing that it has."
)


class RetentionDialog(QDialog):
    """Asks for the limits; `apply` remembers them and tells ingest."""

    def __init__(self, parent: QWidget, shell: WindowShell) -> None:
        super().__init__(parent)
        self._shell = shell
        self.setWindowTitle("What the store keeps")
        chosen = from_setting(shell.setting(SETTING))
        self.days, self.by_days = QSpinBox(), QCheckBox("Events of at most the last")
        self.days.setRange(1, 3_650)
        self.days.setSuffix(" days")
        self.events, self.by_events = QSpinBox(), QCheckBox("At most")
        self.events.setRange(1_000, 1_000_000_000)
        self.events.setGroupSeparatorShown(True)
        self.events.setSingleStep(100_000)
        self.events.setSuffix(" events")
        self.gigabytes, self.by_size = QDoubleSpinBox(), QCheckBox("A file of at most")
        self.gigabytes.setRange(0.05, 10_000)
        self.gigabytes.setDecimals(2)
        self.gigabytes.setSuffix(" GB")
        self._prepare(self.by_days, self.days, chosen.days, DEFAULTS.days, "Days to keep")
        self._prepare(self.by_events, self.events, chosen.events, DEFAULTS.events, "Events to keep")
        self._prepare(self.by_size, self.gigabytes, chosen.gigabytes, DEFAULTS.gigabytes, "Gigabytes to keep")
        self.now, self.meaning = wrapped_label(), wrapped_label()
        self.meaning.setAccessibleName("What these limits would delete now")
        self.shrink = QPushButton("Give free space back to the disk")
        self.shrink.setAutoDefault(False)
        self.shrink.clicked.connect(self._shrink)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._build()
        self._preview()

    def retention(self) -> Retention:
        """Return what is chosen now."""
        return Retention(
            self.days.value() if self.by_days.isChecked() else None,
            self.events.value() if self.by_events.isChecked() else None,
            round(self.gigabytes.value(), 2) if self.by_size.isChecked() else None,
        )

    def _prepare(
        self, box: QCheckBox, spin: QSpinBox | QDoubleSpinBox, value: float | None, default: float | None, name: str
    ) -> None:
        first = value if value is not None else default or 0
        if isinstance(spin, QSpinBox):
            spin.setValue(round(first))
        else:
            spin.setValue(first)
        spin.setAccessibleName(name)
        spin.setEnabled(value is not None)
        box.setChecked(value is not None)
        box.toggled.connect(spin.setEnabled)
        box.toggled.connect(self._preview)
        spin.valueChanged.connect(self._preview)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        rows: tuple[tuple[QCheckBox, QWidget], ...] = (
            (self.by_days, self.days),
            (self.by_events, self.events),
            (self.by_size, self.gigabytes),
        )
        for number, (box, spin) in enumerate(rows):
            grid.addWidget(box, number, 0)
            grid.addWidget(spin, number, 1)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.now)
        layout.addLayout(grid)
        layout.addWidget(self.meaning)
        explained = wrapped_label(_EXPLAINED)
        explained.setObjectName("muted")
        layout.addWidget(explained)
        layout.addWidget(self.shrink, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.resize(480, 340)

    def _preview(self) -> None:
        retention, now_ms = self.retention(), self._shell.clock()

        def query(connection: sqlite3.Connection) -> tuple[StoreSummary, int]:
            return summary(connection), count_over(connection, retention.limits(), now_ms)

        self._shell.read(self, "preview", query, self._show)

    def _show(self, found: tuple[StoreSummary, int]) -> None:
        kept, over = found
        self.now.setText(f"Kept now: {kept.events:,} events, {kept.bytes / 1e6:,.0f} MB.")
        if not self.retention().limited:
            self.meaning.setText("Nothing is deleted.")
        elif over:
            self.meaning.setText(f"▲ About {over:,} of the oldest events are deleted when you press OK.")
        else:
            self.meaning.setText("Nothing is over these limits now.")

    def _accept(self) -> None:
        retention = self.retention()
        self._shell.set_setting(SETTING, retention.setting())
        self._shell.write(retention.command(), self._said("The limits could not be set"))
        self.accept()

    def _shrink(self) -> None:
        self.shrink.setEnabled(False)
        self.shrink.setText("Giving free space back…")
        self._shell.write({"cmd": "shrink"}, self._shrunk)

    def _shrunk(self, answer: dict[str, Any]) -> None:
        self._said("The file could not be made smaller")(answer)
        self.shrink.setText("Give free space back to the disk")
        self.shrink.setEnabled(True)
        self._preview()

    def _said(self, words: str) -> Callable[[dict[str, Any]], None]:
        shell = self._shell

        def said(answer: dict[str, Any]) -> None:
            if not answer.get("ok"):
                shell.notify(f"{words}: {answer.get('error', 'no reason given')}", error=True)

        return said
