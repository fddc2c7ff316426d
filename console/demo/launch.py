"""Start and stop the demo's three services as processes of their own."""

import json
import os
import queue
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self

from console.demo.pacing import DEPLOY_AFTER_S
from console.demo.variables import DSN_VARIABLE, TOKEN_VARIABLE

NAMES = ("server", "pwa", "network")
DEFAULT_RATE = 100.0
_NEEDED = {"starlette": "server", "uvicorn": "server", "httpx": "pwa", "pycrdt": "network"}
_READY_LIMIT_S = 20.0
_POLITE_LIMIT_S = 3.0


class DemoFailed(Exception):
    """The demo could not start; the message says which service, why, and what to do."""


@dataclass(frozen=True)
class DemoSource:
    """One debug stream to attach to. The token is kept out of `repr`, which ends up in logs."""

    name: str
    url: str
    token: str = field(repr=False)


class Demo:
    """The three services; a context manager that stops them at the end.

    `rate` is in events/s over all three. With `dsn` the server keeps its data in PostgreSQL, in a schema of its own
    that it drops at the end. Without `token` a random one is made for each run. After `deploy_after_s` seconds the
    server breaks some of its contracts.
    """

    def __init__(
        self,
        rate: float = DEFAULT_RATE,
        seed: int = 1,
        dsn: str | None = None,
        token: str | None = None,
        deploy_after_s: float = DEPLOY_AFTER_S,
    ) -> None:
        if rate <= 0:
            raise ValueError(f"the demo's rate must be above 0 events/s, not {rate}")
        self._arguments = ["--rate", str(rate), "--seed", str(seed), "--deploy-after", str(deploy_after_s)]
        self._dsn = dsn
        self._token = token or secrets.token_urlsafe(24)
        self._children: dict[str, _Child] = {}

    def start(self) -> list[DemoSource]:
        """Start all three and wait until each stream is up. Raises `DemoFailed`; then nothing is left running."""
        if self._children:
            raise DemoFailed("the demo runs already; stop it first")
        _require_extra()
        environment = {**os.environ, TOKEN_VARIABLE: self._token}
        if self._dsn:
            environment[DSN_VARIABLE] = self._dsn
        try:
            for name in NAMES:
                self._children[name] = _Child(name, self._arguments, environment)
            deadline_s = time.monotonic() + _READY_LIMIT_S
            ready = {name: self._children[name].wait_ready(deadline_s) for name in NAMES[:1]}
            for name in NAMES[1:]:
                self._children[name].tell({"api": ready["server"]["api"]})
            ready |= {name: self._children[name].wait_ready(deadline_s) for name in NAMES[1:]}
        except BaseException:
            self.stop()
            raise
        return [DemoSource(name, ready[name]["url"], self._token) for name in NAMES]

    def poll(self) -> dict[str, bool]:
        """Which services are alive, by name; empty before `start` and after `stop`."""
        return {name: child.process.poll() is None for name, child in self._children.items()}

    def stop(self) -> None:
        """End all three: their input first, then a signal, then a kill. Returns when none is left; safe to repeat."""
        children = list(self._children.values())
        self._children = {}
        for child in children:
            child.close_input()
        deadline_s = time.monotonic() + _POLITE_LIMIT_S
        for child in children:
            child.end(deadline_s)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


class _Child:
    """One process, with threads that keep its output pipes empty."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"console.demo.{name}", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._stderr: deque[bytes] = deque(maxlen=40)
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_output, self._read_errors)]
        for reader in self._readers:
            reader.start()

    def wait_ready(self, deadline_s: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=max(0.0, deadline_s - time.monotonic()))
        except queue.Empty:
            raise DemoFailed(f"the demo's {self.name} was not ready within {_READY_LIMIT_S:.0f} s") from None
        if line is None:
            self._readers[1].join(1.0)
            tail = b"".join(self._stderr).decode(errors="replace").strip()
            raise DemoFailed(f"the demo's {self.name} ended while starting (exit {self.process.wait()}):\n{tail}")
        message: dict[str, Any] = json.loads(line)
        return message

    def tell(self, message: dict[str, str]) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return  # it has ended: `wait_ready` says so, with its last words

    def close_input(self) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            return  # the process has ended, which is what the closing asks for

    def end(self, deadline_s: float) -> None:
        for step in (None, self.process.terminate, self.process.kill):
            if step is not None:
                step()
            try:
                self.process.wait(max(0.5, deadline_s - time.monotonic()))
                break
            except subprocess.TimeoutExpired:
                continue
        self.process.wait()
        for reader in self._readers:
            reader.join(1.0)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _read_output(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self._stderr.extend(self.process.stderr)


def _require_extra() -> None:
    missing = [module for module in _NEEDED if find_spec(module) is None]
    if missing:
        raise DemoFailed(
            f"the demo needs {', '.join(missing)}, not installed here. Install the extra: pip install 'vivim-console[demo]'"
        )
