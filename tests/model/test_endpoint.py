import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.endpoint import OPEN, endpoint_template, open_path, path_of


@pytest.mark.parametrize(
    ("url", "template"),
    [
        ("/api/v1/conversations/conv_19/messages/17", "/api/v1/conversations/:id/messages/:id"),
        ("http://localhost:3000/api/v1/users/0b9c1c9e-5d0a-4b57-9f65-0a4a5f3d3c11#top", "/api/v1/users/:id"),
        ("/api/v1/circles/{circleId}/feed?page=2", "/api/v1/circles/:id/feed"),
        ("/api/v1/circles/:circleId/feed", "/api/v1/circles/:id/feed"),
        ("/api/v1/acus/search", "/api/v1/acus/search"),
        ("/oauth2/push_token", "/oauth2/push_token"),
        ("/login?next=https://example.org/x", "/login"),
        ("/" + "x" * 22, "/:id"),
        ("https://example.org", "/"),
        ("acu.search", "acu.search"),
        ("", ""),
    ],
)
def test_what_surely_is_an_id_is_left_open(url: str, template: str) -> None:
    assert endpoint_template(url) == template


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/users/7", "/users/*"),
        ("/users/:id/", "/users/*"),
        ("https://h:8080/users/{id}?x=1#y", "/users/*"),
        ("/api/v1/push_token", "/api/v1/*"),
        ("/login?next=https://example.org/x", "/login"),
        ("", "/"),
    ],
)
def test_whatever_may_be_an_id_is_left_open_for_caller_and_handler(url: str, path: str) -> None:
    assert open_path(url) == path


@given(
    st.lists(st.text(max_size=12) | st.sampled_from(["v1", ":id", "{x}", "conv_1", "users", "://", "?", "#"]), max_size=8)
)
def test_templates_are_settled_and_no_more_open_than_open_paths(parts: list[str]) -> None:
    url = "/" + "/".join(parts)
    template = endpoint_template(url)
    assert endpoint_template(template) == template
    assert open_path(open_path(url)) == open_path(url)
    assert template.startswith("/")
    for kept, opened in zip(path_of(url).rstrip("/").split("/"), open_path(url).split("/"), strict=False):
        assert opened in (kept, OPEN)


def test_a_long_url_takes_milliseconds() -> None:
    started = time.perf_counter()
    for piece in ("/x", "/", "1", "_", "a.", "{", "%41", "@"):
        endpoint_template("/" + piece * 2_000)
        open_path("/" + piece * 2_000)
    assert time.perf_counter() - started < 0.3
