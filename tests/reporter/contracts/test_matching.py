"""Which contract a path finds."""

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reporter.contracts.contract import Contract
from console.reporter.contracts.matching import Registry
from console.reporter.contracts.templates import open_names, template_key


def contract(endpoint: str, method: str = "", version: str = "1.0", service: str = "server") -> Contract:
    return Contract(service, endpoint, version, method)


def found(registry: Registry, path: str, method: str = "GET", service: str = "server") -> tuple[str, str] | None:
    one = registry.match(service, method, path)
    return (one.endpoint, one.version) if one else None


@pytest.mark.parametrize("endpoint", ["/users/:id", "/users/{id}/", "users/*", "/users/{}", "/users/{user_id}"])
def test_ways_to_write_an_open_segment_are_one(endpoint: str) -> None:
    assert template_key(endpoint) == "/users/*"
    registry = Registry([contract(endpoint)])
    assert [
        found(registry, path) is not None for path in ("/users/17", "/users/17/", "users/a b", "/users/:id", "/users/{x}")
    ] == [True] * 5
    assert [found(registry, path) for path in ("/users", "/users/", "/users/1/2", "/user/1", "", "/")] == [None] * 6


def test_literal_segments_beat_open_ones_and_the_first_that_differs_decides() -> None:
    registry = Registry(
        contract(one) for one in ("/*/b/c", "/a/*/*", "/a/b/:x", "/a/b/c", "/files/{name}.json", "/files/{name}", "/:x")
    )
    assert found(registry, "/a/b/c") == ("/a/b/c", "1.0")
    assert found(registry, "/a/b/d") == ("/a/b/:x", "1.0")
    assert found(registry, "/a/x/c") == ("/a/*/*", "1.0")
    assert found(registry, "/x/b/c") == ("/*/b/c", "1.0")
    assert found(registry, "/files/list.json") == ("/files/{name}.json", "1.0")
    assert found(registry, "/files/.json") == ("/files/{name}", "1.0")
    assert found(registry, "/zzz") == ("/:x", "1.0")


def test_a_method_is_matched_before_any_and_leads_to_the_next_template() -> None:
    registry = Registry([contract("/me", "GET"), contract("/:id", "DELETE"), contract("/:id", ""), contract("/only", "PUT")])
    assert found(registry, "/me", "GET") == ("/me", "1.0")
    match = registry.match("server", "DELETE", "/me")
    assert match is not None
    assert (match.method, match.endpoint) == ("DELETE", "/:id")
    assert registry.match("server", "PATCH", "/x") == contract("/:id", "")
    assert found(registry, "/only", "") == ("/only", "1.0")


def test_the_newest_version_counts_until_it_is_taken_away() -> None:
    registry = Registry(contract("/a", version=one) for one in ("1.9", "1.10", "2.0.0-rc.1", "1.2"))
    assert [one.version for one in registry.versions("server", "", "/a/")] == ["2.0.0-rc.1", "1.10", "1.9", "1.2"]
    assert found(registry, "/a") == ("/a", "2.0.0-rc.1")
    registry.remove("server", "", "/a", "2.0.0-rc.1")
    assert found(registry, "/a") == ("/a", "1.10")
    assert len(registry) == 3
    with pytest.raises(LookupError):
        registry.remove("server", "", "/a", "2.0.0-rc.1")
    for version in ("1.9", "1.10", "1.2"):
        registry.remove("server", "", "/a", version)
    assert (found(registry, "/a"), len(registry), registry.contracts()) == (None, 0, [])
    registry.add(contract("/a"))
    assert found(registry, "/a") == ("/a", "1.0")


def test_adding_a_version_again_replaces_it() -> None:
    registry = Registry([contract("/a")])
    newer = Contract("server", "/a", "1.0", title="again")
    assert found(registry, "/a") is not None
    registry.add(newer)
    assert registry.match("server", "GET", "/a") is newer
    assert registry.contracts() == [newer]


def test_another_service_counts_only_when_it_is_the_only_one() -> None:
    registry = Registry(
        [contract("/a", service="server"), contract("/b", service="server"), contract("/b", service="network")]
    )
    assert found(registry, "/a", service="pwa") == ("/a", "1.0")
    assert found(registry, "/b", service="pwa") is None
    match = registry.match("network", "GET", "/b")
    assert match is not None
    assert match.service == "network"


def test_names_of_open_segments() -> None:
    assert open_names("/users/:id/posts/{post}/*") == {"id": 1, "post": 3}
    assert open_names("/files/{name}.json") == {}


@given(st.lists(st.sampled_from(["", "a", "ab", "-"]), min_size=2, max_size=4), st.text("ab-", min_size=1, max_size=9))
def test_holes_in_a_segment_take_at_least_one_character_each(parts: list[str], segment: str) -> None:
    registry = Registry([contract("/" + "{x}".join(parts))])
    expected = re.fullmatch("[^/]+".join(re.escape(one) for one in parts), segment)
    assert (found(registry, f"/{segment}") is not None) == (expected is not None)


def test_many_holes_in_a_long_segment_end() -> None:
    registry = Registry([contract("/" + "{x}a" * 100 + "b")])
    begun = time.perf_counter()
    assert found(registry, "/" + "a" * 2000) is None
    assert time.perf_counter() - begun < 1


def test_long_paths_match_nothing_and_are_not_kept() -> None:
    registry = Registry([contract("/:a"), contract("/a/*/*/*"), contract("/*" * 1000)])
    for path in ("/" + "x" * 1_000_000, "/a" * 1_000_000, "/a" * 1000):
        assert registry.match("server", "GET", path) is None
    for i in range(20_000):
        assert found(registry, f"/{i}") == ("/:a", "1.0")
    assert len(registry._found) <= 8_192


SEGMENTS = st.lists(st.sampled_from(["a", "b", ":x", "{y}", "*"]), min_size=1, max_size=4)


def fits(template: Sequence[str], path: Sequence[str]) -> bool:
    return len(template) == len(path) and all(
        one == other or one[0] in ":{*" for one, other in zip(template, path, strict=True)
    )


@given(st.lists(SEGMENTS, max_size=8), st.lists(st.sampled_from("abc"), min_size=1, max_size=4))
def test_an_open_template_is_never_picked_where_a_literal_one_fits(templates: list[list[str]], path: list[str]) -> None:
    registry = Registry(contract("/" + "/".join(one)) for one in templates)
    fitting = [one for one in templates if fits(one, path)]
    match = registry.match("server", "GET", "/" + "/".join(path))
    assert (match is None) == (not fitting)
    if match:
        best = min([segment[0] in ":{*" for segment in one] for one in fitting)
        assert [segment[0] in ":{*" for segment in match.endpoint.strip("/").split("/")] == best


def test_a_thousand_contracts_are_found_quickly() -> None:
    registry = Registry(contract(f"/api/v1/area{i % 50}/:id/part{i // 50}", "GET") for i in range(1000))
    paths = [f"/api/v1/area{i % 50}/{i}/part{i % 20}" for i in range(4000)]
    begun = time.perf_counter()
    assert all(registry.match("server", "GET", path) for path in paths)
    assert time.perf_counter() - begun < 1
