"""What a person does with the client on a usual day."""

import time
from collections.abc import Awaitable, Callable

from console.demo.api_client import Unreachable
from console.demo.clock import elapsed_ms
from console.demo.pacing import Action, Deck
from console.demo.pwa import faults
from console.demo.pwa.resolve import resolve
from console.demo.pwa.sync import Client, exchange_documents, lose_network, notice_offline, push_queue
from console.reporter import correlation, new_correlation_id

_FAULT_EVERY = 5


def make_deck(client: Client) -> Deck:
    """The client's actions, in the order that its `rng` gives."""

    def act(work: Callable[[Client], Awaitable[None]]) -> Action:
        return lambda: _perform(client, work)

    usual = [
        (20, act(list_conversations)),
        (20, act(open_conversation)),
        (10, act(search)),
        (8, act(write_message)),
        (4, act(start_conversation)),
        (14, act(edit_conversation)),
        (24, act(filter_locally)),
    ]
    # Twice, so that edits made offline, and the conflicts that come of them, are not rare.
    unusual = [act(fault) for fault in (*faults.FAULTS, lose_network, lose_network)]
    return Deck(client.rng, usual, unusual, every=_FAULT_EVERY)


async def _perform(client: Client, work: Callable[[Client], Awaitable[None]]) -> None:
    with correlation(new_correlation_id()):
        try:
            if not client.local.online and work not in {edit_conversation, lose_network}:
                work = filter_locally
            await work(client)
        except Unreachable:
            notice_offline(client)


async def list_conversations(client: Client) -> None:
    """Read the newest conversations."""
    status, body = await client.api.call("GET", "/api/v1/conversations", params={"limit": "30"})
    if status == 200:
        client.local.learn(body["conversations"])
        client.local.last_sync_ms = max(client.local.last_sync_ms, client.local.clock())
        await exchange_documents(client)


async def open_conversation(client: Client) -> None:
    """Read a conversation's messages."""
    await client.api.call("GET", f"/api/v1/conversations/{faults.some_conversation(client)}/messages")


async def search(client: Client) -> None:
    """Search the units."""
    word = client.rng.choice(("search", "storage", "peers", "unit 9", "weighs 77"))
    await client.api.call("GET", "/api/v1/acus/search", params={"q": word, "k": str(client.rng.randint(3, 20))})


async def write_message(client: Client) -> None:
    """Send a message."""
    text = client.rng.choice(("Agreed.", "Can you look at the merge?", "The release waits for peer C."))
    path = f"/api/v1/conversations/{faults.some_conversation(client)}/messages"
    await client.api.call("POST", path, json={"content": text})


async def start_conversation(client: Client) -> None:
    """Start a conversation."""
    body = {"title": f"Notes {client.rng.randrange(1000)}", "circleId": "circle_research"}
    await client.api.call("POST", "/api/v1/conversations", json=body)


async def edit_conversation(client: Client) -> None:
    """Rename or archive a conversation here; the edit is pushed at once when online."""
    if not client.local.rows:
        await list_conversations(client)
        return
    entities = client.local.editable()
    if not entities:
        return
    entity_id = client.rng.choice(entities)
    changes = client.rng.choice(({"title": f"Renamed {client.rng.randrange(1000)}"}, {"archived": client.rng.randint(0, 1)}))
    client.local.edit(entity_id, changes)
    if client.local.online:
        await push_queue(client)
    given_up = client.local.oldest_to_give_up()
    if given_up is not None and client.local.online:
        answer = await resolve(client, {"issueId": given_up["id"], "strategy": "server_wins"})
        client.reporter.info("too many conflicts: the server's state for the oldest", state=answer.state)


async def filter_locally(client: Client) -> None:
    """Filter the rows at hand, as the offline view does."""
    started = time.perf_counter()
    found = [row for row in client.local.rows.values() if "sync" in row["title"].lower()]
    client.reporter.performance("local.filter", elapsed_ms(started), rows=len(found))
