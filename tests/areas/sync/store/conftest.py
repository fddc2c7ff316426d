"""Short waits for what goes over sockets."""

from tests.ingest.conftest import quick

__all__ = ["quick"]
