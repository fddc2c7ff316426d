"""Merging texts: those of several lines by line, long ones of one line by word."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from console.areas.sync.core.merge.decision import Decision, Hunk, conflict, join
from console.areas.sync.core.merge.diff3 import Region, diff3
from console.areas.sync.core.merge.options import MergeOptions
from console.areas.sync.core.merge.values import Path, TooDeep, stand_in

# A word carries the blanks before it, so that changes of two neighbouring words touch. Where words are written without
# blanks, each character is one.
_IDEOGRAM = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"\s*(?:[{_IDEOGRAM}]|[^\s{_IDEOGRAM}]+)|\s+\Z")
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")


def merge_text(
    path: Path, base: str, local: str, remote: str, options: MergeOptions, *, any_length: bool = False
) -> Decision | None:
    """Merge three texts of which both sides differ from the base. None for short ones, which are one piece.

    A merge by words is only proposed (*review*): words that changed apart may still not go together.
    """
    by_line = "\n" in base or "\n" in local or "\n" in remote
    if not by_line and not any_length and max(len(base), len(local), len(remote)) < options.long_text:
        return None
    find = (_LINE if by_line else _WORD).findall
    sides = find(base), find(local), find(remote)
    hunks = hunks_of(sides, diff3(*sides), text=True)
    unit = "lines" if by_line else "words"
    if any(hunk.kind == "conflict" for hunk in hunks):
        if len(hunks) == 1:
            return None
        return conflict(path, base, local, remote, f"both changed the same {unit}, or touching ones", hunks)
    result = join([hunk.result for hunk in hunks], text=True)
    if by_line and not any_length:
        return Decision(path, "both", "both changed other lines", base, local, remote, result, hunks)
    return Decision(path, "review", f"both changed other {unit}; see whether they go together",
                    base, local, remote, result, hunks)  # fmt: skip


def merge_items(path: Path, base: list[Any], local: list[Any], remote: list[Any]) -> Decision | None:
    """Merge three lists whose items have no ids. None when they share nothing, or are nested too deeply."""
    sides = (base, local, remote)
    try:
        # Small numbers stand for equal items, so that each is hashed once.
        names: dict[Any, int] = {}
        tokens = [[names.setdefault(stand_in(item), len(names)) for item in side] for side in sides]
    except TooDeep:
        return None
    hunks = hunks_of(sides, diff3(*tokens), text=False)
    if any(hunk.kind == "conflict" for hunk in hunks):
        if len(hunks) == 1:
            return None
        return conflict(path, base, local, remote, "both changed the list in one place, or in touching ones", hunks)
    result = join([hunk.result for hunk in hunks], text=False)
    return Decision(path, "both", "both changed the list in other places", base, local, remote, result, hunks)


def hunks_of(sides: tuple[Sequence[Any], ...], regions: Iterable[Region], *, text: bool) -> tuple[Hunk, ...]:
    """Return the regions with what stands in them."""
    base, local, remote = sides
    hunks = []
    for kind, (b, b_end), (m, m_end), (r, r_end) in regions:
        if text:
            was = "".join(base[b:b_end])
            mine = was if kind == "stable" else "".join(local[m:m_end])
            theirs = mine if kind in ("stable", "same") else "".join(remote[r:r_end])
            hunks.append(Hunk(kind, was, mine, theirs))
        else:
            hunks.append(Hunk(kind, tuple(base[b:b_end]), tuple(local[m:m_end]), tuple(remote[r:r_end])))
    return tuple(hunks)
