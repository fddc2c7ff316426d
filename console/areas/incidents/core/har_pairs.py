"""Lists of `{name, value}` as HAR has them, as objects and back.

Redaction and the inspector know a secret by the key that it stands under, and under `value` nobody looks for one.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

Json = dict[str, Any]

PAIRS = (
    ("request", "headers"), ("request", "cookies"), ("request", "queryString"), ("request", "postData", "params"),
    ("response", "headers"), ("response", "cookies"),
)  # fmt: skip
"""Where HAR has lists of name and value."""
BODIES = {"request": "postData", "response": "content"}
"""Where it has the texts of bodies."""


class Folded(NamedTuple):
    """`values` holds texts by name, lists of texts where a name came several times; `rest` what an object cannot hold."""

    values: Json
    rest: Json


def fold_pairs(pairs: Any) -> Folded | None:
    """Return a list of `{name, value}` as an object; None for what is no such list, which then stays as it is."""
    if not isinstance(pairs, list) or not all(map(_is_pair, pairs)):
        return None
    by_name: dict[str, list[str]] = {}
    for pair in pairs:
        by_name.setdefault(pair["name"], []).append(pair["value"])
    names = [pair["name"] for pair in pairs]
    rest: Json = {}
    if names != [name for name, values in by_name.items() for _ in values]:
        rest["order"] = names
    more = {
        str(number): others
        for number, pair in enumerate(pairs)
        if (others := {key: value for key, value in pair.items() if key not in ("name", "value")})
    }
    if more:
        rest["more"] = more
    return Folded({name: values[0] if len(values) == 1 else values for name, values in by_name.items()}, rest)


def unfold_pairs(values: Mapping[str, Any], rest: Mapping[str, Any]) -> list[Json]:
    """Return the list again; redaction may have changed names and values in between, none of which is lost."""
    waiting = {name: list(value) if isinstance(value, list) else [value] for name, value in values.items()}
    order, more = rest.get("order"), rest.get("more")
    names = [name for name in order if isinstance(name, str)] if isinstance(order, list) else []
    pairs: list[Json] = [{"name": name, "value": waiting[name].pop(0)} for name in names if waiting.get(name)]
    pairs += [{"name": name, "value": value} for name, several in waiting.items() for value in several]
    if isinstance(more, Mapping):
        for number, pair in enumerate(pairs):
            others = more.get(str(number))
            if isinstance(others, Mapping):
                pair |= others
    return pairs


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, dict) and isinstance(pair.get("name"), str) and isinstance(pair.get("value"), str)
