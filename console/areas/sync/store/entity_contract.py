"""Whether a merged entity keeps to the contract of its kind.

Contracts are another area's. What it says of entities stands in the public view `v_entity_contracts` (entity_type, version,
schema): contracts whose endpoint is `entity:<type>`, the schema being that of the entity's state.
"""

import json
import sqlite3
from typing import Any

from console.areas.sync.core.merge.values import MISSING
from console.reporter.contracts.schema import SchemaError, checker_for

VIEW = "v_entity_contracts"
_SQL = f"SELECT version, schema FROM {VIEW} WHERE entity_type = ?"
_KNOWN = "SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = ?"


def breaches_of(connection: sqlite3.Connection, entity_type: str, result: Any) -> tuple[str, ...] | None:
    """Return in words what the result breaks, () when it holds, None when no contract of such an entity is known.

    `result` is MISSING where the entity is deleted, which no schema forbids.
    """
    if connection.execute(_KNOWN, (VIEW,)).fetchone() is None:  # a store that is older than that area
        return None
    rows = connection.execute(_SQL, (entity_type,)).fetchall()
    if not rows:
        return None
    if result is MISSING:
        return ()
    return tuple(words for version, schema in rows for words in _breaches(version, schema, result))


def _breaches(version: str, schema: str, result: Any) -> list[str]:
    try:
        checker = checker_for(json.loads(schema))
    except SchemaError as error:
        return [f"the schema of version {version} cannot be used: {error}"]
    problems, is_undecided = checker.judge(result)
    if not problems and is_undecided:
        return [f"a pattern takes too long for this value: not decided (version {version})"]
    return [f"{problem.message} (version {version})" for problem in problems]
