"""Paths of a profile: `data.request.headers.x-debug`, `hits[].owner`, `byId.*.name`, `**.debug`."""

import re
from collections.abc import Iterable
from typing import Literal

Ruling = Literal["", "mask", "allow"]

_STEP = re.compile(r'\.?(?:(\*\*)|(\*)|\["((?:\\.|[^"\\])*)"\]|(\[\])|([^.\[\]"*]+))')
_MOST_REMEMBERED = 20_000


class PathRules:
    """Which paths are masked and which allowed, with all that lies below them; masking wins."""

    def __init__(self, mask: Iterable[str], allow: Iterable[str]) -> None:
        """Raise ValueError with the reason when a path cannot be read."""
        self._mask = tuple(map(_compile, mask))
        self._allow = tuple(map(_compile, allow))
        self._known: dict[str, Ruling] = {}
        self.is_empty = not self._mask and not self._allow

    def ruling(self, path: str) -> Ruling:
        """Say what the profile wants of the value at a path (items as `[]`) or below a path that it names."""
        if self.is_empty:
            return ""
        known = self._known.get(path)
        if known is None:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[path] = self._look(path)
        return known

    def _look(self, path: str) -> Ruling:
        if any(rule.match(path) for rule in self._mask):
            return "mask"
        return "allow" if any(rule.match(path) for rule in self._allow) else ""


def _compile(path: str) -> re.Pattern[str]:
    parts: list[str] = []
    place = 0
    text = path.removeprefix("$").removeprefix(".")
    for found in _STEP.finditer(text):
        if found.start() != place:
            break
        place = found.end()
        deep, any_key, quoted, item, plain = found.groups()
        if deep:
            parts.append(r"(?:.*[.\]])?" if not parts else r"\..*")
        elif any_key:
            parts.append(r"\.?[^.\[\]]+")
        elif item:
            parts.append(r"\[\]")
        else:
            parts.append(r"\.?" + re.escape(quoted or plain))
    if not text or place != len(text):
        raise ValueError(f"cannot be read from “{text[place:]}” on; write it like hits[].owner or byId.*.name")
    return re.compile("".join(parts) + r"(?![^.\[])")
