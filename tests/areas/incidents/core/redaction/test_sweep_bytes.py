"""Bytes that hold a value which was masked elsewhere do not leave, whatever stands beside it in them."""

import base64

import pytest

from console.areas.incidents.core.redaction import FinalSearch, Masked, Sweep, default_profile


@pytest.mark.parametrize("value", ["user_ada", "u-1729x", "longer-than-most-4d1f9b7c88aa"])
@pytest.mark.parametrize("before", [b"", b" ", b"\xa8", b"x", b"\x00\xa5"])
@pytest.mark.parametrize("behind", [b"", b"\x01", b"\xc3", b"y"])
def test_what_the_last_look_would_refuse_is_dropped_before(value: str, before: bytes, behind: bytes) -> None:
    masked = Masked()
    masked.add(value, "user_0123456789ab")
    raw = b"\x01\x9c" + before + value.encode() + behind + b"\x13\x81"
    search = FinalSearch(masked, default_profile())
    search.feed("tables/t.ndjson", b'[1,{"b64":"' + base64.b64encode(raw) + b'"}]\n')
    assert search.hits(), "else this protects nothing"
    assert Sweep(masked).blob(raw, "t.raw") is None


def test_other_bytes_stay() -> None:
    masked = Masked()
    masked.add("user_ada", "user_0123456789ab")
    raw = bytes(range(256)) + b"user_bea"
    assert Sweep(masked).blob(raw, "t.raw") == raw
