import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.sources.core import Profiles, Source, read_profiles, state_text, validate_source
from console.model.address import shown_url

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["active", "sources", "name", "url", "local"]), inner, max_size=4)
    ),
)


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("ws://127.0.0.1:9000/stream", True), ("ws://localhost:1", True), ("ws://[::1]:9000", True),
        ("wss://staging.example/stream", True), ("ws://staging.example", False), ("sse+https://a.example/x?y=1", True),
        ("sse+http://127.0.0.1:3000/api/v1/logs/stream", False), ("/var/log/events.jsonl", False),
        ("~/events.jsonl", False), ("file:///tmp/e.jsonl?speed=10", False),
    ],
)  # fmt: skip
def test_good_sources(url: str, token: bool) -> None:
    assert validate_source("server", url, token) == []


@pytest.mark.parametrize(
    ("name", "url", "token", "said"),
    [
        ("", "ws://h", False, "Give the source a name"), ("a\nb", "ws://h", False, "printable"),
        ("used", "ws://h", False, "Another source"), ("s", " ", False, "Give an address"),
        ("s", "http://h/stream", False, "Did you mean sse+http://"), ("s", "ftp://h", False, "no kind of source"),
        ("s", "ws://", False, "names no host"), ("s", "ws://h:99999", False, "cannot be read"),
        ("s", "ws://[::1", False, "cannot be read"), ("s", "ws://u:hush@h", False, "user or password"),
        ("s", "ws://h/?access_token=hush", False, "never stands in a URL"),
        ("s", "ws://10.0.0.7", True, "not sent unencrypted to 10.0.0.7: use wss://"),
        ("s", "sse+http://h.example", True, "use sse+https://"), ("s", "/tmp/x.jsonl", True, "needs no token"),
        ("s", "ws://localhost.evil.example", True, "not sent unencrypted"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_no_secret_with_it(name: str, url: str, token: bool, said: str) -> None:
    problems = validate_source(name, url, token, ("used",))
    assert any(said in problem for problem in problems)
    assert "hush" not in "".join(problems)


@given(st.text(max_size=40), st.one_of(st.text(max_size=60), st.text(max_size=60).map("ws://".__add__)), st.booleans())
def test_any_text_is_checked_and_redacted_without_an_exception(name: str, url: str, token: bool) -> None:
    assert all(isinstance(problem, str) for problem in validate_source(name, url, token))
    shown_url(url)


@given(st.sampled_from(["token", "access_token", "apiKey", "password", "sig"]), st.text("abcXYZ019%+&@:/#", min_size=1))
def test_secrets_do_not_survive_redaction(key: str, rest: str) -> None:
    shown = shown_url(f"wss://user:hushhush@h.example:9/p?a=1&{key}=hushhush&b=2#{rest}")
    assert "hush" not in shown
    assert shown.startswith("wss://h.example:9/p?a=1&")


def test_a_harmless_address_is_shown_as_it_is() -> None:
    for url in ("ws://127.0.0.1:9000/stream?room=1", "sse+http://[::1]:80/x", "/tmp/a b.jsonl"):
        assert shown_url(url) == url


def test_states_have_a_glyph_and_a_word() -> None:
    assert state_text("live") == "● Live"
    assert state_text("odd") == "? odd"


@given(json_values)
def test_any_setting_gives_usable_profiles(setting: object) -> None:
    profiles = read_profiles(setting)
    assert profiles.active in profiles.sources
    assert read_profiles(json.loads(json.dumps(profiles.to_setting()))) == profiles


def test_sources_are_added_replaced_and_removed_in_the_active_profile() -> None:
    profiles = Profiles("local", {"local": (), "staging": (Source("x", "ws://x"),)})
    two = profiles.with_source(Source("a", "ws://a")).with_source(Source("b", "ws://b", has_token=True))
    renamed = two.with_source(Source("c", "ws://c"), replaced="a")
    assert [source.name for source in renamed.current()] == ["c", "b"]
    assert [source.name for source in renamed.without("c").current()] == ["b"]
    assert renamed.sources["staging"] == profiles.sources["staging"]
    assert "token" not in str(renamed.to_setting()).replace("has_token", "")
