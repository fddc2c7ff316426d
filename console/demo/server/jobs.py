"""What the server does without being asked: upkeep, and work for clients that are not part of the demo."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from console.demo.clock import elapsed_ms
from console.demo.pacing import Action, Deck
from console.demo.server import acus, sync
from console.demo.server.database import QueryFailed
from console.demo.server.http import Api, ApiError
from console.demo.server.schema import CONVERSATIONS, MANY_ACUS, USERS
from console.reporter import correlation, new_correlation_id

_FAULT_EVERY = 14
_KEPT_CHANGES = 5_000
_INTRUSION = 0.02


def make_deck(api: Api, rng: random.Random) -> Deck:
    """The server's own actions, in the order that `rng` gives."""

    def job(name: str, work: Callable[[Api, random.Random], Awaitable[Any]]) -> Action:
        return lambda: _perform(api, rng, name, work)

    usual = [
        (45, job("acu.read", read_acu)),
        (20, job("conversation.edit", edit_elsewhere)),
        (20, job("membership.check", check_membership)),
        (10, job("changes.prune", prune_changes)),
        (3, job("circle.digest", digest_circle)),
        (1, job("acu.quality", rate_quality)),
    ]
    faults = [
        job("acu.extract", extract_any),
        job("acu.extract.empty", extract_empty),
        job("acu.extract.many", extract_many),
        job("acu.related", find_related),
        job("acu.related.all", find_all_related),
        job("archive.import.broken", import_broken),
        job("archive.import.repeated", import_repeated),
    ]
    return Deck(rng, usual, faults, every=_FAULT_EVERY)


async def _perform(api: Api, rng: random.Random, name: str, work: Callable[[Api, random.Random], Awaitable[Any]]) -> None:
    """Do one job under a correlation id of its own; report its duration, or what went wrong."""
    started = time.perf_counter()
    with correlation(new_correlation_id()):
        try:
            await work(api, rng)
        except ApiError as error:
            api.reporter.error(error, category=error.category, severity="high", **error.sections)
        except QueryFailed as error:
            section = error.section(api.database.engine)
            api.reporter.error(error, category=error.category, severity="high", database=section)
        else:
            api.reporter.performance(f"job.{name}", elapsed_ms(started))


async def read_acu(api: Api, rng: random.Random) -> None:
    """Read one unit by its key."""
    await api.database.fetch("SELECT content FROM acus WHERE id = ?", f"acu_{rng.randrange(MANY_ACUS)}")


async def edit_elsewhere(api: Api, rng: random.Random) -> None:
    """Another device of somebody renames a conversation: what the demo's client knows of it is old from now on.

    Where a conflict waits to be settled, others mostly keep their hands off.
    """
    entity_id = f"conv_{rng.randrange(CONVERSATIONS)}"
    if entity_id in api.documents.contested and rng.random() > _INTRUSION:
        return
    title = f"{rng.choice(('Weekly', 'Release', 'Design', 'Reading'))} sync {rng.randrange(1000)}"
    await sync.write_row(api, entity_id, {"title": title})


async def check_membership(api: Api, rng: random.Random) -> None:
    """Read a user's circles."""
    await api.database.fetch("SELECT circle_id, role FROM circle_members WHERE user_id = ?", f"user_{rng.choice(USERS)}")


async def prune_changes(api: Api, _: random.Random) -> None:
    """Keep the feed of changes bounded."""
    await api.database.fetch("DELETE FROM changes WHERE id < (SELECT MAX(id) FROM changes) - ?", _KEPT_CHANGES)


async def digest_circle(api: Api, _: random.Random) -> None:
    """Count what happened in each circle."""
    rows = await api.database.fetch("SELECT circle_id, COUNT(*) AS n FROM conversations GROUP BY circle_id")
    api.reporter.info("circle digests prepared", conversations=sum(row["n"] for row in rows))


async def rate_quality(api: Api, _: random.Random) -> None:
    """Read the whole table once."""
    await api.database.fetch("SELECT kind, COUNT(*) AS n, AVG(quality) AS mean FROM acus GROUP BY kind")


async def extract_any(api: Api, rng: random.Random) -> None:
    """Extract from a message with text."""
    await acus.extract_units(api, f"msg_{rng.randrange(CONVERSATIONS)}_{rng.randrange(2)}")


async def extract_empty(api: Api, rng: random.Random) -> None:
    """Extract from a message without text, which the splitter does not expect."""
    await acus.extract_units(api, f"msg_{rng.randrange(CONVERSATIONS)}_2")


async def extract_many(api: Api, _: random.Random) -> None:
    """Extract from several messages at once: more than the provider takes."""
    work = [acus.extract_units(api, f"msg_{index}_0") for index in range(4)]
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def find_related(api: Api, rng: random.Random) -> None:
    """A slow query."""
    await acus.find_related(api, f"acu_10{rng.randrange(100)}", 120, 20)


async def find_all_related(api: Api, rng: random.Random) -> None:
    """A query so slow that the database's time limit ends it."""
    await acus.find_related(api, f"acu_10{rng.randrange(100)}", 1000, 20)


async def import_broken(api: Api, rng: random.Random) -> None:
    """An archive whose last entry was cut off."""
    entries = ['{"content": "first"}', '{"content": "second", "role": "assis']
    await sync.import_entries(api, f"conv_{rng.randrange(CONVERSATIONS)}", "user_ada", entries)


async def import_repeated(api: Api, rng: random.Random) -> None:
    """An archive that holds a new message and one that was imported before: neither is stored."""
    index = rng.randrange(CONVERSATIONS)
    entries = ['{"content": "new"}', f'{{"id": "msg_{index}_0", "content": "again"}}']
    await sync.import_entries(api, f"conv_{index}", "user_ben", entries)
