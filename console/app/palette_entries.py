"""What the command palette offers for what was typed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from console.app.fuzzy import score
from console.app.window_shell import WindowShell
from console.model.area import Area, Ref
from console.model.place import SCHEME, PlaceError, parse_place
from console.qt.actions import is_enabled, shortcut_words
from console.qt.text import clip, visible
from console.store.filter import quote, quote_value

SHOWN = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what it is, its title, its key, and what choosing it does."""

    group: str
    title: str
    detail: str
    run: Callable[[], None]


def entries_for(shell: WindowShell, areas: Iterable[Area], typed: str) -> list[Entry]:
    """Return the best entries for `typed`, best first."""
    typed = typed.strip()
    scored: list[tuple[int, Entry]] = []
    for words, entry in _fixed(shell, areas):
        points = score(typed, words)
        if points is not None:
            scored.append((points, entry))
    scored.sort(key=lambda pair: -pair[0])
    direct = list(_direct(shell, typed)) if typed else []
    first = direct if typed and (typed.isdigit() or typed.startswith(f"{SCHEME}:")) else []
    rest = [] if first else direct
    return [*first, *(entry for _, entry in scored[: SHOWN - len(direct)]), *rest]


def _fixed(shell: WindowShell, areas: Iterable[Area]) -> Iterable[tuple[str, Entry]]:
    for area in areas:
        run = _navigate(shell, Ref(area.name))
        yield f"{area.title} {area.description}", Entry("Area", area.title, area.shortcut, run)
    for state in shell.sources:
        name = str(state.get("name", ""))
        title = f"{clip(visible(name), 60)}"
        yield (
            f"source {name}",
            Entry("Source", title, visible(str(state.get("state", ""))), _navigate(shell, Ref("sources", name))),
        )
    for action in shell.actions.values():
        if action.id.startswith("area.") or not is_enabled(action):
            continue
        words = " ".join((action.title, *action.keywords))
        yield words, Entry("Command", action.title.replace("&", ""), shortcut_words(action), action.run)


def _direct(shell: WindowShell, typed: str) -> Iterable[Entry]:
    """Entries made from the text itself: an address, an event's id, a correlation, a search."""
    shown = clip(visible(typed), 60)
    if typed.startswith(f"{SCHEME}:"):
        try:
            yield Entry("Place", shown, "go there", _navigate(shell, parse_place(typed)))
        except PlaceError as error:
            yield Entry("Place", f"{error}", "", lambda: None)
        return
    if re.fullmatch(r"[0-9]{1,15}", typed):
        number = int(typed)
        yield Entry("Event", f"Event {number}", "open in the inspector", lambda: shell.inspect(number))
    if not re.search(r"\s", typed):
        yield Entry(
            "Correlation",
            shown,
            f"filter correlation:{shown}",
            lambda: shell.set_filter(f"correlation:{quote_value(typed)}"),
        )
        yield Entry("Entity", shown, f"filter entity:{shown}", lambda: shell.set_filter(f"entity:{quote_value(typed)}"))
    yield Entry("Search", shown, "filter by this text", lambda: shell.set_filter(quote(typed)))


def _navigate(shell: WindowShell, ref: Ref) -> Callable[[], None]:
    return lambda: shell.navigate(ref)
