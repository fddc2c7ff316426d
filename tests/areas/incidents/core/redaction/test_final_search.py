"""The sweep and the final search: nothing that was masked stands anywhere else, in any form, at any border of a chunk."""

import base64
import json
import pickle
from urllib.parse import quote

import pytest

from console.areas.incidents.core.redaction import FinalSearch, Masked, Redactor, Sweep, default_profile
from console.areas.incidents.core.redaction.masked import is_telling
from console.areas.incidents.core.redaction.needles import Needles

VALUE = 'Zq9"7/é k+2'
FORMS = {
    "raw": VALUE,
    "json": json.dumps(VALUE)[1:-1],
    "json, not ASCII only": json.dumps(VALUE, ensure_ascii=False)[1:-1],
    "json in json": json.dumps(json.dumps(VALUE)[1:-1])[1:-1],
    "percent": quote(VALUE, safe=""),
    "percent, lower": quote(VALUE, safe="").replace("%2F", "%2f").replace("%C3%A9", "%c3%a9").replace("%2B", "%2b"),
    "every letter percent": "".join(f"%{byte:02X}" for byte in VALUE.encode()),
    "every letter escaped": "".join(f"\\u{ord(char):04X}" for char in VALUE),
    "base64": base64.b64encode(VALUE.encode()).decode(),
    "base64 at 1": base64.b64encode(f"x{VALUE}yyy".encode()).decode(),
    "base64 at 2": base64.b64encode(f"xx{VALUE}yy".encode()).decode(),
    "base64url": base64.urlsafe_b64encode(f"?{VALUE}~~".encode()).decode(),
    "hex": VALUE.encode().hex(),
    "HEX": VALUE.encode().hex().upper(),
}


def known(*values: str, replacement: str = "[masked:key]") -> Masked:
    masked = Masked()
    for value in values:
        masked.add(value, replacement)
    return masked


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_found_wherever_a_chunk_ends(form: str) -> None:
    member = f"first line\n(( {FORMS[form]} ))\nlast".encode()
    for cut in range(0, len(member), 3):
        search = FinalSearch(known(VALUE), default_profile())
        search.feed("notes/x.md", member[:cut])
        search.feed("notes/x.md", member[cut:])
        hits = search.hits()
        assert {(hit.member, hit.line, hit.rule) for hit in hits} == {("notes/x.md", 2, "known")}
        assert all(14 <= hit.offset <= 20 for hit in hits)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_swept(form: str) -> None:
    swept = Sweep(known(VALUE)).text(f"é before {FORMS[form]} after", "x")
    assert swept.startswith("é before [masked:")
    assert swept.endswith(" after")
    search = FinalSearch(known(VALUE), default_profile())
    search.feed("m", swept.encode())
    assert search.hits() == []


def test_long_lines_are_looked_at_in_windows() -> None:
    search = FinalSearch(known("Zq97-abcdef"), default_profile())
    member = b"y " * 700_000 + b" Zq97-abcdef " + b"z " * 900_000 + b"\nline two AKIAIOSFODNN7EXAMPLE"
    for start in range(0, len(member), 65_536):
        search.feed("m", member[start : start + 65_536])
    hits = search.hits()
    assert [(hit.offset, hit.line, hit.rule) for hit in hits] == [
        (1_400_001, 1, "known"),
        (member.index(b"AKIA"), 2, "aws-key"),
    ]


def test_patterns_are_found_again_and_members_do_not_run_together() -> None:
    search = FinalSearch(Masked(), default_profile())
    search.feed("a", b"AKIAIOSFOD")
    search.feed("b", b"NN7EXAMPLE\nhttps://u:p@h/ mail a@example.com 4111 1111 1111 1111\n")
    found = [(hit.member, hit.rule) for hit in search.hits()]
    assert sorted(found) == [("b", "card"), ("b", "email"), ("b", "userinfo")]


def test_an_escape_before_a_short_value_is_no_letter_of_it() -> None:
    text = json.dumps({"m": "a\nu-1234 b", "userId": "u-1234"})
    assert "u-1234" not in Redactor(default_profile(), b"k" * 32).json_text(text, "")
    assert Sweep(known("u-1234")).text('{"m":"a\\nu-1234 b"}', "") == '{"m":"a\\n[masked:known] b"}'


def test_a_value_with_masks_in_it_is_kept_without_them() -> None:
    masked = known("abc-123 [masked:key] def-456", "[masked:key]", "unmasked-123", "x [masked:email]")
    assert set(masked.values) == {"abc-123 ", " def-456", "unmasked-123"}


def test_a_value_with_quotes_is_not_sought_across_the_border_of_a_string() -> None:
    sweep = Sweep(known('a12345","b'))
    assert sweep.text('["a12345","b"]', "") == '["a12345","b"]'
    assert sweep.text('["x a12345\\",\\"b y"]', "") == '["x [masked:known] y"]'
    assert sweep.text('note: a12345","b', "") == "note: [masked:known]"


