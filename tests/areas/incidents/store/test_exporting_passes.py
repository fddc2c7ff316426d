"""Much that was masked: looked for part by part, with the same outcome as all at once, and nothing survives."""

import base64
import json
import re
import sqlite3
from pathlib import Path

import pytest

from console.areas import area_migrations, area_projections
from console.areas.incidents.core.redaction import Masked
from console.areas.incidents.core.redaction.looks import looks_secret
from console.areas.incidents.core.redaction.masked import Known, word_hash
from console.areas.incidents.store import exporting, exporting_masked, exporting_passes
from console.areas.incidents.store.exporting_masked import MaskedTable
from console.areas.incidents.store.exporting_refusal import ExportRefused
from console.areas.incidents.store.reporting import make_report
from tests.areas.incidents.core.redaction.canaries import canaries
from tests.areas.incidents.store.bundles import SECRET, export, leftovers, make_store, members_of
from tests.store_filling import START_MS, fill_store, read_text

LOG = {"eventType": "log", "timestamp": START_MS, "service": "server"}


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (exporting_masked, exporting_passes):
        monkeypatch.setattr(module, "PART", 3)


def table() -> MaskedTable:
    return MaskedTable(sqlite3.connect(":memory:"))  # noqa: TID251  # a stand-in for the exporter's connection


def masked(*values: str, replacement: str = "[masked:key]") -> Masked:
    found = Masked()
    for value in values:
        found.add(value, replacement)
    return found


def secret(number: int) -> str:
    return f"Zq9-{number:03}-{number * 7919 % 1000:03}-tail"


@pytest.mark.parametrize("count", [0, 1, 3, 4, 10])
def test_parts_hold_every_value_once(count: int) -> None:
    kept = table()
    values = [secret(number) for number in range(count)]
    for start in range(count):
        kept.add(masked(*values[start : start + 4]))
    parts = list(kept.parts(3))
    assert [len(part.values) for part in parts][:-1] == [3] * (len(parts) - 1)
    assert sorted(value for part in parts for value in part.values) == sorted(values)
    assert kept.count() == count
    assert parts, "what the profile allows goes with a part, also where nothing was masked"


def test_the_first_replacement_of_a_value_stays_and_any_text_comes_back() -> None:
    kept = table()
    odd = "lone \ud800 surrogate 7"
    kept.add(masked(odd, replacement="user_0123456789ab"))
    kept.add(masked(odd, "x" * 500, replacement="[masked:key]"))
    [part] = kept.parts()
    assert part.values == {odd: Known("user_0123456789ab", True), "x" * 96: Known("[masked:key]", False)}


def test_what_is_allowed_is_allowed_in_every_part() -> None:
    kept = table()
    one, other = masked(secret(1)), masked(secret(2), secret(3))
    one.allow("help@example.com")
    other.allow("sales@example.com")
    kept.add(one)
    kept.add(other)
    for part in kept.parts(2):
        assert part.allows("help@example.com")
        assert part.allows("sales@example.com")
        assert not part.allows("x@example.com")
    assert word_hash("a") != word_hash("b")


def planted_store(path: Path, secrets: int = 40) -> Path:
    """Each secret is masked in one event, and stands in another before it and one behind it, in a form of its own."""
    texts = []
    for number in range(secrets):
        value = secret(number)
        forms = (value, base64.b64encode(f"x{value}".encode()).decode(), value.encode().hex(), f'say "{value}"')
        shown = {"data": {"message": f"it was {forms[number % 4]} then"}}
        texts += [shown, {"data": {"message": "login", "token": value, "userId": f"person-{number}-x"}}, shown]
        texts.append({"data": {"message": f"person-{number}-x and {secret((number + 9) % secrets)} joined"}})
    return filled(path, [json.dumps(LOG | {"id": f"e{at}"} | text) for at, text in enumerate(texts)])


def filled(path: Path, texts: list[str]) -> Path:
    events = [read_text(text) for text in texts]
    fill_store(path, events, migrations=area_migrations(), projections=area_projections())
    return path


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.usefixtures("in_parts")
def test_nothing_survives_in_parts(tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "FEW", 0)
    store = planted_store(tmp_path / "a.db")
    seen: list[tuple[int, int]] = []
    notes = [(f"about {secret(5)}", f"they used {secret(6)}, {secret(39)} and person-3-x")]
    export(
        store, tmp_path / "a.vcb", title=f"{secret(7)} leaked", notes=notes, report=make_report, workers=workers,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    raw = b"".join([(tmp_path / "a.vcb").read_bytes()[:20_000], *members_of(tmp_path / "a.vcb").values()])
    for number in range(40):
        value = secret(number).encode()
        for form in (value, value.hex().encode(), base64.b64encode(b"x" + value)[4:-4], b"person-%d-x" % number):
            assert form not in raw, form
    assert seen[-1][0] == seen[-1][1], "it ends at the whole"
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_parts_make_the_same_bundle_as_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    store = make_store(tmp_path / "a.db")
    export(store, tmp_path / "one.vcb", notes=[("n", f"saw {SECRET} of u-77-anna")])
    request.getfixturevalue("in_parts")
    export(store, tmp_path / "parts.vcb", notes=[("n", f"saw {SECRET} of u-77-anna")])
    assert members_of(tmp_path / "parts.vcb") == members_of(tmp_path / "one.vcb")


def test_what_was_masked_is_counted_by_whatever_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "FEW", 0)
    store = planted_store(tmp_path / "a.db")
    counts = [
        export(store, tmp_path / f"{workers}.vcb", workers=workers, report=make_report).report.counts for workers in (0, 3)
    ]
    assert counts[0] == counts[1]
    assert counts[0].total() > 100


def test_canaries_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (exporting_masked, exporting_passes):
        monkeypatch.setattr(module, "PART", 1_000)
    planted = [one for one in canaries() if one.carrier == "json" and re.fullmatch("[0-9a-f]{32}", one.value)][::3]
    texts = []
    for at, canary in enumerate(planted):
        texts.append(f'{json.dumps(LOG | {"id": f"c{at}"})[:-1]}, "data": {canary.body}}}')
        if looks_secret(canary.value) and canary.kind != "e-mail":
            texts.append(json.dumps(LOG | {"id": f"d{at}", "data": {"message": f"alone: {canary.value}"}}))
    export(filled(tmp_path / "a.db", texts), tmp_path / "a.vcb")
    raw = b"".join(members_of(tmp_path / "a.vcb").values())
    left = [(one.kind, one.place, one.form) for one in planted if one.value.encode() in raw or one.planted.encode() in raw]
    assert len(planted) > 500
    assert left == []


@pytest.mark.usefixtures("in_parts")
def test_what_cannot_be_taken_out_refuses_the_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = planted_store(tmp_path / "a.db", secrets=4)
    monkeypatch.setattr(exporting_passes, "MOST_ROUNDS", 1)
    (tmp_path / "out").mkdir()
    with pytest.raises(ExportRefused, match="could not be taken out at all others; nothing was written"):
        export(store, tmp_path / "out" / "a.vcb")
    assert leftovers(tmp_path / "out") == []
