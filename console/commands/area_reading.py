"""Ask the store what an area keeps there; what goes wrong becomes words and an exit code."""

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from console.commands.opening import STORE, USAGE, say
from console.store.database import StoreError, open_reader
from console.store.migrations import BASE, refuse_newer


def read_area(path: Path, name: str, table: str, too_old: str, ask: Callable[[sqlite3.Connection], int]) -> int:
    """Run `ask` on a store that has the area's `table`; returns the exit code. `name` is the command's."""
    try:
        connection = open_reader(path)
    except StoreError as error:
        say(str(error))
        return STORE
    try:
        refuse_newer(connection, [("store", BASE)])
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
            say(f"{name}: {too_old}")
            return STORE
        code = ask(connection)
        sys.stdout.flush()
        return code
    except StoreError as error:
        say(str(error))
        return STORE
    except LookupError as error:
        say(f"{name}: {error}")
        return USAGE
    except sqlite3.Error as error:
        say(f"{name}: {error}")
        return STORE
    except BrokenPipeError:
        # The reader (head, less) has seen enough; what the interpreter would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        connection.close()
