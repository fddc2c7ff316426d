"""The same API on PostgreSQL; runs when VIVIM_TEST_DSN names a database that the tests may use."""

import os

import httpx
import pytest

from console.demo.server.app import make_app, open_api
from console.demo.server.database import QueryFailed
from console.demo.server.schema import fill
from console.reporter import Reporter

DSN = os.environ.get("VIVIM_TEST_DSN")
pytestmark = pytest.mark.skipif(not DSN, reason="VIVIM_TEST_DSN is not set")


async def test_the_schema_holds_its_constraints_and_is_gone_afterwards(reporter: Reporter) -> None:
    schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vivim_demo_%'"
    async with open_api(reporter, DSN) as api:
        await fill(api.database)
        assert len(await api.database.fetch(schemas)) >= 1
        transport = httpx.ASGITransport(make_app(api), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as http:
            token = (await http.post("/api/v1/auth/token", json={"handle": "ada"})).json()["token"]
            http.headers["authorization"] = f"Bearer {token}"
            taken = await http.post("/api/v1/users", json={"handle": "ben", "displayName": "B"})
            missing = await http.post("/api/v1/conversations/conv_none/messages", json={"content": "?"})
            hits = (await http.get("/api/v1/acus/search", params={"q": "unit 960"})).json()["hits"]
        assert "23505" in taken.json()["error"]["message"]
        assert "23503" in missing.json()["error"]["message"]
        assert len(hits) == 5
        with pytest.raises(QueryFailed, match="57014") as caught:
            await api.database.fetch("SELECT pg_sleep(5)")
        assert caught.value.category == "DATABASE_ERROR"
    async with open_api(reporter, DSN) as api:
        assert len(await api.database.fetch(schemas)) == 1


async def test_an_unreachable_database_is_named_without_its_password(reporter: Reporter) -> None:
    with pytest.raises(ConnectionError, match="cannot open the PostgreSQL database") as caught:
        async with open_api(reporter, "postgresql://nobody:hidden@127.0.0.1:1/none"):
            pass
    assert "hidden" not in str(caught.value)
