"""One face for both databases: rows as dictionaries, `?` as the placeholder, one exception for what fails."""

from collections.abc import Sequence
from typing import Any, Protocol

Row = dict[str, Any]
Step = tuple[str, tuple[Any, ...]]

STATEMENT_LIMIT_MS = 600
CONSTRAINT_KINDS = frozenset({"unique", "foreign_key", "check", "not_null"})


class QueryFailed(Exception):
    """A statement failed. `code` is SQLite's error name or PostgreSQL's SQLSTATE, `orig` the driver's exception.

    `kind` is one of `CONSTRAINT_KINDS`, `timeout` or `other`; `rolled_back` counts the statements of the transaction
    that were undone with this one.
    """

    def __init__(self, orig: BaseException, code: str, kind: str, step: Step, duration_ms: float) -> None:
        super().__init__(f"{code}: {orig}")
        self.orig = orig
        self.code = code
        self.kind = kind
        self.statement, self.params = step
        self.duration_ms = duration_ms
        self.rolled_back = 0

    @property
    def category(self) -> str:
        """The platform's category for this failure."""
        return "CONSTRAINT_VIOLATION" if self.kind in CONSTRAINT_KINDS else "DATABASE_ERROR"

    def section(self, engine: str) -> dict[str, Any]:
        """What the `database` section of a report holds beyond what the reporter reads off the driver's exception."""
        found = {
            "engine": engine,
            "operation": self.statement.split(None, 1)[0].upper(),
            "errorCode": self.code,
            "durationMs": self.duration_ms,
            "rolledBack": self.rolled_back,
        }
        return found | ({"constraintKind": self.kind} if self.kind in CONSTRAINT_KINDS else {})


class Database(Protocol):
    """What the API needs of a database. Every method raises `QueryFailed`."""

    engine: str

    async def fetch(self, sql: str, *params: Any) -> list[Row]:
        """Run one statement and return its rows; statements over `STATEMENT_LIMIT_MS` are cut off."""
        ...

    async def atomically(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Run all steps in one transaction, or none of them."""
        ...

    async def close(self) -> None:
        """Give up the connections and what belongs to this run."""
        ...
