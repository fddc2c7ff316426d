"""References inside one document (RFC 6901 pointers in the fragment of `$ref`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from console.areas.contracts.core.source_tokens import Path

COMPONENT = ("components", "schemas")
_LONGEST_CHAIN = 32


class Unreadable(ValueError):
    """Something that keeps one operation from being read; `path` is where it stands."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(what)
        self.path, self.what = path, what


def find(document: Any, pointer: Path) -> Any:
    """Return what stands at a path; raises LookupError."""
    value = document
    for key in pointer:
        if isinstance(value, list):
            value = value[int(key)] if str(key).isdecimal() else value[len(value)]
        elif isinstance(value, dict):
            value = value[str(key)]
        else:
            raise LookupError(key)
    return value


def target_of(document: Any, ref: Any, path: Path, base: Path = ()) -> Path:
    """Return the path that the reference at `path` leads to, in this document or below `base`; raises `Unreadable`.

    From the document's root a reference is looked for first; writers of schemas also mean the root of their schema (`base`).
    """
    if not isinstance(ref, str):
        raise Unreadable(path, "$ref wants a text")
    if ref[:1] != "#":
        raise Unreadable(
            path, f"refers to another file or address, which is not read: {ref[:100]!r}; bundle it into this one"
        )
    if ref not in ("", "#") and ref[:2] != "#/":
        raise Unreadable(path, f"refers to an anchor, which is not read: {ref[:100]!r}; use #/components/schemas/…")
    pointer: Path = (
        tuple(unquote(part).replace("~1", "/").replace("~0", "~") for part in ref[2:].split("/")) if ref[2:] else ()
    )
    for start in ((), base):
        try:
            find(document, (*start, *pointer))
        except LookupError:
            continue
        return (*start, *pointer)
    raise Unreadable(path, f"refers to {ref[:100]!r}, which this document does not hold")


def resolve(document: Any, value: Any, path: Path) -> tuple[dict[str, Any], Path]:
    """Return the object that stands at `path` or that its `$ref` leads to, and where that is; raises `Unreadable`."""
    for _ in range(_LONGEST_CHAIN):
        if not isinstance(value, dict):
            raise Unreadable(path, "wants an object")
        if "$ref" not in value:
            return value, path
        path = target_of(document, value["$ref"], (*path, "$ref"))
        value = find(document, path)
    raise Unreadable(path, "refers to itself")


def name_of(target: Path) -> str:
    """Return the name that a schema gets under `$defs`: that of the component, else its whole path."""
    if len(target) == 3 and target[:2] == COMPONENT and "/" not in str(target[2]):
        return str(target[2])
    return "/".join(escape(str(part)) for part in target)


def place_of(name: str) -> Path:
    """Return where a schema under `$defs` came from; the inverse of `name_of`."""
    if "/" not in name:
        return (*COMPONENT, name)
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in name.split("/"))


@lru_cache(maxsize=4096)
def ref_to(name: str, prefix: str = "#/$defs/") -> str:
    """Return the `$ref` to a name."""
    return prefix + quote(escape(name), safe="~!$&'()*+,;=:@")


def escape(key: str) -> str:
    """Return a key as it stands in a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
