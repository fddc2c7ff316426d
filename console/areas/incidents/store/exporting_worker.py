"""The part of an export that costs: redact rows, pack them, look through what was packed. Runs in processes of its own.

First each batch is redacted and packed. When all that was masked is known from everywhere, each piece is looked through
again: what was masked in one place is taken out wherever else it stands.
"""

from typing import Any

from console.areas.incidents.store.exporting_redacting import Redacting
from console.areas.incidents.store.exporting_sweeping import Sweeping
from console.areas.incidents.store.exporting_tasks import (
    Ask,
    EventBatch,
    Learn,
    RowBatch,
    Settings,
    SweepPiece,
    Task,
    TextBatch,
)


class Worker:
    """Redacts until it learns what was masked anywhere, then sweeps. Each half has its own memory, which can be large."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._half: Redacting | Sweeping | None = Redacting(settings)

    def __call__(self, task: Task) -> Any:
        """Do a task; what is answered depends on its kind. Raises TypeError for one of the other half."""
        half = self._half
        assert half is not None
        match task:
            case Ask():
                return half.told()
            case TextBatch():
                return half.texts(task)
            case EventBatch() if isinstance(half, Redacting):
                return half.events(task)
            case RowBatch() if isinstance(half, Redacting):
                return half.rows(task)
            case Learn():
                report = half.told().report if isinstance(half, Sweeping) else None
                del half
                self._half = None  # its memory is free before the next is taken
                self._half = Sweeping(task.masked, self._settings, report)
                return None
            case SweepPiece() if isinstance(half, Sweeping):
                return half.piece(task)
        raise TypeError(f"{type(task).__name__} is no task for {type(half).__name__}")
