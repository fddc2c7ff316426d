"""The token goes where it was given for and nowhere else: no log, no file, no message, no other address."""

import logging
from http import HTTPStatus
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from console.ingest.address import AddressError, SourceSpec, parse_source
from console.model.address import shown_url
from tests.ingest.collecting import collecting, until
from tests.ingest.playbook import event
from tests.ingest.processes import last_object, run_console
from tests.ingest.servers import Producer, framed, naive

TOKEN = "s3cr3t-T0ken-9f8e7d"


def spec(port: int, path: str = "") -> SourceSpec:
    return parse_source("src", f"ws://127.0.0.1:{port}{path}", TOKEN)


@pytest.mark.usefixtures("quick")
async def test_it_is_sent_as_a_header_and_shown_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("websockets", "websockets.client", "asyncio", "console"):
        caplog.set_level(logging.DEBUG, logger=name)
    seen: list[str | None] = []
    producer = Producer(hb_s=0.01)
    producer.emit(event(1))

    def look(connection: ServerConnection, request: Request) -> None:
        seen.append(request.headers.get("Authorization"))

    quiet = logging.getLogger("quiet server")
    quiet.setLevel(logging.CRITICAL)
    db = tmp_path / "store.db"
    async with framed(producer, process_request=look, logger=quiet) as port, collecting(db, spec(port)) as collector:
        await producer.until_acknowledged()
        assert TOKEN not in repr(collector.links["src"].spec) + str(collector.links["src"].snapshot())
    assert seen == [f"Bearer {TOKEN}"]
    assert any("websocket" in record.name for record in caplog.records), "the client's debug log was captured"
    assert TOKEN not in caplog.text
    for file in tmp_path.iterdir():
        assert TOKEN.encode() not in file.read_bytes(), file.name


async def test_nothing_of_it_is_in_the_output_of_collect(tmp_path: Path) -> None:
    producer = Producer(hb_s=0.01)
    producer.emit(event(1))
    db = tmp_path / "store.db"
    async with framed(producer) as port:
        code, out, err = await run_console(
            "collect", "--source", f"src=ws://127.0.0.1:{port}", "--db", db, "--for", "1s", "--json",
            env={"VIVIM_TOKEN_SRC": TOKEN},
        )  # fmt: skip
    assert code == 0
    assert last_object(out)["stored"] == 1
    assert TOKEN not in out + err


@pytest.mark.parametrize(
    "url", ["ws://example.org/x", "sse+http://10.1.2.3/logs", "ws://[2001:db8::1]:9/", "ws://localhost.example.org/"]
)
def test_it_is_never_sent_unencrypted_over_a_network(url: str) -> None:
    with pytest.raises(AddressError) as refused:
        parse_source("src", url, TOKEN)
    assert TOKEN not in str(refused.value)
    assert "wss://" in str(refused.value)
    assert parse_source("src", url).token is None


@pytest.mark.parametrize(
    "url", ["ws://127.0.0.1:1/", "ws://localhost:1/", "ws://[::1]:1/", "wss://example.org/", "sse+https://example.org/"]
)
def test_it_may_go_to_loopback_or_encrypted(url: str) -> None:
    assert parse_source("src", url, TOKEN).token == TOKEN


@pytest.mark.parametrize("url", [
    f"ws://127.0.0.1/?token={TOKEN}", f"ws://user:{TOKEN}@127.0.0.1/", f"wss://{TOKEN}@example.org/", f"ws://127.0.0.1/?api_key={TOKEN}",
    f"sse+http://127.0.0.1/?x=1&access_token={TOKEN}",
])  # fmt: skip
def test_it_never_stands_in_an_address(url: str) -> None:
    with pytest.raises(AddressError) as refused:
        parse_source("src", url)
    assert TOKEN not in str(refused.value)
    assert TOKEN not in shown_url(url)


@pytest.mark.parametrize("url", ["ws://127.0.0.1/\ud800", "ws://127.0.0.1/é", "ws://127.0.0.1/a b\n", "ws://", "ws://127.0.0.1:x/",
                                 "ftp://x/", "ws://[::1/"])  # fmt: skip
def test_addresses_that_cannot_be_are_refused(url: str) -> None:
    with pytest.raises(AddressError):
        parse_source("src", url)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("status", [HTTPStatus.FOUND, HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.TEMPORARY_REDIRECT])
async def test_a_redirect_is_not_followed(tmp_path: Path, status: HTTPStatus) -> None:
    reached = 0

    async def other(connection: ServerConnection) -> None:
        nonlocal reached
        reached += 1

    async with naive(other) as elsewhere:

        def redirect(connection: ServerConnection, request: Request) -> Response:
            return Response(status, "", Headers({"Location": f"ws://127.0.0.1:{elsewhere}/", "Content-Length": "0"}))

        db = tmp_path / "store.db"
        async with naive(other, process_request=redirect) as port, collecting(db, spec(port)) as collector:
            link = collector.links["src"]
            await until(lambda: link.status.state == "refused")
    assert "redirects" in link.status.detail
    assert TOKEN not in link.status.detail
    assert reached == 0


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("code", [4401, 4403, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN])
async def test_a_refused_token_stops_and_says_why(tmp_path: Path, code: int) -> None:
    dialled = 0

    async def refuse(connection: ServerConnection) -> None:
        await connection.close(code, "not you")

    def look(connection: ServerConnection, request: Request) -> Response | None:
        nonlocal dialled
        dialled += 1
        return connection.respond(HTTPStatus(code), "no\n") if code < 1000 else None

    db = tmp_path / "store.db"
    async with naive(refuse, process_request=look) as port, collecting(db, spec(port)) as collector:
        link = collector.links["src"]
        await until(lambda: link.status.state == "refused")
        await until(lambda: collector.settled)
    assert str(int(code)) in link.status.detail
    assert "change it" in link.status.detail
    assert dialled == 1
    assert TOKEN not in link.status.detail


@pytest.mark.usefixtures("quick")
async def test_an_encrypted_address_without_tls_behind_it_is_retried_without_showing_anything(tmp_path: Path) -> None:
    async def speak(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with naive(speak) as port:
        source = parse_source("src", f"wss://127.0.0.1:{port}", TOKEN)
        async with collecting(tmp_path / "store.db", source) as collector:
            link = collector.links["src"]
            await until(lambda: link.status.reconnects >= 2)
            assert link.status.state in ("waiting", "connecting")
            assert TOKEN not in str(link.snapshot())
