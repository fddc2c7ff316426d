"""Tables and first rows, in SQL that SQLite and PostgreSQL both read."""

from console.demo.clock import now_ms
from console.demo.server.database import Database, Step

USERS = ("ada", "ben", "chen", "dara", "eli", "fay")
CIRCLES = ("family", "research", "release")
CONVERSATIONS = 12
MANY_ACUS = 20_000
_FILL_STEP = 1_000  # a statement that makes all at once can meet the time limit on a busy machine

_TABLES = (
    """CREATE TABLE users (
        id TEXT PRIMARY KEY,
        handle TEXT NOT NULL UNIQUE,
        display_name TEXT NOT NULL,
        created_ms BIGINT NOT NULL)""",
    """CREATE TABLE circles (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        owner_id TEXT NOT NULL REFERENCES users(id))""",
    """CREATE TABLE circle_members (
        circle_id TEXT NOT NULL REFERENCES circles(id),
        user_id TEXT NOT NULL REFERENCES users(id),
        role TEXT NOT NULL CHECK (role IN ('owner', 'member', 'guest')),
        PRIMARY KEY (circle_id, user_id))""",
    """CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
        circle_id TEXT REFERENCES circles(id),
        owner_id TEXT NOT NULL REFERENCES users(id),
        archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        version INTEGER NOT NULL DEFAULT 1,
        settled_version INTEGER NOT NULL DEFAULT 0,
        updated_ms BIGINT NOT NULL)""",
    """CREATE TABLE messages (
        id TEXT PRIMARY KEY,
        conversation_id TEXT NOT NULL REFERENCES conversations(id),
        author_id TEXT NOT NULL REFERENCES users(id),
        position INTEGER NOT NULL,
        content TEXT NOT NULL,
        UNIQUE (conversation_id, position))""",
    """CREATE TABLE acus (
        id TEXT PRIMARY KEY,
        message_id TEXT REFERENCES messages(id),
        kind TEXT NOT NULL CHECK (kind IN ('claim', 'question', 'decision', 'task')),
        content TEXT NOT NULL,
        quality REAL CHECK (quality BETWEEN 0 AND 1),
        provenance TEXT)""",
    """CREATE TABLE changes (
        id {serial},
        entity_type TEXT NOT NULL,
        entity_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        state TEXT NOT NULL,
        correlation_id TEXT,
        at_ms BIGINT NOT NULL)""",
)
_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgresql": "BIGSERIAL PRIMARY KEY"}
# Every 40th ACU came with an old import that kept no provenance: reading one breaks the contract of the search.
_FILL_ACUS = """
    INSERT INTO acus (id, kind, content, quality, provenance)
    WITH RECURSIVE number(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM number WHERE n < {last})
    SELECT 'acu_' || n,
           CASE n % 4 WHEN 0 THEN 'claim' WHEN 1 THEN 'question' WHEN 2 THEN 'decision' ELSE 'task' END,
           'unit ' || n || ' on ' || CASE n % 5 WHEN 0 THEN 'sync' WHEN 1 THEN 'storage' WHEN 2 THEN 'peers'
               WHEN 3 THEN 'search' ELSE 'circles' END || ' weighs ' || ((n * 7919) % 10007),
           (n % 100) / 100.0,
           CASE n % 40 WHEN 0 THEN NULL ELSE 'conv_' || (n % {conversations}) END
    FROM number"""


async def create(database: Database) -> None:
    """Make the tables and the few rows that the API needs to start."""
    for table in _TABLES:
        await database.fetch(table.format(serial=_SERIAL[database.engine]))
    await database.atomically(_first_rows())


async def fill(database: Database, count: int = MANY_ACUS) -> None:
    """Add `count` ACUs: enough that an unindexed search takes time that shows."""
    for first in range(1, count + 1, _FILL_STEP):
        last = min(count, first + _FILL_STEP - 1)
        await database.fetch(_FILL_ACUS.format(first=first, last=last, conversations=CONVERSATIONS))


def _first_rows() -> list[Step]:
    at_ms = now_ms()
    steps: list[Step] = [
        ("INSERT INTO users VALUES (?, ?, ?, ?)", (f"user_{name}", name, name.title(), at_ms)) for name in USERS
    ]
    for index, name in enumerate(CIRCLES):
        owner = f"user_{USERS[index]}"
        steps.append(("INSERT INTO circles VALUES (?, ?, ?)", (f"circle_{name}", name, owner)))
        steps.append(("INSERT INTO circle_members VALUES (?, ?, 'owner')", (f"circle_{name}", owner)))
    for index in range(CONVERSATIONS):
        steps.append(
            (
                "INSERT INTO conversations (id, title, circle_id, owner_id, updated_ms) VALUES (?, ?, ?, ?, ?)",
                (
                    f"conv_{index}",
                    f"Weekly sync {index}",
                    f"circle_{CIRCLES[index % 3]}",
                    f"user_{USERS[index % 6]}",
                    at_ms,
                ),
            )
        )
        steps += [
            (
                "INSERT INTO messages VALUES (?, ?, ?, ?, ?)",
                (f"msg_{index}_{position}", f"conv_{index}", f"user_{USERS[position]}", position, content),
            )
            for position, content in enumerate(("Shall we move the release? I think so.", "Yes. It waits for the sync.", ""))
        ]
    return steps
