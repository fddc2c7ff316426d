"""Every replica with its condition, the rule that made it so, and its numbers."""

from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView

from console.areas.sync.core.health import Health
from console.areas.sync.store.answers import ReplicaRow
from console.areas.sync.view.health_words import (
    condition_color,
    condition_words,
    count_words,
    delay_words,
    since_words,
)
from console.model.clock import Clock
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable
from console.qt.theme import current_theme
from console.qt.wide_columns import fit_wide
from console.qt.words import ago_words, moment_words

_RULE, _RULE_PX = 2, 90
_LEAST_PX = 24


class ReplicaTable(RowTable):
    """One row per service and replica; Enter opens its events."""

    def __init__(self, shell: Shell, clock: Clock) -> None:
        model: RowModel[ReplicaRow] = RowModel(_columns(clock), key=lambda row: (row.health.service, row.health.replica))
        self.replicas = model
        super().__init__(model, shell, "layout.sync.replicas", "Replicas and how they are doing")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setStretchLastSection(False)
        self.horizontalHeader().setMinimumSectionSize(_LEAST_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit_wide(self, {_RULE: _RULE_PX})


def replica_name(health: Health) -> str:
    """Return "network / peer-a"; a service that is its only replica has one name."""
    return health.replica if health.replica == health.service else f"{health.service} / {health.replica}"


def _delays(row: ReplicaRow) -> str:
    return f"{delay_words(row.health.p50_ms)} / {delay_words(row.health.p95_ms)}" if row.health.delays_ms else "–"


def _about_delays(row: ReplicaRow) -> str:
    return f"How long the last {len(row.health.delays_ms)} updates of other replicas took to get here: p50 and p95"


def _columns(clock: Clock) -> list[Column[ReplicaRow]]:
    def color(row: ReplicaRow) -> QColor:
        return QColor(condition_color(row.diagnosis.condition, current_theme()))

    def heard(row: ReplicaRow) -> str:
        return f"heard {ago_words(row.health.heard_ms, clock())}, {moment_words(row.health.heard_ms)}"

    def synced(row: ReplicaRow) -> str:
        return moment_words(row.health.last_sync_ms) if row.health.last_sync_ms else "no sync was told"

    def digested(row: ReplicaRow) -> str:
        return moment_words(row.health.digest_ms) if row.health.digest_ms else "no digest was told"

    return [
        Column("replica", "Replica", lambda row: replica_name(row.health), 128, tooltip=heard),
        Column("condition", "State", lambda row: condition_words(row.diagnosis.condition), 98, color=color,
               tooltip=lambda row: row.diagnosis.rule),
        Column("rule", "Because", lambda row: row.diagnosis.rule, 200),
        Column("pending", "Pending", lambda row: count_words(row.health.pending), 66, numbers=True),
        Column("conflicts", "Conflicts", lambda row: count_words(row.health.conflicts), 72, numbers=True),
        Column("offline", "Offline", lambda row: count_words(row.health.offline), 62, numbers=True,
               tooltip=lambda row: f"{count_words(row.health.offline)} in the offline queue"),
        Column("sync", "Last sync", lambda row: since_words(row.health.last_sync_ms, clock()), 72, numbers=True,
               tooltip=synced),
        Column("delay", "Delay p50 / p95", _delays, 124, numbers=True, tooltip=_about_delays),
        Column("digest", "Digest", lambda row: since_words(row.health.digest_ms or None, clock()), 68, numbers=True,
               tooltip=digested),
    ]  # fmt: skip
