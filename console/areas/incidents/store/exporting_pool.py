"""Processes that work through tasks and answer in order; without any, the work is done where it is asked for."""

import contextlib
import multiprocessing
import queue
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, NamedTuple

from console.areas.incidents.store.exporting_tasks import Settings, Task
from console.areas.incidents.store.exporting_worker import Worker

AHEAD = 2
"""So many tasks a process has at once: one that it does, one that it finds when it is done. Bounds the memory."""


class WorkerDied(Exception):
    """A process of an export ended, or met a fault; the text says how."""


class _Fault(NamedTuple):
    words: str


class _Process(NamedTuple):
    process: multiprocessing.process.BaseProcess
    pipe: "Connection[Any, Any]"


class Pool:
    """So many processes with a redactor each (0: one redactor here). They end when this one does, however it ends."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self._settings = settings
        self._here = Worker(settings) if workers < 1 else None
        self._processes: list[_Process] = []
        self._start(workers)

    def _start(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")  # forks of a process with threads and Qt are not safe
        try:
            for _ in range(workers):
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(theirs, self._settings), daemon=True, name="vivim-export")
                process.start()
                theirs.close()
                self._processes.append(_Process(process, ours))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def run(self, tasks: Iterable[Task]) -> Iterator[Any]:
        """Yield the answer to each task, in order. Raises WorkerDied."""
        if self._here is not None:
            yield from map(self._here, tasks)
            return
        waiting: deque[_Process] = deque()
        for number, task in enumerate(tasks):
            if len(waiting) >= AHEAD * len(self._processes):
                yield _answer(waiting.popleft())
            one = self._processes[number % len(self._processes)]
            _ask(one, task)
            waiting.append(one)
        while waiting:
            yield _answer(waiting.popleft())

    def each(self, task: Task) -> list[Any]:
        """Give every process the same task; returns all answers."""
        if self._here is not None:
            return [self._here(task)]
        for one in self._processes:
            _ask(one, task)
        return [_answer(one) for one in self._processes]

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """End the processes while their memory is wanted; one comes back, which knows nothing of what was before."""
        self.close()
        yield
        if self._here is not None:
            self._here = Worker(self._settings)
        else:
            self._start(1)

    def close(self) -> None:
        """End the processes, whatever they do."""
        self._end(self._processes)
        self._processes.clear()

    def _end(self, processes: list[_Process]) -> None:
        for one in processes:
            one.process.terminate()
            one.pipe.close()
        for one in processes:
            one.process.join()


def _ask(one: _Process, task: Task) -> None:
    try:
        one.pipe.send(task)
    except OSError as error:
        raise WorkerDied(_end_of(one)) from error


def _answer(one: _Process) -> Any:
    try:
        answer = one.pipe.recv()
    except (EOFError, OSError) as error:
        raise WorkerDied(_end_of(one)) from error
    if isinstance(answer, _Fault):
        raise WorkerDied(answer.words)
    return answer


def _end_of(one: _Process) -> str:
    one.process.join(5)
    return f"a process of the export ended with code {one.process.exitcode}; there may be too little memory"


def _serve(pipe: "Connection[Any, Any]", settings: Settings) -> None:
    """The life of a process: tasks are read while it works, so that who gives them never waits for who takes answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that asked
    tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
    threading.Thread(target=_read_tasks, args=(pipe, tasks), daemon=True).start()
    worker = Worker(settings)
    while (task := tasks.get()) is not None:
        try:
            answer = worker(task)
        except Exception as error:  # noqa: BLE001  # told to the process that asked
            answer = _Fault(f"redaction failed in {type(task).__name__}: {error!r}")
        with contextlib.suppress(BrokenPipeError):  # nobody waits for it any more
            pipe.send(answer)


def _read_tasks(pipe: "Connection[Any, Any]", tasks: "queue.SimpleQueue[Task | None]") -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            tasks.put(pipe.recv())
    tasks.put(None)
