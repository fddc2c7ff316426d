"""Differences in the items of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.reporter.contracts.contract import Schema

if TYPE_CHECKING:
    from console.areas.contracts.core.compatibility.walking import Walk

Node = dict[str, Any]
MAX_PLACES = 200
"""Items that are compared one by one where a schema gives each place its own."""


def compare_arrays(walk: Walk, old: Node, new: Node, path: str) -> None:
    """Note what differs in the items: those with a place of their own, then all others."""
    at = "" if path == "$" else path
    for place in range(min(MAX_PLACES, max(len(_firsts(old)), len(_firsts(new))))):
        walk.node(_item(old, place), _item(new, place), f"{at}[{place}]")
    walk.node(_rest(old), _rest(new), f"{at}[]")


def _firsts(node: Node) -> list[Schema]:
    return node.get("prefixItems") or []


def _item(node: Node, place: int) -> Schema:
    firsts = _firsts(node)
    return firsts[place] if place < len(firsts) else _rest(node)


def _rest(node: Node) -> Schema:
    key = "items" if "items" in node else "unevaluatedItems"
    rest: Schema = node.get(key, True)
    return rest
