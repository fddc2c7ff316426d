"""The labelled errors under `tests/fixtures/grouping`, and how well a grouping agrees with their labels."""

import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from console.areas.errors.core.grouping import Grouping, group_error
from console.model.dialects import Piece
from console.model.reader import read_event

FOLDER = Path(__file__).parents[2] / "fixtures" / "grouping"
_RECEIVED_MS = 1_830_000_000_000


class Labelled(NamedTuple):
    """One error: `label` is its true group, decided when the failing program was written."""

    label: str
    event: dict[str, Any]


class Score(NamedTuple):
    """Pairwise precision and recall, and the worst pairs: (pairs, "wrongly one" or "wrongly two", what)."""

    precision: float
    recall: float
    offenders: list[tuple[int, str, str]]


def is_held_back(label: str) -> bool:
    """Groups of the fifth round: programs that were written, and only measured, after the rules were settled."""
    return label.startswith("five.")


@cache
def labelled_errors() -> tuple[Labelled, ...]:
    """Return every labelled error of every file."""
    lines = (line for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(Labelled(row["group"], row["event"]) for row in map(json.loads, lines))


def grouped(event: dict[str, Any]) -> Grouping:
    """Group one payload as the store does: through the reader, which finds message, category and service."""
    read = read_event(Piece(json.dumps(event), event), _RECEIVED_MS)
    return group_error(read.data, message=read.message, category=read.category, service=read.service)


def measure(errors: list[Labelled]) -> Score:
    """Compare all pairs of errors: together by fingerprint against together by label."""
    cells: Counter[tuple[str, str]] = Counter()
    titles: dict[str, str] = {}
    for error in errors:
        grouping = grouped(error.event)
        cells[error.label, grouping.fingerprint] += 1
        titles[grouping.fingerprint] = f"{grouping.title} | {grouping.culprit} | {grouping.rule}"
    by_label: Counter[str] = Counter()
    by_print: Counter[str] = Counter()
    prints, labels = defaultdict(list), defaultdict(list)
    for (label, fingerprint), count in cells.items():
        by_label[label] += count
        by_print[fingerprint] += count
        prints[label].append(fingerprint)
        labels[fingerprint].append(label)
    right = sum(map(_pairs, cells.values()))
    together, true = sum(map(_pairs, by_print.values())), sum(map(_pairs, by_label.values()))
    offenders = [
        (_pairs(by_print[one]) - sum(_pairs(cells[label, one]) for label in names), "wrongly one", f"{names}: {titles[one]}")
        for one, names in labels.items()
        if len(names) > 1
    ] + [
        (
            _pairs(by_label[name]) - sum(_pairs(cells[name, one]) for one in ones),
            "wrongly two",
            f"{name}: {[titles[one] for one in ones]}",
        )
        for name, ones in prints.items()
        if len(ones) > 1
    ]
    return Score(right / together if together else 1.0, right / true if true else 1.0, sorted(offenders, reverse=True))


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
