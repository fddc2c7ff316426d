"""Layout, columns, profiles and the last scope: one JSON file in the user's configuration folder."""

import json
import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from platformdirs import user_config_path
from PySide6.QtCore import QObject, QThreadPool, QTimer

VERSION = 1
_SAVE_AFTER_MS = 500


def default_settings_path() -> Path:
    """Return where the settings of this user lie."""
    return user_config_path("vivim-console") / "settings.json"


class Settings(QObject):
    """Values by key, JSON types only; changes reach the disk half a second later, written by a thread."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.problem = ""
        self._values = self._load()
        self._closed = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self._save_soon)

    def get(self, key: str, default: Any = None) -> Any:
        return self._values.get(key, default)

    def values(self) -> dict[str, Any]:
        """Return all that is remembered, by key."""
        return dict(self._values)

    def set(self, key: str, value: Any) -> None:
        """Remember a value; None forgets the key. Raises TypeError for what JSON cannot hold."""
        json.dumps(value)
        if value is None:
            self._values.pop(key, None)
        elif self._values.get(key) != value:
            self._values[key] = value
        self._save_later()

    def forget(self, prefix: str) -> None:
        """Forget all keys that start with `prefix`."""
        self._values = {key: value for key, value in self._values.items() if not key.startswith(prefix)}
        self._save_later()

    def close(self) -> str:
        """Write what is not yet on disk, the last time; returns words for what went wrong, or ''."""
        self._closed = True
        pending = self._timer.isActive()
        self._timer.stop()
        self._pool.waitForDone()
        if pending:
            self._write(self._text())
        return self.problem

    def _load(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text("utf-8"))
            if found["version"] > VERSION:
                self.problem = f"{self.path} is of a newer console; it is left alone and the defaults are used"
                self.path = self.path.with_suffix(f".v{VERSION}.json")
                return {}
            return dict(found["values"])
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, RecursionError, OSError) as error:
            aside = self.path.with_suffix(".damaged.json")
            self.problem = f"the settings in {self.path} cannot be read ({error}); they are kept as {aside.name}"
            try:
                self.path.replace(aside)
            except OSError as refused:
                self.problem = f"the settings in {self.path} cannot be read ({refused}); the defaults are used"
            return {}

    def _text(self) -> str:
        return json.dumps({"version": VERSION, "values": self._values}, indent=1, sort_keys=True)

    def _save_later(self) -> None:
        if not self._closed:  # a widget that goes late must not bring a folder back that is gone by then
            self._timer.start()

    def _save_soon(self) -> None:
        self._pool.start(partial(self._write, self._text()))

    def _write(self, text: str) -> None:
        try:
            write_atomically(self.path, text)
            self.problem = ""
        except OSError as error:
            self.problem = f"the settings could not be written to {self.path}: {error}"


def write_atomically(path: Path, text: str) -> None:
    """Replace a file as a whole or not at all; readable by its owner only. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
