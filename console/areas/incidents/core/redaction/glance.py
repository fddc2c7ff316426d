"""A cheap look at a text that says what in it deserves a closer one. It may err only by saying too much."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from console.areas.incidents.core.redaction.encoded import holds_run
from console.areas.incidents.core.redaction.names import Names
from console.areas.incidents.core.redaction.pattern import Pattern

_SQL_HINTS = (
    *("values(", "values (", "values  (", "values\n", "values\\n", "[sql:", ")=(", "failing row", " like ", " in (", "<>"),
    *("bind:", "binds:", "params:", "params=", "parameters:", "parameters=", "parameters [", "params [", "='", "= '", "!="),
)
_URL_HINT = "://"
_ESCAPED_LETTER = "\\u00"
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_SPACED_COLON = re.compile(r'"[ \t\r\n]+:')
_FIRST_ITEM = re.compile(r'\[\s*\\*"([^"\\]{1,128})\\*"\s*,')
_NAMED_VALUES = ("value", "value\\", "rawHeaders", "rawHeaders\\")
_NAMES = re.compile(r"(?<![\w.%$-])([\w.%$\[\]-]{1,128}+)[\\\"']*[ \t]?(?==|:)")
STATEMENTS = frozenset(("query", "sql", "statement"))
PARAMETERS = frozenset(("params", "parameters", "values", "bindings", "args", "bind", "binds"))
_STATEMENTS = STATEMENTS | {name.title() for name in STATEMENTS} | {name.upper() for name in STATEMENTS}
_PARAMETERS = PARAMETERS | {name.title() for name in PARAMETERS} | {name.upper() for name in PARAMETERS}


class Glance(NamedTuple):
    """What was seen: patterns to run, and whether names, addresses, SQL and encoded texts are to be looked at."""

    patterns: Sequence[Pattern]
    names: bool
    urls: bool
    sql: bool
    encoded: bool


class Glancer:
    """Glances for one profile."""

    def __init__(self, patterns: Sequence[Pattern], names: Names) -> None:
        self._names = names
        self._always = tuple(pattern for pattern in patterns if not pattern.hints)
        self._hinted: list[tuple[Pattern, ...]] = []
        hints: dict[str, list[Pattern]] = {hint: [] for hint in (_URL_HINT, _ESCAPED_LETTER, *_SQL_HINTS)}
        for pattern in patterns:
            for hint in pattern.hints:
                hints.setdefault(hint, []).append(pattern)
        self._hints = tuple(hints)
        self._hinted = [tuple(found) for found in hints.values()]
        self._search = AhoCorasick(self._hints, implementation=Implementation.DFA)

    def glance(self, text: str) -> Glance | None:
        """Return what a plain text may hold, None when nothing."""
        seen = {found[0] for found in self._search.find_matches_as_indexes(text.lower(), overlapping=True)}
        patterns = [pattern for pattern in self._always if pattern.may_match(text)]
        for index in seen:
            patterns += [pattern for pattern in self._hinted[index] if pattern not in patterns]
        names = ("=" in text or ":" in text) and self._holds_name(text)
        encoded = holds_run(text) or ("%" in text and _PERCENT.search(text) is not None)
        sql = any(2 <= index < 2 + len(_SQL_HINTS) for index in seen)
        urls = 0 in seen
        if not (patterns or names or encoded or sql or urls):
            return None
        return Glance(patterns, names, urls, sql, encoded)

    def glance_json(self, text: str) -> bool:
        """Tell whether a JSON text has to be walked."""
        keys = {piece.rpartition('"')[2] for piece in text.split('":')[:-1]}
        if not _STATEMENTS.isdisjoint(keys) and not _PARAMETERS.isdisjoint(keys):
            return True
        if not keys.isdisjoint(_NAMED_VALUES):
            return True
        keys -= self._names.dull
        if keys and self._names.matter(keys):
            return True
        if _SPACED_COLON.search(text) or ("[" in text and self._holds_pair(text)):
            return True
        seen = {found[0] for found in self._search.find_matches_as_indexes(text.lower(), overlapping=True)}
        if seen:
            return True
        if any(pattern.may_match(text) for pattern in self._always):
            return True
        if ("=" in text or text.count(":") != text.count('":')) and self._holds_name(text):
            return True
        return holds_run(text) or ("%" in text and _PERCENT.search(text) is not None)

    def _holds_name(self, text: str) -> bool:
        names = set(_NAMES.findall(text)) - self._names.dull
        return bool(names) and self._names.matter(names)

    def _holds_pair(self, text: str) -> bool:
        firsts = set(_FIRST_ITEM.findall(text)) - self._names.dull
        return bool(firsts) and self._names.matter(firsts)
