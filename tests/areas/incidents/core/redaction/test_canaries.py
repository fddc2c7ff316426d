"""No planted secret survives in any form, and what is no secret comes through."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from console.areas.incidents.core.redaction import FinalSearch, Redactor, Sweep, default_profile
from tests.areas.incidents.core.redaction.canaries import Canary, canaries, canary_table

KEY = b"a key of one bundle, 32 bytes ok"


def redact(redactor: Redactor, canary: Canary) -> str:
    """Return what leaves of a canary's carrier, as a text."""
    if canary.carrier == "json":
        return redactor.json_text(canary.body, "")
    if canary.carrier == "blob":
        left = redactor.blob(canary.body, "quarantine.raw")
        return "" if left is None else left.decode("latin-1")
    return redactor.text(canary.body, "notes" if canary.carrier == "text" else "files")


def forms_of(value: str) -> Iterator[str]:
    """Yield the forms of a value, written apart from the program's own."""
    raw = value.encode()
    yield value
    yield quote(value, safe="")
    yield "".join(f"%{byte:02x}" for byte in raw)
    yield "".join(f"%{byte:02X}" for byte in raw)
    yield "".join(f"\\u{ord(char):04x}" for char in value)
    yield "\x00".join(value)
    yield raw.hex()
    yield raw.hex().upper()
    for before in ("", "x", "xx"):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode((before + value).encode()).decode()[4 if before else 0 : -4]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}")
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from leaves(item, f"{path}[{at}]")
    else:
        yield path, value


@pytest.fixture(scope="module")
def redacted() -> tuple[Redactor, list[tuple[Canary, str]]]:
    redactor = Redactor(default_profile(), KEY)
    return redactor, [(canary, redact(redactor, canary)) for canary in canaries()]


def test_there_are_enough_and_each_is_unique() -> None:
    planted = list(canaries())
    assert len(planted) >= 5_000
    assert len({canary.value for canary in planted}) == len(planted)
    assert all(canary.carrier != "json" or json.loads(canary.body) for canary in planted)
    assert f"{len(planted)} canaries" in canary_table()


def test_none_survives(redacted: tuple[Redactor, list[tuple[Canary, str]]]) -> None:
    left = [
        (canary.kind, canary.place, canary.form, text[:200])
        for canary, text in redacted[1]
        if canary.planted in text or any(form in text for form in forms_of(canary.value))
    ]
    assert not left, f"{len(left)} left, by place and form {Counter(one[:3] for one in left)}, e.g. {left[:5]}"


def test_what_is_no_secret_comes_through(redacted: tuple[Redactor, list[tuple[Canary, str]]]) -> None:
    whole = 0
    changed: Counter[str] = Counter()
    for canary, text in redacted[1]:
        if canary.carrier != "json":
            continue
        after = dict(leaves(json.loads(text)))
        for path, value in leaves(canary.data):
            whole += 1
            found = [one for at, one in after.items() if at.endswith(path)]
            if value not in found or not any(type(one) is type(value) for one in found):
                changed[path] += 1
    assert whole > 50_000
    assert changed.total() / whole < 0.01, changed


def test_nothing_is_left_for_the_sweep_and_the_final_search(redacted: tuple[Redactor, list[tuple[Canary, str]]]) -> None:
    redactor, texts = redacted
    sweep = Sweep(redactor.masked)
    search = FinalSearch(redactor.masked, default_profile())
    for _, text in texts:
        search.feed("events.ndjson", sweep.text(text, "").encode() + b"\n")
    assert search.hits() == []


def test_the_final_search_finds_each_canary_that_was_not_masked() -> None:
    redactor = Redactor(default_profile(), KEY)
    planted = list(canaries())[::7]
    for canary in planted:
        redact(redactor, canary)
    search = FinalSearch(redactor.masked, default_profile(), most=100_000)
    for number, canary in enumerate(planted):
        search.feed(str(number), canary.body if isinstance(canary.body, bytes) else canary.body.encode())
    hit = {int(one.member) for one in search.hits()}
    missed = Counter((canary.place, canary.form) for number, canary in enumerate(planted) if number not in hit)
    # Members are UTF-8; raw bytes in UTF-16 are dropped before they get there.
    assert not {one for one in missed if one[0] != "UTF-16 bytes"}, missed


def test_a_second_run_changes_nothing(redacted: tuple[Redactor, list[tuple[Canary, str]]]) -> None:
    redactor, texts = redacted
    for canary, text in texts:
        if canary.carrier == "json":
            assert redactor.json_text(text, "") == text
        elif canary.carrier != "blob":
            assert redactor.text(text, "") == text
