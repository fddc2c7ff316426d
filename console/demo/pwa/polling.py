"""What an open client asks for all the time, beside what a person does: light requests at a steady rate."""

import asyncio
from collections.abc import Awaitable, Callable

from console.demo.api_client import Unreachable
from console.demo.pwa.faults import some_conversation
from console.demo.pwa.sync import Client, notice_offline
from console.reporter import correlation, new_correlation_id

_WORDS = ("storage", "peers", "search", "circles")
_LONG_LIST = 150
_LONG_LIST_EVERY = 20
_SUGGESTIONS_EVERY = 4

Poll = Callable[[Client], Awaitable[None]]


async def search_as_one_types(client: Client) -> None:
    """A search for what was typed so far."""
    params = {"q": client.rng.choice(_WORDS), "k": str(client.rng.randint(2, 6))}
    await client.api.call("GET", "/api/v1/acus/search", params=params, quiet=True)


async def watch_presence(client: Client) -> None:
    """Who else looks at a conversation."""
    await client.api.call("GET", f"/api/v1/conversations/{some_conversation(client)}/presence", quiet=True)


async def look_for_news(client: Client) -> None:
    """What is new; now and then the suggestions or a long list of messages as well."""
    await client.api.call("GET", "/api/v1/notifications", quiet=True)
    if client.rng.randrange(_SUGGESTIONS_EVERY) == 0:
        await client.api.call("GET", "/api/v1/suggestions", quiet=True)
    if client.rng.randrange(_LONG_LIST_EVERY) == 0:
        path = f"/api/v1/conversations/{some_conversation(client)}/messages"
        await client.api.call("GET", path, params={"limit": str(_LONG_LIST)})


POLLS: tuple[tuple[Poll, float], ...] = ((search_as_one_types, 0.09), (watch_presence, 0.09), (look_for_news, 0.04))
"""Each with its share of the demo's whole rate: its requests a second for one event a second."""


async def poll(client: Client, work: Poll, per_second: float) -> None:
    """Do it again and again while online, each time under a correlation id of its own. Runs until cancelled."""
    while True:
        await asyncio.sleep(client.rng.uniform(0.5, 1.5) / per_second)
        if not client.local.online:
            continue
        with correlation(new_correlation_id()):
            try:
                await work(client)
            except Unreachable:
                notice_offline(client)
