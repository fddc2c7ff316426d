"""What goes wrong at the client's hand: requests that the server has every reason to refuse or to fail."""

import asyncio
import json
import secrets

from console.demo.pwa.sync import Client
from console.reporter import correlation_id

_SLOW_DEPTH = "120"
_FIRST_ROWS = 12


def some_conversation(client: Client) -> str:
    """The id of a conversation that exists from the start."""
    return f"conv_{client.rng.randrange(_FIRST_ROWS)}"


async def use_expired_token(client: Client) -> None:
    """A tab slept over its token's lifetime: the first call is refused, a refresh repairs it."""
    _, issued = await client.api.call("POST", "/api/v1/auth/token", json={"handle": "ben", "ttlMs": 1})
    if not issued:
        return
    await asyncio.sleep(0.005)
    path = f"/api/v1/conversations/{some_conversation(client)}/messages"
    await client.api.call("POST", path, token=issued["token"], json={"content": "late"})
    await client.api.call("POST", "/api/v1/auth/refresh", json={"token": issued["token"]})


async def use_altered_token(client: Client) -> None:
    """A token whose payload was changed no longer fits its signature."""
    payload, _, signature = client.api.token.partition(".")
    altered = f"{payload[:-2]}{'A' if payload[-2] != 'A' else 'B'}{payload[-1]}.{signature}"
    await client.api.call("GET", "/api/v1/circles/circle_family/feed", token=altered)


async def read_foreign_circle(client: Client) -> None:
    """The client's user is a member of `family` only."""
    await client.api.call("GET", "/api/v1/circles/circle_release/feed")


async def sort_feed_by_unknown(client: Client) -> None:
    """An order that the server forgot: a KeyError there, a 500 here."""
    await client.api.call("GET", "/api/v1/circles/circle_family/feed", params={"sort": "popular"})


async def take_used_handle(client: Client) -> None:
    """A handle is unique."""
    await client.api.call("POST", "/api/v1/users", json={"handle": "ada", "displayName": "Another Ada"})


async def write_to_missing(client: Client) -> None:
    """A message needs a conversation that exists."""
    path = f"/api/v1/conversations/conv_gone{secrets.token_hex(3)}/messages"
    await client.api.call("POST", path, json={"content": "is anybody here?"})


async def send_cut_body(client: Client) -> None:
    """A body that was cut off on the way out of a buffer."""
    body = json.dumps({"title": "Plans for the spring", "circleId": None})
    headers = {"content-type": "application/json"}
    await client.api.call("POST", "/api/v1/conversations", content=body[: len(body) // 2], headers=headers)


async def send_large_body(client: Client) -> None:
    """A pasted document that is over the limit."""
    path = f"/api/v1/conversations/{some_conversation(client)}/messages"
    await client.api.call("POST", path, json={"content": "paste " * 20_000})


async def search_badly(client: Client) -> None:
    """Parameters that break the search's contract."""
    params = client.rng.choice(({"k": "many"}, {"q": "x"}, {"q": "sync", "k": "400"}))
    await client.api.call("GET", "/api/v1/acus/search", params=params)


async def search_legacy(client: Client) -> None:
    """A search that finds units of the old import; the answer breaks the server's own contract."""
    await client.api.call("GET", "/api/v1/acus/search", params={"q": "unit 960", "k": "50"})


async def refresh_in_burst(client: Client) -> None:
    """Many tabs wake up and refresh at once; the limiter lets a few through."""
    body = {"token": client.api.token}
    await asyncio.gather(*(client.api.call("POST", "/api/v1/auth/refresh", json=body) for _ in range(8)))


async def search_slowly(client: Client) -> None:
    """A search that takes longer than the client waits."""
    params = {"q": f"unit {client.rng.randrange(1000, 1099)}", "depth": _SLOW_DEPTH, "k": "50"}
    await client.api.call("GET", "/api/v1/acus/search", params=params, timeout=0.15)


async def export_broken(client: Client) -> None:
    """An export that the server breaks off in the middle, so that the connection is lost."""
    await client.api.call("GET", f"/api/v1/conversations/{some_conversation(client)}/export")


async def push_old_schema(client: Client) -> None:
    """A client that was not reloaded since the last release."""
    await client.api.call("POST", "/api/v1/sync/push", json={"operations": []}, headers={"x-schema-version": "6"})


async def push_broken_schema(client: Client) -> None:
    """An edit with a number where a text belongs."""
    edit = {
        "entityType": "conversation",
        "entityId": some_conversation(client),
        "baseVersion": 1,
        "changes": {"title": 7},
    }
    await client.api.call("POST", "/api/v1/sync/push", json={"operations": [edit]})


async def import_broken(client: Client) -> None:
    """An archive with an entry that is no JSON."""
    entries = [json.dumps({"content": "one"}), '{"content": "two"']
    await client.api.call("POST", "/api/v1/imports", json={"conversationId": "conv_1", "entries": entries})


async def import_twice(client: Client) -> None:
    """An archive with the same message twice: the second takes the first with it."""
    entry = json.dumps({"id": f"msg_{correlation_id()}", "content": "once is enough"})
    await client.api.call("POST", "/api/v1/imports", json={"conversationId": "conv_2", "entries": [entry, entry]})


async def extract_from_empty(client: Client) -> None:
    """Extraction from a message without text."""
    await client.api.call("POST", f"/api/v1/messages/msg_{client.rng.randrange(_FIRST_ROWS)}_2/acus")


async def extract_in_parallel(client: Client) -> None:
    """More extractions at once than the AI provider takes."""
    await asyncio.gather(*(client.api.call("POST", f"/api/v1/messages/msg_{index}_1/acus") for index in range(4)))


FAULTS = (
    use_expired_token,
    use_altered_token,
    read_foreign_circle,
    sort_feed_by_unknown,
    take_used_handle,
    write_to_missing,
    send_cut_body,
    send_large_body,
    search_badly,
    search_legacy,
    refresh_in_burst,
    search_slowly,
    export_broken,
    push_old_schema,
    push_broken_schema,
    import_broken,
    import_twice,
    extract_from_empty,
    extract_in_parallel,
)
