"""Read ahead on a thread: what is unpacked and parsed there goes on while SQLite writes here."""

import queue
import threading
from collections.abc import Generator, Iterator
from typing import TypeVar

T = TypeVar("T")

_WAIT_S = 0.1


class _End:
    """The last thing in the queue: the exception that ended the reading, or none."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(items: Iterator[T], most: int) -> Generator[T, None, None]:
    """Yield what `items` yields, of which at most `most` are waiting. An exception of theirs is raised here, in its place.

    `items` is used on the thread only, until this iterator ends or is closed.
    """
    waiting: queue.Queue[T | _End] = queue.Queue(most)
    stopped = threading.Event()

    def put(item: T | _End) -> bool:
        while not stopped.is_set():
            try:
                waiting.put(item, timeout=_WAIT_S)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        try:
            for item in items:
                if not put(item):
                    return
        except BaseException as error:  # noqa: BLE001  # raised where it is waited for
            put(_End(error))
        else:
            put(_End(None))

    thread = threading.Thread(target=read, name="bundle-reader", daemon=True)
    thread.start()
    try:
        while not isinstance(item := waiting.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        thread.join()
