"""Which segments of paths are names and which are values: told by how many stand side by side, and how often each came."""

from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.drift.siblings import DEEPEST, MOST, SELDOM, Siblings


def seen(*endpoints: str, calls: int = 1) -> Siblings:
    found = Siblings()
    for endpoint in endpoints:
        found.add(endpoint, lambda: calls)
    return found


def words(n: int, before: str = "/notes/", after: str = "") -> list[str]:
    return [f"{before}w{chr(97 + i // 26)}{chr(97 + i % 26)}{after}" for i in range(n)]


def test_one_sibling_too_many_makes_values_of_all() -> None:
    few = seen(*words(MOST))
    assert few.collapsed("/notes/other") == "/notes/other"
    assert few.add("/notes/other", lambda: 0)
    assert few.collapsed("/notes/other") == few.collapsed("/notes/waa") == few.collapsed("/notes/new") == "/notes/{…}"
    assert few.collapsed("/notes") == "/notes"
    assert few.collapsed("/tasks/other") == "/tasks/other"
    assert few.collapsed("/notes/:id") == "/notes/:id"


def test_what_lies_below_values_is_kept_apart_by_its_own_names() -> None:
    found = seen(*words(MOST + 1, "/", "/items"))
    assert found.collapsed("/another/items") == "/{…}/items"
    assert found.collapsed("/another/users/x") == "/{…}/users/x"


def test_values_below_values_collapse_too() -> None:
    found = Siblings()
    for outer in words(MOST + 1, "/dyn/"):
        found.add(found.collapsed(f"{outer}/x"), lambda: 1)
    for inner in words(MOST + 1, "/dyn/other/"):
        found.add(found.collapsed(inner), lambda: 1)
    assert found.collapsed("/dyn/any/thing") == "/dyn/{…}/{…}"


def test_what_is_called_often_stays_a_name() -> None:
    found = seen("/notes/search", calls=SELDOM + 1)
    assert [found.add(word, lambda: 1) for word in words(MOST + 1)] == [False] * MOST + [True]
    assert found.collapsed("/notes/search") == "/notes/search"
    assert found.collapsed("/notes/waa") == "/notes/{…}"
    assert seen(*words(200), calls=SELDOM + 1).collapsed("/notes/new") == "/notes/new"


def test_what_has_collapsed_is_known_again_by_its_template() -> None:
    found = seen("/notes/{…}", "/notes/search")
    assert found.collapsed("/notes/new") == "/notes/{…}"
    assert found.collapsed("/notes/search") == "/notes/search"


def test_paths_that_begin_with_no_slash_and_very_deep_ones_stay() -> None:
    found = seen(*words(50, "notes/"), *words(50, "/a" * (DEEPEST + 1) + "/"))
    assert found.collapsed("notes/new") == "notes/new"
    assert found.collapsed("/a" * (DEEPEST + 1) + "/new") == "/a" * (DEEPEST + 1) + "/new"


PARTS = st.lists(st.sampled_from("abc{}:*…/") | st.text(max_size=3), max_size=5)


@given(st.lists(PARTS.map(lambda parts: "/" + "/".join(parts)), max_size=60))
def test_whatever_comes_collapses_to_itself_or_a_template_that_stays(endpoints: list[str]) -> None:
    found = seen(*endpoints)
    for endpoint in endpoints:
        template = found.collapsed(endpoint)
        assert found.collapsed(template) == template
        assert template.count("/") == endpoint.count("/")
