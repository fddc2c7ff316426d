"""Violations, alerts and findings quote values: a secret in them leaves as little as where it stood."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import default_profile
from console.areas.incidents.core.redaction.names import Names
from console.areas.incidents.core.redaction.quoted import holds_at, tells_kinds_only
from console.areas.incidents.store.exporting import export_bundle
from tests.areas.whole_store import WholeStore
from tests.store_filling import START_MS, read_text

CONTRACT = {
    "serviceName": "server", "endpoint": "/login", "method": "POST", "contractVersion": "1.0.0", "timeout": 100,
    "expectedParams": [
        {"name": "api_key", "type": "string", "required": True, "minLength": 40},
        {"name": "token", "type": "string", "enum": ["a", "b"]},
        {"name": "page", "type": "integer"},
    ],
    "expectedRequest": {
        "type": "object",
        "properties": {"password": {"type": "string", "minLength": 60}, "pin": {"type": "string", "pattern": "^[a-z]{4}$"}},
    },
    "expectedResponse": {"type": "object", "properties": {"sessionToken": {"type": "integer"}}},
}  # fmt: skip
SECRETS = ("aKq7x2LmPz81", "sunshine", "moonlight", "4711", "Zk81mmQpT4sd")


def login(number: int) -> Any:
    api_key, token, password, pin, session = SECRETS
    exchange = {
        "method": "POST", "path": "/login", "params": {"api_key": api_key, "token": token, "page": "twelve"},
        "request": {"password": password, "pin": pin}, "status": 200, "response": {"sessionToken": session}, "durationMs": 4,
    }  # fmt: skip
    data = {"endpoint": "/login", "method": "POST", "contractVersion": "1.0.0", "exchange": exchange}
    event = {"eventType": "contract_check", "timestamp": START_MS + number, "service": "server", "data": data}
    return read_text(json.dumps(event), START_MS + number)


@pytest.mark.parametrize("chosen", ["", "service:pwa"])
def test_a_secret_that_a_violation_quotes_does_not_leave(chosen: str, tmp_path: Path) -> None:
    store = WholeStore(tmp_path / "home.db")
    store.attach("server")
    store.do("contracts", "save", document=CONTRACT, origin="file")
    store.arrive([login(number) for number in range(30)])
    error = {"eventType": "error_report", "timestamp": START_MS + 900, "service": "pwa", "data": {"message": "boom"}}
    store.arrive([read_text(json.dumps(error), START_MS + 900)])
    assert store.one("SELECT count(*) FROM contracts_violation") >= 5, "each is broken and quoted"
    store.close()
    out = tmp_path / "incident.vcb"
    selection = Selection(START_MS, START_MS + 60_000, chosen)
    export_bundle(tmp_path / "home.db", selection, default_profile(), out, workers=0)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    for name, text in members.items():
        assert [secret for secret in SECRETS if f'"{secret}' in text or f" {secret}" in text] == [], name
    violations = [json.loads(line) for line in members["tables/contracts_violation.ndjson"].splitlines()]
    texts = json.dumps(violations)
    assert "twelve" in texts, "what is no secret still says what was wrong"
    assert "at least 40 characters" in texts or "minLength" in texts


NAMES = Names(["pin"], [], ["userId", "user.id"])


@pytest.mark.parametrize(
    ("path", "holds"),
    [
        ("params.api_key", "secret"),
        ("$.body.tokens[0].value", "secret"),
        ("/user/password", "secret"),
        ('body["x-api-key"]', "secret"),
        ("request.pin", "secret"),
        ("body.userId", "user"),
        ("body.user.id", "user"),
        ("body.page", ""),
        ("", ""),
    ],
)
def test_what_stands_at_a_path(path: str, holds: str) -> None:
    assert holds_at(NAMES, path) == holds


def test_kinds_are_no_values() -> None:
    assert all(map(tells_kinds_only, ("string", "null", "string or null", "present", "one of string, number")))
    assert not any(map(tells_kinds_only, ("sunshine", "string sunshine", '"string"', "4711", "")))
