"""Short waits for the tests of ingest: what takes seconds in a service's life takes milliseconds here."""

import pytest

import console.ingest.link
import console.store.writer


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconnect and commit at once."""
    monkeypatch.setattr(console.ingest.link, "FIRST_DELAY_S", 0.002)
    monkeypatch.setattr(console.ingest.link, "LONGEST_DELAY_S", 0.02)
    monkeypatch.setattr(console.store.writer, "TRANSACTION_S", 0.004)
