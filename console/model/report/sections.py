"""An event's payload as ordered sections of facts, each leaf in one of them and none left out."""

from dataclasses import dataclass
from typing import Any

from console.model.json_path import ROOT, extend
from console.model.report.labels import LONGEST, QUIET, VERBATIM, join_labels, label_of
from console.model.report.places import Place, fold, place_of

MAX_DEPTH = 64
MAX_FACTS = 5_000
"""Beyond so many facts, what remains is kept in whole subtrees."""
MAX_PATH = 2_000
"""Below longer paths nothing is divided: every leaf repeats the path to it."""
_WHOLE_ITEMS = 12
_WHOLE_CHARS = 60

SECTIONS = {
    "overview": "Overview",
    "stack": "Stack",
    "request": "Request",
    "response": "Response",
    "validation": "Validation",
    "flow": "Flow",
    "database": "Database",
    "sync": "Sync",
    "contract": "Contract",
    "environment": "Environment",
    "user": "User",
    "browser": "Browser",
    "actions": "Recent actions",
    "console": "Browser console",
    "performance": "Performance",
    "resolution": "Resolution",
    "other": "Other",
}
"""Key → title, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One leaf of a payload, or a value that is kept whole: a short list, or what is too deep or too much.

    `path` is the way to it (`console.model.json_path`). A fact with an object as its value may hold only those keys
    of the object at `path` that are not among the other facts.
    """

    path: str
    label: str
    value: Any


@dataclass(frozen=True, slots=True)
class Section:
    """Facts that belong together, in the payload's order; `key` is one of `SECTIONS`."""

    key: str
    title: str
    facts: tuple[Fact, ...]


def read_sections(payload: Any) -> tuple[Section, ...]:
    """Return the sections that a decoded event has, in the order of `SECTIONS`. Takes any JSON value.

    Every leaf stands in exactly one section; the work and the number of facts are bounded.
    """
    reader = _Reader()
    reader.read(payload, place_of(payload) if isinstance(payload, dict) else "other", _Spot("", "Payload", "", 0, False))
    return tuple(Section(key, title, tuple(reader.facts[key])) for key, title in SECTIONS.items() if reader.facts[key])


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a value stands: its path, its label, the label above what it holds, and whether keys are shown as they are."""

    path: str
    label: str
    inside: str
    depth: int
    verbatim: bool

    def key(self, key: str) -> "_Spot":
        label = join_labels(self.inside, (key[:LONGEST] or '""') if self.verbatim else label_of(key))
        inside = self.inside if key in QUIET and not self.verbatim else label
        return _Spot(extend(self.path, key), label, inside, self.depth + 1, self.verbatim or key in VERBATIM)

    def item(self, index: int) -> "_Spot":
        label = f"{self.label} #{index + 1}"
        return _Spot(extend(self.path, index), label, label, self.depth + 1, self.verbatim)


class _Reader:
    """Collects facts by section. `room` counts how many facts may be made beyond those that siblings will need."""

    def __init__(self) -> None:
        self.facts: dict[str, list[Fact]] = {key: [] for key in SECTIONS}
        self.room = MAX_FACTS - 1

    def read(self, value: Any, target: Place | str, spot: _Spot) -> None:
        """Put a value, or all that it holds, into sections. Never deeper than MAX_DEPTH."""
        if isinstance(target, Place):
            if isinstance(value, dict) and value:
                self._sort(value, target, spot)
                return
            target = target.section_of(value)
        if _is_whole(value) or spot.depth >= MAX_DEPTH or len(spot.path) > MAX_PATH or len(value) > self.room + 1:
            self._keep(target, spot, value)
            return
        self.room -= len(value) - 1
        if isinstance(value, dict):
            for key, item in value.items():
                self.read(item, target, spot.key(key))
        else:
            for index, item in enumerate(value):
                self.read(item, target, spot.item(index))

    def _sort(self, value: dict[str, Any], place: Place, spot: _Spot) -> None:
        """Put each key where the place says; what it does not name stays together where there is no room."""
        crowded = len(value) > self.room + 1
        if not crowded:
            self.room -= len(value) - 1
        left = {}
        for key, item in value.items():
            target = place.keys.get(fold(key), place.rest if not crowded else None)
            if target is None:
                left[key] = item
            else:
                self.read(item, target if isinstance(target, str | Place) else target(item, value), spot.key(key))
        if left:
            self._keep(place.rest, spot, left)

    def _keep(self, section: str, spot: _Spot, value: Any) -> None:
        self.facts[section].append(Fact(spot.path or ROOT, spot.label, value))


def _is_whole(value: Any) -> bool:
    """Tell whether a value is a leaf, or a list that reads better in one line."""
    if isinstance(value, dict):
        return not value
    if not isinstance(value, list):
        return True
    return len(value) <= _WHOLE_ITEMS and not any(
        isinstance(item, dict | list) or (isinstance(item, str) and len(item) > _WHOLE_CHARS) for item in value
    )
