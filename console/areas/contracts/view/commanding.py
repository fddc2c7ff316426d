"""Commands of the Contracts area, sent to the writer; the store decides what becomes of them."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from shiboken6 import isValid

from console.qt.shell import Shell
from console.qt.text import clip, visible

Taken = Callable[[dict[str, Any]], None]
Refused = Callable[[str], None]
_WORDS_CHARS = 600
COMMAND_BYTES = 900_000
"""Of one command: the ingest process takes a line longer than 1 MiB for the end of its input."""


def send_command(
    shell: Shell, name: str, args: dict[str, Any], taken: Taken, refused: Refused | None = None, *,
    owner: QObject | None = None,
) -> None:  # fmt: skip
    """Run a command of the store: `taken` gets its result, `refused` the reason; without it the window says the reason.

    When `owner` is gone by then (a dialog that was closed), a result is dropped, and a reason is said by the window.
    """

    def done(answer: dict[str, Any]) -> None:
        is_gone = owner is not None and not isValid(owner)
        if answer.get("ok"):
            result = answer.get("result")
            if not is_gone:
                taken(result if isinstance(result, dict) else {})
            return
        words = clip(visible(str(answer.get("error") or "no reason was given")), _WORDS_CHARS)
        if refused is None or is_gone:
            shell.notify(f"Not done: {words}", error=True)
        else:
            refused(words)

    shell.write({"cmd": "area", "area": "contracts", "do": name, "args": args}, done)
