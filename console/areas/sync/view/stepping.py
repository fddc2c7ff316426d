"""What the stepper shows of a conflict: a line for each field, item or hunk of a text; equal ones are folded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from console.areas.sync.core.merge.choice import How, Place
from console.areas.sync.core.merge.values import Path
from console.qt.words import counted

TITLES = ("base", "local", "remote", "result")
GLYPHS = {"same": "=", "auto": "✓", "open": "≠", "review": "◐", "chosen": "✔", "parts": "▾"}
"""Of a line's `kind`."""
Cells = tuple[str | None, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is decided by itself.

    `kind` is a key of `GLYPHS`; *parts* is the head of a text or list that is decided hunk by hunk below it. `cells` are
    the texts of base, local, remote and result, None where there is nothing; they are not drawn when the hunks below
    show them (`has_parts`). `choice` is what a person took, "" while nobody did; `rule` says why it is as it is.
    """

    place: Place
    title: str
    kind: str
    cells: Cells
    rule: str = ""
    choice: str = ""
    choices: tuple[How, ...] = ()
    has_parts: bool = False
    has_base: bool = True
    waiting: bool = False
    """The choice is on its way to the store."""

    @property
    def is_open(self) -> bool:
        return self.kind in ("open", "review")

    @property
    def words(self) -> str:
        """What became of the line, in words."""
        if self.kind == "chosen":
            how = "as merged" if self.choice == "merged" else self.choice
            return f"{how}, to be kept…" if self.waiting else f"{how}, by hand"
        heads = {"same": "equal", "open": f"conflict: {self.rule}", "review": f"review: {self.rule}"}
        return heads.get(self.kind, self.rule)


class Fold(NamedTuple):
    """A run of equal lines, `[start, end)`, shown as one: fields, or the parts of one text or list."""

    start: int
    end: int
    noun: str = "field"

    @property
    def words(self) -> str:
        count = self.end - self.start
        return f"= {count:,} equal {self.noun}{'s' if count > 1 else ''}"


Shown = Line | Fold


def fold_lines(lines: Sequence[Line], open_folds: frozenset[int]) -> list[Shown]:
    """Return the lines with each run of equal ones folded, but those that start at one of `open_folds`."""
    shown: list[Shown] = []
    start = 0
    while start < len(lines):
        first, end = lines[start], start
        while end < len(lines) and lines[end].kind == "same" and _family(lines[end]) == _family(first):
            end += 1
        if end == start:
            shown.append(first)
            start += 1
            continue
        shown += (
            lines[start:end] if start in open_folds else [Fold(start, end, "field" if first.place.hunk is None else "part")]
        )
        start = end
    return shown


def _family(line: Line) -> Path | None:
    """Return what text or list a line is a part of."""
    return None if line.place.hunk is None else line.place.path


class Counts(NamedTuple):
    """Of the lines that ask for a decision: how many have one, and how many there are."""

    decided: int
    asked: int

    @property
    def words(self) -> str:
        return f"{self.decided:,} of {counted(self.asked, 'field')}"


def count_lines(lines: Sequence[Line]) -> Counts:
    """Return how far the deciding is."""
    still = sum(line.is_open for line in lines)
    chosen = sum(line.kind == "chosen" for line in lines)
    return Counts(chosen, chosen + still)


def next_open(lines: Sequence[Line], at: int, step: int) -> int | None:
    """Return the place of the next line (step 1) or the one before (-1) that is open, around the end; None without one."""
    count = len(lines)
    for distance in range(1, count + 1):
        place = (at + step * distance) % count
        if lines[place].is_open:
            return place
    return None


def took(line: Line, how: How, text: str | None = None) -> Line:
    """Return the line as it will be once the store has taken a choice; `text` is what an edit wrote."""
    base, local, remote, result = line.cells
    both = f"{local}{remote}" if line.place.hunk is not None else "…"
    shown = {"base": base, "local": local, "remote": remote, "both": both, "edit": text, "delete": None}.get(how, result)
    return replace(line, kind="chosen", choice=how, cells=(base, local, remote, shown), waiting=True)
