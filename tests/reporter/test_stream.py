"""Real WebSockets: a served stream, framed and naive, and a reporter that dials a hub."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from console.reporter import CommandAnswer, Reporter

V1: Any = ["debugstream.v1"]


async def receive_until(ws: Any, op: str) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = []
    while not frames or frames[-1]["op"] != op:
        frames.append(json.loads(await asyncio.wait_for(ws.recv(), 10)))
    return frames


async def resume(ws: Any, epoch: str | None = None, after: int = 0, credit: int = 1000) -> None:
    await ws.send(json.dumps({"op": "resume", "v": 1, "epoch": epoch, "after": after, "credit": credit}))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def events_of(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for frame in frames if frame["op"] == "batch" for event in frame["events"]]


async def test_framed_replay_live_ack_and_bye(reporter: Reporter) -> None:
    reporter.info("one")
    async with connect(reporter.serve(), subprotocols=V1) as ws:
        assert ws.subprotocol == "debugstream.v1"
        (hello,) = await receive_until(ws, "hello")
        await resume(ws)
        frames = await receive_until(ws, "live")
        assert [event["data"]["message"] for event in events_of(frames)] == ["one"]
        assert reporter.flush(0) is False, "sent is not committed"
        await ws.send(json.dumps({"op": "ack", "epoch": hello["epoch"], "upto": 1, "credit": 10}))
        assert await asyncio.to_thread(reporter.flush, 5)
        reporter.info("two")
        assert (await receive_until(ws, "batch"))[-1]["first"] == 2
        await ws.send(json.dumps({"op": "ack", "epoch": hello["epoch"], "upto": 2, "credit": 10}))
        closing = asyncio.to_thread(reporter.close)
        _, (bye,) = await asyncio.gather(closing, receive_until(ws, "bye"))
        assert bye["retry_ms"] > 0
        with pytest.raises(ConnectionClosed):
            await ws.recv()


async def test_naive_gets_each_new_event_as_one_message(reporter: Reporter) -> None:
    reporter.info("before")
    async with connect(reporter.serve()) as ws:
        await until(lambda: reporter.status().consumers == 1)
        reporter.performance("op", 1.5)
        event = json.loads(await asyncio.wait_for(ws.recv(), 10))
        assert (event["eventType"], event["performance"]) == ("performance", {"duration": 1.5})


async def test_a_stalled_consumer_holds_up_nobody(make_reporter: Callable[..., Reporter]) -> None:
    reporter = make_reporter(ring_size=100)
    url = reporter.serve()
    async with connect(url, subprotocols=V1) as stalled, connect(url, subprotocols=V1) as live:
        await resume(stalled, credit=0)
        await resume(live, credit=10**6)
        await receive_until(stalled, "live")
        await receive_until(live, "live")
        for number in range(1_000):
            reporter.info(str(number))
        seen = 0
        while seen < 1_000:
            frame = (await receive_until(live, "batch"))[-2:]
            for part in frame:
                seen = part["to"] if part["op"] == "gap" else part["first"] + len(part["events"]) - 1
        await stalled.send(json.dumps({"op": "ack", "epoch": reporter.status().epoch, "upto": 0, "credit": 500}))
        gap, batch = await receive_until(stalled, "batch")
        assert (gap["op"], gap["from"], gap["to"], batch["first"]) == ("gap", 1, 900, 901)


async def test_commands_run_in_the_service_and_are_answered(reporter: Reporter) -> None:
    reporter.on_command("add", lambda args: CommandAnswer("applied", {"sum": args["a"] + args["b"]}))
    async with connect(reporter.serve(), subprotocols=V1) as ws:
        await resume(ws)
        command = {"op": "cmd", "key": "k1", "name": "add", "deadline_ms": 5000, "args": {"a": 1, "b": 2}}
        for state in ("applied", "duplicate"):
            await ws.send(json.dumps(command))
            answer = (await receive_until(ws, "cmd_ack"))[-1]
            assert (answer["state"], answer["result"]) == (state, {"sum": 3})


async def test_a_handler_can_be_decorated(reporter: Reporter) -> None:
    @reporter.on_command("conflict.resolve")
    def resolve(args: dict[str, Any]) -> CommandAnswer:
        return CommandAnswer("applied", {"version": args["version"] + 1})

    assert resolve({"version": 1}).result == {"version": 2}, "it is still the function that it was"
    async with connect(reporter.serve(), subprotocols=V1) as ws:
        await resume(ws)
        command = {"op": "cmd", "key": "k", "name": "conflict.resolve", "deadline_ms": 5000, "args": {"version": 4}}
        await ws.send(json.dumps(command))
        answer = (await receive_until(ws, "cmd_ack"))[-1]
        assert (answer["state"], answer["result"]) == ("applied", {"version": 5})


async def close_code(ws: ClientConnection) -> int | None:
    async with asyncio.timeout(10):
        await ws.wait_closed()
    return ws.close_code


@pytest.mark.parametrize("offer", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret"}])
async def test_a_wrong_token_is_4401(reporter: Reporter, offer: dict[str, str]) -> None:
    async with connect(reporter.serve(token="s3cret"), subprotocols=V1, additional_headers=offer) as ws:
        assert await close_code(ws) == 4401


async def test_a_token_in_a_header_or_a_subprotocol_opens(reporter: Reporter) -> None:
    url = reporter.serve(token="s3cret")
    async with connect(url, subprotocols=V1, additional_headers={"Authorization": "Bearer s3cret"}) as ws:
        await receive_until(ws, "hello")
    encoded: Any = "bearer." + urlsafe_b64encode(b"s3cret").decode().rstrip("=")
    async with connect(url, subprotocols=[*V1, encoded]) as ws:
        assert ws.subprotocol == "debugstream.v1"
        await receive_until(ws, "hello")


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"}]
)
async def test_other_origins_are_4403(reporter: Reporter, headers: dict[str, str]) -> None:
    async with connect(reporter.serve(), subprotocols=V1, additional_headers=headers) as ws:
        assert await close_code(ws) == 4403
    async with connect(reporter.serve(), subprotocols=V1, additional_headers={"Origin": "http://localhost:5173"}) as ws:
        await receive_until(ws, "hello")


async def test_a_rebound_host_name_is_4403(reporter: Reporter) -> None:
    port = int(reporter.serve().rpartition(":")[2])
    async with connect(f"ws://rebound.example:{port}", host="127.0.0.1", port=port, proxy=None) as ws:
        assert await close_code(ws) == 4403


@pytest.mark.parametrize(("frame", "code"), [("nonsense", 4400), ('{"op":"resume","v":7,"epoch":null,"credit":1}', 4406)])
async def test_bad_frames_close_with_their_codes(reporter: Reporter, frame: str, code: int) -> None:
    async with connect(reporter.serve(), subprotocols=V1) as ws:
        await ws.send(frame)
        assert await close_code(ws) == code


def test_a_taken_port_is_a_clear_error_and_harms_nothing(reporter: Reporter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=rf"cannot serve the debug stream on 127\.0\.0\.1:{port} .*port=0"):
            reporter.serve(port=port)
    reporter.info("still here")
    assert reporter.status().next_seq == 2
    assert reporter.serve().startswith("ws://127.0.0.1:")


def test_unsafe_addresses_are_refused(reporter: Reporter) -> None:
    with pytest.raises(ValueError, match="token"):
        reporter.serve(host="0.0.0.0")
    with pytest.raises(ValueError, match="wss://"):
        reporter.dial("ws://hub.example/ingest", token="t")
    with pytest.raises(ValueError, match="never stands in an address"):
        reporter.dial("wss://me:t@hub.example/ingest")
    with pytest.raises(ValueError, match="scheme 'http'"):
        reporter.dial("http://127.0.0.1")


Handle = Callable[[ServerConnection], Awaitable[None]]


async def test_dial_reconnects_and_resumes_where_the_hub_committed(reporter: Reporter) -> None:
    got: list[int] = []
    done = asyncio.Event()
    epoch: str | None = None

    async def hub(ws: ServerConnection) -> None:
        nonlocal epoch
        assert ws.request is not None
        assert ws.request.headers["Authorization"] == "Bearer tok"
        hello = (await receive_until(ws, "hello"))[0]
        await resume(ws, epoch, got[-1] if got else 0, credit=3)
        epoch = hello["epoch"]
        batch = (await receive_until(ws, "batch"))[-1]
        got.extend(range(batch["first"], batch["first"] + len(batch["events"])))
        if len(got) >= 9:
            done.set()
            await ws.wait_closed()
        await ws.close(1011)

    for number in range(9):
        reporter.info(str(number))
    async with serve(hub, "127.0.0.1", 0, subprotocols=V1) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        reporter.dial(f"ws://127.0.0.1:{port}/ingest", token="tok")
        await asyncio.wait_for(done.wait(), 20)
        assert got == list(range(1, 10))
        assert list(reporter.status().dials.values()) == ["connected"]
        await asyncio.to_thread(reporter.close, 0.1)


@pytest.mark.parametrize("code", [4401, 4403])
async def test_a_refusal_ends_dialling_and_is_told(reporter: Reporter, code: int) -> None:
    calls = 0

    async def hub(ws: ServerConnection) -> None:
        nonlocal calls
        calls += 1
        await ws.close(code, "not you")

    async with serve(hub, "127.0.0.1", 0, subprotocols=V1) as server:
        url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        reporter.dial(url)
        await until(lambda: reporter.status().dials[url].startswith("stopped"))
        assert reporter.status().dials[url] == f"stopped: closed by the hub ({code} not you)"
        assert calls == 1


async def test_a_redirect_is_not_followed(reporter: Reporter) -> None:
    reached = asyncio.Event()

    async def elsewhere(ws: ServerConnection) -> None:
        reached.set()

    async with serve(elsewhere, "127.0.0.1", 0) as target:
        port = next(iter(target.sockets)).getsockname()[1]

        def redirect(connection: ServerConnection, _: Any) -> Any:
            response = connection.respond(307, "")
            response.headers["Location"] = f"ws://127.0.0.1:{port}/"
            return response

        async with serve(elsewhere, "127.0.0.1", 0, process_request=redirect) as hub:
            url = f"ws://127.0.0.1:{next(iter(hub.sockets)).getsockname()[1]}"
            reporter.dial(url, token="tok")
            await until(lambda: "HTTP 307" in reporter.status().dials[url])
            assert not reached.is_set()


async def test_an_absent_hub_is_retried_and_costs_nothing(reporter: Reporter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"ws://127.0.0.1:{free.getsockname()[1]}"
    reporter.dial(url)
    await until(lambda: reporter.status().dials[url].startswith("retrying"))
    reporter.info("x")
    assert await asyncio.to_thread(reporter.flush, 0.05) is False


async def test_a_token_is_not_logged_even_at_debug(reporter: Reporter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="")
    url = reporter.serve(token="s3cret-token")
    logger = logging.getLogger("consumer")
    logger.setLevel("INFO")
    headers = {"Authorization": "Bearer s3cret-token"}
    async with connect(url, subprotocols=V1, additional_headers=headers, logger=logger) as ws:
        await receive_until(ws, "hello")
    assert "s3cret-token" not in caplog.text


def test_leaving_with_a_hub_that_is_absent_takes_about_a_second() -> None:
    code = "from console.reporter import Reporter; r = Reporter('s'); r.dial('ws://127.0.0.1:1'); r.info('x')"
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True, timeout=20)
    assert time.monotonic() - start < 6
