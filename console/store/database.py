"""Open the store: one writing connection in one process, read-only connections for everybody else.

This is the only module that calls `sqlite3.connect`. Only the writer checkpoints: SQLite 3.7.0 to 3.51.2 may
damage a WAL that two connections reset at once (https://sqlite.org/wal.html#walreset).
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

PAGE_SIZE = 8_192
CHECKPOINT_PAGES = 8_000
READ_CACHE_KIB = 32_768
OWNER_ONLY = stat.S_IRUSR | stat.S_IWUSR
MAGIC = b"SQLite format 3\x00"
APPLICATION_ID = 0x56435631  # "VCV1": tells a store of this console from any other SQLite file


class StoreError(Exception):
    """The store cannot be used; the text says what was wrong, where, and what to do."""


class StoreNewer(StoreError):
    """The file was written by a newer version of the console; it was not touched."""


class StoreDamaged(StoreError):
    """The file is no database any more, or fails its own integrity check."""


class StoreBusy(StoreError):
    """Another process writes this store."""


def open_writer(path: Path, *, durable: bool = False) -> sqlite3.Connection:
    """Open the one writing connection, creating the file (readable by its owner only) when it is missing.

    `durable` waits for the disk at each commit (`synchronous=FULL`, for hubs); otherwise a committed event
    survives a crash of the process, not necessarily of the machine. Raises StoreError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    refuse_foreign(path)
    new = not path.exists() or path.stat().st_size == 0
    if not path.exists():
        path.touch(mode=0o600)
    if stat.S_IMODE(path.stat().st_mode) != OWNER_ONLY:
        path.chmod(OWNER_ONLY)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        if new:
            connection.execute(f"PRAGMA page_size={PAGE_SIZE}")
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise StoreError(f"{path}: the file system allows no write-ahead log (got {mode}); use a local disk")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connection.execute("PRAGMA cache_size=-65536")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA journal_size_limit=268435456")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _explain(path, error) from error
    except StoreError:
        connection.close()
        raise
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").chmod(OWNER_ONLY)
    return connection


def refuse_foreign(path: Path) -> None:
    """Raise StoreError for a file that never was a store, before anything about it is changed.

    Its header tells: bytes 0 to 15 and, at 68, the application id (https://sqlite.org/fileformat.html). Whole
    pages without a readable header are a store that was damaged: StoreDamaged.
    """
    if not path.exists() or not (size := path.stat().st_size):
        return
    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(MAGIC):
        if size % PAGE_SIZE == 0:
            raise StoreDamaged(f"{path}: the file is damaged or no store (its header is not readable)")
        raise StoreError(f"{path}: this file is no store; give another --db. It was not touched.")
    if int.from_bytes(header[68:72]) != APPLICATION_ID:
        raise StoreError(f"{path}: this SQLite file is not a store of this console; give another --db. It was not touched.")


def open_reader(path: Path) -> sqlite3.Connection:
    """Open a read-only connection (`mode=ro`, `query_only`). Raises StoreError when there is no store."""
    if not path.exists():
        raise StoreError(f"{path}: no such store; collect something first, or give another --db")
    refuse_foreign(path)
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        connection.execute("PRAGMA query_only=1")
        connection.execute(f"PRAGMA cache_size=-{READ_CACHE_KIB}")
        connection.execute("PRAGMA mmap_size=67108864")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _explain(path, error) from error
    return connection


def open_exporter(path: Path) -> sqlite3.Connection:
    """Open a read-only connection that may have temporary tables, to read much of a store once: with a small cache.

    Raises StoreError when there is no store.
    """
    connection = open_reader(path)
    connection.execute("PRAGMA query_only=0")  # the file is opened `mode=ro`: only temporary tables can be written
    connection.execute("PRAGMA cache_size=-8192")
    connection.execute("PRAGMA mmap_size=0")
    return connection


def open_untouched(path: Path) -> sqlite3.Connection:
    """Open a file read-only whatever it is, for salvage: nothing is checked and nothing set."""
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, isolation_level=None)


@contextlib.contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Let the statements inside see one state of the store, whatever the writer commits meanwhile."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        try:
            connection.execute("COMMIT")
        except sqlite3.OperationalError:  # interrupted just now: a transaction left open would show the past for ever
            connection.execute("ROLLBACK")


def open_plain(path: Path) -> sqlite3.Connection:
    """Open a file as it is, for salvage and for tests: no modes are set."""
    return sqlite3.connect(path, isolation_level=None)


def open_building(path: Path) -> sqlite3.Connection:
    """Open a new store that nobody else sees yet, to fill it fast: no journal, nothing waited for.

    What stops half way leaves a file of no use. `finish_building` makes a store of it that can be opened.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("PRAGMA cache_size=-49152")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def finish_building(connection: sqlite3.Connection, path: Path) -> None:
    """Close a store that was built, and wait until all of it is on the disk."""
    connection.close()
    with path.open("rb") as file:
        os.fsync(file.fileno())


def claim(path: Path) -> sqlite3.Connection:
    """Become the one process that writes this store; closing the result, or dying, gives it up. Raises StoreBusy.

    Two writers would both work and hand out the same event ids; SQLite's own locks last one transaction only.
    """
    lock = path.with_name(path.name + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock.touch(mode=0o600)
    connection = sqlite3.connect(lock, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        connection.execute("PRAGMA journal_mode=OFF")  # nothing is ever written: only the lock counts
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        connection.close()
        raise StoreBusy(f"{path}: another process writes this store; close it or give another --db") from error
    return connection


def suspect_file(path: Path) -> Path:
    """The note that a process leaves beside a store in which it met damage."""
    return path.with_name(path.name + ".suspect")


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error means that the file itself is broken."""
    name = getattr(error, "sqlite_errorname", "") or ""
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def is_disk_full(error: sqlite3.Error) -> bool:
    """Tell whether an error means that the disk is full: it shows as FULL or as a failed write."""
    name = getattr(error, "sqlite_errorname", "") or ""
    return name in ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHMSIZE")


def _explain(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    if is_damage(error):
        return StoreDamaged(f"{path}: the file is damaged or no store ({error})")
    if getattr(error, "sqlite_errorname", "") in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return StoreBusy(f"{path}: another process writes this store; close it or give another --db")
    return StoreError(f"{path}: {error}")
