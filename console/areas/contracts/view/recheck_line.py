"""A line that offers to have stored traffic checked, shows how far that is, and says what came of it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Signal

from console.areas.contracts.core.recheck_words import recheck_words
from console.areas.contracts.store.recheck_pass import is_anything_left, read_progress
from console.areas.contracts.view.commanding import send_command
from console.model.area import Ref
from console.qt.little_buttons import little_button
from console.qt.notice import Banner
from console.qt.shell import Shell
from console.qt.text import visible

LOOK_MS = 500
_OFFER = "Traffic is checked against what was added from now on; what came before is stored, and was not checked against it."


class RecheckLine(Banner):
    """Hidden until there is something to say. `finished` when a check has ended, whatever came of it."""

    finished = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._busy = False
        self.close_button = little_button("Close", "Close the line about stored traffic", lambda: self._say(""))
        row = self.layout()
        if row is not None:
            row.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def offer(self) -> None:
        """Offer the check where anything is left to be checked."""
        if not self._shell.read_only:
            self._shell.read(self, "left", is_anything_left, self._offer)

    def start(self, endpoint_id: int | None = None) -> None:
        """Check what is stored of one endpoint, or of all."""
        if self._busy:
            self._shell.notify("Stored traffic is being checked already.")
            return
        self._busy = True
        self._say("Checking stored traffic…")
        self._timer.start()
        args = {} if endpoint_id is None else {"endpoint": endpoint_id}
        send_command(self._shell, "recheck", args, self._done, self._refused, owner=self)

    def _offer(self, is_left: bool) -> None:
        if is_left and not self._busy:
            self._say(_OFFER, "Check stored traffic too", self.start)

    def _look(self) -> None:
        self._shell.read(self, "progress", read_progress, self._show_progress)

    def _show_progress(self, progress: tuple[int, int] | None) -> None:
        if self._busy and progress is not None:
            done, total = progress
            self._say(f"Checking stored traffic… {done:,} of {total:,} events looked at; new ones go on being taken.")

    def _done(self, result: dict[str, Any]) -> None:
        self._end()
        words = recheck_words(result)
        since_ms, until_ms = result.get("since_ms"), result.get("until_ms")
        if since_ms is None or until_ms is None:
            self._say(words)
        else:
            self._say(words, "Show violations", lambda: self._show_found(since_ms, until_ms))
        self.finished.emit()

    def _show_found(self, since_ms: int, until_ms: int) -> None:
        self._say("")
        self._shell.navigate(Ref("contracts", "violations", since_ms, until_ms + 1))

    def _refused(self, words: str) -> None:
        self._end()
        self._say(f"Stored traffic could not be checked: {visible(words)}")
        self.finished.emit()

    def _say(self, text: str, words: str = "", run: Callable[[], None] | None = None) -> None:
        """Show a text, with a button for the next step; it can be closed unless something is under way."""
        self.show_text(text, words, run)
        self.close_button.setVisible(not self._busy)

    def _end(self) -> None:
        self._busy = False
        self._timer.stop()
