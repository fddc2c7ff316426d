"""The demo's data in PostgreSQL, in a schema made for this run and dropped at its end."""

import itertools
import re
import secrets
import time
from collections.abc import Sequence
from typing import Any, Self

from console.demo.clock import elapsed_ms
from console.demo.server.database import STATEMENT_LIMIT_MS, QueryFailed, Row, Step

_KINDS = {"23505": "unique", "23503": "foreign_key", "23514": "check", "23502": "not_null", "57014": "timeout"}
_CONNECTIONS = 4


class PostgresDatabase:
    """A `Database` behind a PostgreSQL DSN. Make it with `connect`."""

    engine = "postgresql"

    def __init__(self, pool: Any, schema: str) -> None:
        self._pool = pool
        self._schema = schema

    @classmethod
    async def connect(cls, dsn: str) -> Self:
        """Connect and make an empty schema. Raises `ConnectionError` when the database cannot be reached."""
        import asyncpg

        schema = f"vivim_demo_{secrets.token_hex(6)}"
        settings = {"search_path": schema, "statement_timeout": str(STATEMENT_LIMIT_MS)}
        try:
            pool = await asyncpg.create_pool(dsn, min_size=1, max_size=_CONNECTIONS, server_settings=settings)
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # Only the kind of failure: the driver's text may repeat parts of the DSN, and with it the password.
            raise ConnectionError(
                f"cannot open the PostgreSQL database of the DSN ({type(error).__name__}); check host, user and "
                "database, or leave the DSN out to use SQLite"
            ) from None
        await pool.execute(f"CREATE SCHEMA {schema}")
        return cls(pool, schema)

    async def fetch(self, sql: str, *params: Any) -> list[Row]:
        async with self._pool.acquire() as connection:
            return (await _run(connection, [(sql, params)]))[0]

    async def atomically(self, steps: Sequence[Step]) -> list[list[Row]]:
        async with self._pool.acquire() as connection, connection.transaction():
            return await _run(connection, steps)

    async def close(self) -> None:
        await self._pool.execute(f"DROP SCHEMA {self._schema} CASCADE")
        await self._pool.close()


async def _run(connection: Any, steps: Sequence[Step]) -> list[list[Row]]:
    import asyncpg

    results: list[list[Row]] = []
    for sql, params in steps:
        started = time.perf_counter()
        try:
            rows = await connection.fetch(_numbered(sql), *params)
        except (TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            code = getattr(error, "sqlstate", None) or type(error).__name__
            failed = QueryFailed(error, code, _KINDS.get(code, "other"), (sql, tuple(params)), elapsed_ms(started))
            failed.rolled_back = len(results)
            raise failed from error
        results.append([dict(row) for row in rows])
    return results


def _numbered(sql: str) -> str:
    """PostgreSQL's `$1, $2` for `?`; no statement of the demo holds a question mark in a literal."""
    numbers = itertools.count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql)
