"""Where the middleware finds its contracts, and that a reporter without them loads none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from console.reporter import Reporter, ReporterMiddleware
from console.reporter.contracts.contract import ContractError
from console.reporter.contracts.matching import Registry
from console.reporter.contracts.registry_file import registry_of
from tests.reporter.contract_app import (
    NOTE,
    ROUTES,
    Json,
    client,
    promise,
)

Checks = Callable[[], list[Json]]


async def test_a_registry_and_a_file_serve_as_well(reporter: Reporter, checks: Checks, tmp_path: Path) -> None:
    file = tmp_path / "contracts.json"
    file.write_text(json.dumps({"contracts": [NOTE]}))
    for contracts in (file, str(file), Registry(registry_of(NOTE).contracts())):
        async with client(reporter, contracts) as http:
            await http.get("/notes/7")
    assert [event["data"]["contractId"] for event in checks()] == ["contract_notes"] * 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"serviceName": "server"}]', r"contracts\.json.*endpoint.*is missing"),
        ("{", r"contracts\.json"),
        (json.dumps({**NOTE, "expectedResponse": {"type": "strnig"}}), r"expectedResponse"),
    ],
)
def test_a_bad_file_of_contracts_is_refused_when_the_app_is_built(
    reporter: Reporter, tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "contracts.json"
    with pytest.raises(ContractError, match=r"contracts\.json: cannot be read: No such file"):
        ReporterMiddleware(Starlette(), reporter, contracts=file)  # type: ignore[arg-type]
    file.write_text(text)
    with pytest.raises(ContractError, match=words):
        ReporterMiddleware(Starlette(), reporter, contracts=file)  # type: ignore[arg-type]
    with pytest.raises(ContractError, match=r"^\[1\]: endpoint: is missing"):
        ReporterMiddleware(Starlette(), reporter, contracts=[NOTE, {}])  # type: ignore[arg-type]
    with pytest.raises(ContractError, match=r"^\[0\]: expectedResponse"):
        ReporterMiddleware(Starlette(), reporter, contracts=[promise("/x", {"type": 7})])  # type: ignore[arg-type]


async def test_below_a_root_path_contracts_are_found_with_and_without_it(reporter: Reporter, checks: Checks) -> None:
    app: Any = ReporterMiddleware(Starlette(routes=ROUTES), reporter, contracts=[NOTE])
    transport = httpx.ASGITransport(app=app, root_path="/api")
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        await http.get("/api/notes/7")
    assert checks()[0]["data"]["contractId"] == "contract_notes"


def test_importing_the_reporter_loads_no_contracts() -> None:
    code = "import sys, console.reporter; print([m for m in sys.modules if 'contract' in m or m == 'jsonschema_rs'])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