def test_short_values_and_words_are_not_sought_but_ids_are() -> None:
    assert not any(
        map(
            is_telling,
            ("ab1", "abcd", "4711", "expired", "expired!", "12.345678", "-Infinity", "Password", "accessToken", "userID",
             "1234567", "------", "a 1b", ""),
        )
    )  # fmt: skip
    assert all(map(is_telling, ("abc123", "12345678", "p@ssword", "correcthorsebatterystaple", "p4ss", "abc12", "kJHgfdS")))
    search = FinalSearch(known("user_4"), default_profile())
    search.feed("m", b"user_42 xuser_4 user_4x")
    assert search.hits() == []
    search.feed("m", b" (user_4)")
    assert len(search.hits()) == 1


def test_what_came_before_is_swept_and_users_become_their_pseudonyms() -> None:
    redactor = Redactor(default_profile(), b"k" * 32)
    first = redactor.json_text('{"m":"u-123456 came","n":[12345678,"12345678"],"p":"Zq97abc#1"}', "")
    second = redactor.json_text('{"userId":"u-123456","sub":12345678,"password":"Zq97abc#1"}', "")
    shown = json.loads(second)
    swept = json.loads(Sweep(redactor.masked).text(first, ""))
    assert swept["m"] == f"{shown['userId']} came"
    assert swept["n"] == [shown["sub"]] * 2
    assert swept["p"] == "[masked:known]"


def test_what_a_profile_allows_does_not_refuse_the_bundle() -> None:
    from console.areas.incidents.core.redaction import read_profile

    profile = read_profile('[paths]\nallow = ["support"]\n', default_profile())
    redactor = Redactor(profile, b"k" * 32)
    text = redactor.json_text('{"support":"help@example.com","m":"x@example.com"}', "")
    assert text == '{"support":"help@example.com","m":"[masked:email]"}'
    search = FinalSearch(redactor.masked, profile)
    search.feed("events.ndjson", text.encode())
    assert search.hits() == []


def test_blobs_with_known_values_are_dropped() -> None:
    sweep = Sweep(known("Zq97abcdef"))
    assert sweep.blob(b"\x00\x01Zq97abcdef\x00", "t.blob") is None
    assert sweep.blob(b"\x00\x01nothing\x00", "t.blob") == b"\x00\x01nothing\x00"
    assert sweep.report.total == 1


def test_many_values_that_share_most_of_their_text_are_each_found() -> None:
    values = [f"participant-{number:05}@example.com" for number in range(3_000)] + ["u-17", "p4ss", "abc-1"]
    needles = Needles(known(*values))
    text = " | ".join(values).encode()
    assert [found.value for found in needles.find(text)] == values
    assert needles.find(b"nobody@example.com participant-1@example.com u-170 xp4ss abc-12") == []


def test_a_password_alone_in_a_line_of_the_log_is_swept() -> None:
    for password in ("hunter2", "p4ss", "kJHgfdS"):
        redactor = Redactor(default_profile(), b"k" * 32)
        redactor.json_text(json.dumps({"password": password}), "")
        for line in (password, f"tried {password}, then gave up", f"<{password}>", json.dumps(["x", password])):
            swept = Sweep(redactor.masked).text(line, "m")
            assert password not in swept
            assert "[masked:known]" in swept


def test_short_values_are_not_sought_in_base64_and_hex_where_they_stand_by_chance() -> None:
    sweep = Sweep(known("p4ss"))
    for text in (base64.b64encode(b"xp4ssx").decode(), b"p4ss".hex(), "xp4ss", "p4ssed"):
        assert sweep.text(text, "m") == text


def test_what_was_masked_goes_from_process_to_process() -> None:
    one, other = known("Zq97abcdef"), known("Zq97ghijkl", "user-99-abc")
    one.merge(pickle.loads(pickle.dumps(other)))
    assert set(one.values) == {"Zq97abcdef", "Zq97ghijkl", "user-99-abc"}
    long = known("x1" * 500)
    assert all(len(value) < 100 for value in long.values)
    search = FinalSearch(long, default_profile())
    search.feed("m", b"x1" * 500)
    assert search.hits()


def test_no_escape_is_cut_in_two() -> None:
    redactor = Redactor(default_profile(), b"k" * 32)
    text = json.dumps({"userId": "n123456", "m": "a line\n123456 and", "b": json.dumps({"x": "\n123456"})})
    masked = json.loads(redactor.json_text(text, ""))
    assert masked["m"].endswith(" and")
    assert json.loads(masked["b"])
    swept = Sweep(redactor.masked).text(json.dumps({"m": "\n123456", "p": "\\n123456", "b": json.dumps(["\n123456"])}), "")
    assert set(json.loads(swept)) == {"m", "p", "b"}
    assert json.loads(json.loads(swept)["b"])
