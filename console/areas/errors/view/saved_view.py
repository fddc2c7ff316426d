"""Saved views: a name for statuses, words, order, the window's filter and its span."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from console.areas.errors.store.answers import ORDERS, STATUSES

LIMIT = 24
NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class SavedView:
    """What the list showed when it was saved. `span_ms` None is everything kept."""

    name: str
    statuses: tuple[str, ...]
    words: str = ""
    order: str = "last"
    filter_text: str = ""
    span_ms: int | None = None


def read_views(setting: Any) -> tuple[SavedView, ...]:
    """Return the views of a setting; what is no usable view there is left out."""
    found: dict[str, SavedView] = {}
    for item in setting if isinstance(setting, list) else []:
        view = _read_view(item)
        if view is not None:
            found.setdefault(view.name, view)
    return tuple(found.values())[:LIMIT]


def views_setting(views: Sequence[SavedView]) -> list[dict[str, Any]]:
    """Return JSON types for the settings."""
    return [{**asdict(view), "statuses": list(view.statuses)} for view in views]


def with_view(views: Sequence[SavedView], view: SavedView) -> tuple[SavedView, ...]:
    """Return the views with this one, in the place of one that has its name. Raises ValueError when there are too many."""
    if any(known.name == view.name for known in views):
        return tuple(view if known.name == view.name else known for known in views)
    if len(views) >= LIMIT:
        raise ValueError(f"there are {LIMIT} saved views already; delete one first")
    return (*views, view)


def clean_name(name: str) -> str:
    """Return a name without what cannot be seen, at most NAME_LIMIT characters."""
    return "".join(char if char.isprintable() else " " for char in name).strip()[:NAME_LIMIT].strip()


def _read_view(item: Any) -> SavedView | None:
    if not isinstance(item, dict):
        return None
    name, span_ms, order, statuses = (item.get(key) for key in ("name", "span_ms", "order", "statuses"))
    texts = [item.get(key, "") for key in ("words", "filter_text")]
    if not isinstance(name, str) or not clean_name(name) or not all(isinstance(text, str) for text in texts):
        return None
    known = tuple(status for status in STATUSES if isinstance(statuses, list) and status in statuses)
    good_span = span_ms if type(span_ms) is int and span_ms > 0 else None
    return SavedView(clean_name(name), known, texts[0], order if order in ORDERS else "last", texts[1], good_span)
