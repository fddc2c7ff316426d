"""The bounded buffer of encoded events: the only thing that emitting threads and sending threads share."""

from __future__ import annotations

import os
import threading

DEFAULT_EVENTS = 10_000
DEFAULT_BYTES = 64 * 1024 * 1024


def new_epoch() -> str:
    """Return a random id: sequence numbers of two buffers are never mistaken for one another."""
    return os.urandom(13).hex()


class Ring:
    """Keeps the newest encoded events, at most `max_events` of them and `max_bytes` of payload.

    Event n has sequence number n, counted from 1 without holes inside one epoch. Every method may be called from any
    thread. The lock is re-entrant, because a finalizer that runs inside an append may itself report something.
    """

    def __init__(self, max_events: int = DEFAULT_EVENTS, max_bytes: int = DEFAULT_BYTES) -> None:
        if max_events < 1 or max_bytes < 1:
            raise ValueError(f"a ring keeps at least 1 event and 1 byte; got {max_events} events, {max_bytes} bytes")
        self.max_events = max_events
        self.max_bytes = max_bytes
        self.reset()

    def reset(self) -> None:
        """Forget everything under a new epoch and a new lock (a forked child must not wait for its parent's)."""
        self._lock = threading.RLock()
        self._slots: list[bytes] = [b""] * self.max_events
        self.epoch = new_epoch()
        self.oldest = 1
        self.next = 1
        self.bytes = 0
        self.evicted = 0

    def __len__(self) -> int:
        return self.next - self.oldest

    def append(self, text: bytes) -> int:
        """Store one event, evict what no longer fits, and return the event's sequence number."""
        with self._lock:
            seq = self.next
            if seq - self.oldest >= self.max_events:
                self._evict()
            self._slots[seq % self.max_events] = text
            self.next = seq + 1
            self.bytes += len(text)
            while self.bytes > self.max_bytes:
                self._evict()
            return seq

    def _evict(self) -> None:
        slot = self.oldest % self.max_events
        self.bytes -= len(self._slots[slot])
        self._slots[slot] = b""
        self.oldest += 1
        self.evicted += 1

    def read(self, first: int, max_events: int, max_bytes: int) -> tuple[int, list[bytes]]:
        """Return `(seq, events)`: up to `max_events` events from `first` on, or from the oldest that is still kept.

        `seq` is the sequence number of the first event returned; a `seq` above `first` means that the events between
        were evicted. At least one event is returned when there is one, whatever its size.
        """
        with self._lock:
            start = max(first, self.oldest)
            stop = min(self.next, start + max_events)
            if stop <= start:
                return start, []
            low, high = start % self.max_events, (stop - 1) % self.max_events + 1
            events = self._slots[low:high] if low < high else self._slots[low:] + self._slots[:high]
        total = 0
        for count, event in enumerate(events):
            total += len(event) + 1
            if total > max_bytes and count:
                return start, events[:count]
        return start, events
