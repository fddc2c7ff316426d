"""Peers: frames, replicas, and what they find out by exchanging real updates over real connections."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from console.demo.network.exchange import Mesh, broadcast, write_field
from console.demo.network.frame import FrameBroken, damage, encode_frame, read_frame
from console.demo.network.issue import compare
from console.demo.network.mesh import connect_all, make_peers
from console.demo.network.peer import Peer
from console.demo.replica import Replica, read_state_vector
from console.reporter import Reporter

Events = Callable[..., list[dict[str, Any]]]


def _reader(raw: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(raw)
    reader.feed_eof()
    return reader


async def test_frames_come_back_as_they_went_and_one_changed_byte_is_noticed() -> None:
    frame = encode_frame({"seq": 3}, b"\x00update")
    assert await read_frame(_reader(frame)) == ({"seq": 3}, b"\x00update")
    for at in range(12):
        with pytest.raises(FrameBroken, match="checksum"):
            await read_frame(_reader(damage(frame, at)))
    with pytest.raises(asyncio.IncompleteReadError):
        await read_frame(_reader(frame[:-1]))


def test_concurrent_writes_are_told_from_ordered_ones() -> None:
    one, other = Replica(1), Replica(2)
    first = one.set_field("conv_1", "title", "a")
    seen_before = read_state_vector(other.state("conv_1"))
    assert one.find_concurrent_write("conv_1", "title", seen_before) is not None
    other.receive("conv_1", first)
    seen_after = read_state_vector(other.state("conv_1"))
    assert one.find_concurrent_write("conv_1", "title", seen_after) is None
    assert seen_after == {1: seen_after[1]}


def test_comparison_finds_missing_documents_then_fields_then_nothing() -> None:
    one, other = Replica(1), Replica(2)
    update = one.set_field("conv_1", "title", "a")
    missing = compare(("a", one), ("b", other), "conv_1")
    assert missing is not None
    assert missing["issueType"] == "missing_data"
    other.receive("conv_1", update)
    assert compare(("a", one), ("b", other), "conv_1") is None
    one.append("conv_1", "more")
    issue = compare(("a", one), ("b", other), "conv_1")
    assert issue is not None
    assert issue["details"]["divergence"] == {"body": {"expected": "more", "actual": ""}}
    assert (issue["details"]["localState"]["body"], issue["details"]["remoteState"]["body"]) == ("", "more")
    assert compare(("a", one), ("b", other), "conv_9") is None


def test_a_body_stays_short() -> None:
    replica = Replica(1)
    for _ in range(200):
        replica.append("conv_1", "heartbeat ")
    assert len(replica.read("conv_1")["body"]) <= 400


@asynccontextmanager
async def _running(reporter: Reporter) -> AsyncIterator[tuple[Mesh, dict[tuple[str, str], asyncio.Event]]]:
    peers = await make_peers(reporter, random.Random(1))
    try:
        async with asyncio.TaskGroup() as group:
            mesh = Mesh(peers, reporter, group, ["conv_1"])
            mended = connect_all(mesh)
            await _until(lambda: all(wire.is_up for peer in peers for wire in peer.wires.values()))
            yield mesh, mended
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                if task.get_coro().__qualname__ == "keep_connected":  # type: ignore[union-attr]
                    task.cancel()
    finally:
        for peer in peers:
            peer.close()


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


def _equal(peers: list[Peer], entity_id: str) -> bool:
    return len({str(peer.replica.read(entity_id)) for peer in peers}) == 1


async def test_updates_reach_every_peer_and_their_events_carry_them(reporter: Reporter, events: Events) -> None:
    async with _running(reporter) as (mesh, _):
        first = mesh.peers[0]
        broadcast(mesh, first, "conv_1", first.replica.append("conv_1", "hello"))
        await _until(lambda: _equal(mesh.peers, "conv_1"))
        await _until(lambda: len(events("sync_update")) >= 3)
    applied = [event["data"] for event in events("sync_update") if event["data"]["operation"] == "applied"]
    assert {data["replica"] for data in applied} == {"peer-b", "peer-c"}
    assert all(data["update"] and data["stateVector"] and data["propagationDelayMs"] >= 0 for data in applied)


async def test_concurrent_writes_end_equal_and_are_reported_with_both_values(reporter: Reporter, events: Events) -> None:
    async with _running(reporter) as (mesh, _):
        one, other, _third = mesh.peers
        write_field(mesh, one, "conv_1", "title", "from a")
        write_field(mesh, other, "conv_1", "title", "from b")
        await _until(lambda: bool(events("error", "CRDT_CONFLICT")) and _equal(mesh.peers, "conv_1"))
        merged = one.replica.read("conv_1")["title"]
    issue = next(event["data"]["issue"] for event in events("sync_update") if "issue" in event["data"])
    details = issue["details"]
    assert {details["localState"]["title"], details["remoteState"]["title"]} == {"from a", "from b"}
    assert details["mergedState"]["title"] == merged
    assert details["conflictingFields"] == ["title"]


async def test_a_damaged_frame_is_refused_and_repaired_after_the_timeout(reporter: Reporter, events: Events) -> None:
    async with _running(reporter) as (mesh, _):
        write_field(mesh, mesh.peers[0], "conv_1", "status", "done", damaged=True)
        await _until(lambda: _equal(mesh.peers, "conv_1"))
    assert "checksum" in events("error", "PROTOCOL_VIOLATION")[0]["data"]["source"]["stack"]
    timeouts = events("error", "SYNC_TIMEOUT")
    assert {error["data"]["sync"]["peer"] for error in timeouts} == {"peer-b", "peer-c"}
    assert "TimeoutError" in timeouts[0]["data"]["source"]["stack"]


async def test_a_partition_is_reported_queues_changes_and_heals(reporter: Reporter, events: Events) -> None:
    async with _running(reporter) as (mesh, mended):
        one, other, _third = mesh.peers
        wire = one.wires[other.name]
        wire.cut()
        await _until(lambda: bool(events("error", "CONNECTION_LOST")) and not mended[one.name, other.name].is_set())
        broadcast(mesh, one, "conv_1", one.replica.append("conv_1", "alone"))
        await _until(lambda: wire.queued == {"conv_1"})
        assert not _equal([one, other], "conv_1")
        mended[one.name, other.name].set()
        await _until(lambda: _equal([one, other], "conv_1"))
    assert "wire.py" in events("error", "CONNECTION_LOST")[0]["data"]["source"]["stack"]
