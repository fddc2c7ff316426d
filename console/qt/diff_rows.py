"""Two or three values side by side as rows of texts: what `console.qt.diff_view` shows. May run on any thread."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from console.model.rendering import Difference, Hunk, brief_json, diff_values

GLYPHS = {"same": "=", "changed": "≠", "added": "+", "removed": "−"}
WORDS = {"same": "equal", "changed": "changed", "added": "added", "removed": "removed"}


class DiffRow(NamedTuple):
    """One field: `kind` is that of `Difference`; `cells` has a text for each title, "" where it is absent."""

    path: str
    kind: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiffRows:
    """`titles` name the columns; `cut` tells that fields were left out."""

    titles: tuple[str, ...]
    rows: tuple[DiffRow, ...]
    cut: bool = False


def diff_rows(titles: tuple[str, str], left: Any, right: Any, max_fields: int = 20_000) -> DiffRows:
    """Compare two decoded values field by field."""
    found = diff_values(left, right, max_fields)
    return DiffRows(titles, tuple(DiffRow(one.path, one.kind, _cells(one)) for one in found.fields), found.cut)


def diff_rows_with_base(titles: tuple[str, str, str], base: Any, left: Any, right: Any) -> DiffRows:
    """Compare two values that came from a third one, which stands before them."""
    found = diff_values(left, right)
    from_base = {one.path: one for side in (right, left) for one in diff_values(base, side).fields}
    rows = [DiffRow(one.path, one.kind, (_base_cell(from_base.get(one.path)), *_cells(one))) for one in found.fields]
    return DiffRows(titles, tuple(rows), found.cut)


def summary_words(rows: DiffRows) -> str:
    """Return "≠ 3 changed, + 1 added, = 40 equal"."""
    counts = {kind: sum(row.kind == kind for row in rows.rows) for kind in ("changed", "added", "removed", "same")}
    words = [f"{GLYPHS[kind]} {count:,} {WORDS[kind]}" for kind, count in counts.items() if count or kind == "same"]
    return ", ".join(words) + (", the rest is left out: too many fields" if rows.cut else "")


def _base_cell(one: Difference | None) -> str:
    return "" if one is None or one.kind == "added" else brief_json(one.left)


def _cells(one: Difference) -> tuple[str, str]:
    if one.hunks:
        return _hunk_text(one.hunks, left=True), _hunk_text(one.hunks, left=False)
    left = "" if one.kind == "added" else brief_json(one.left)
    return left, "" if one.kind == "removed" else brief_json(one.right)


def _hunk_text(hunks: tuple[Hunk, ...], *, left: bool) -> str:
    """Return the lines that differ, each hunk under the number of its first line."""
    parts = []
    for hunk in hunks:
        number, lines = (hunk.left_line, hunk.left) if left else (hunk.right_line, hunk.right)
        parts.append("\n".join([f"line {number}:", *lines]) if lines else "")
    return "\n".join(parts)[:8_000]
