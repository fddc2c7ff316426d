"""A cheap look at a text that says what in it deserves a closer one. It may err only by saying too much."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from console.areas.incidents.core.redaction.encoded import SPACED_HEX_HINTS, holds_run
from console.areas.incidents.core.redaction.json_hints import HINTS, Beside, hold_bytes, in_doubt
from console.areas.incidents.core.redaction.names import Names
from console.areas.incidents.core.redaction.pattern import Pattern
from console.areas.incidents.core.redaction.respelled import HINTS as RESPELLED_HINTS
from console.areas.incidents.core.redaction.respelled import holds_odd
from console.areas.incidents.core.redaction.text_forms import FORMS, NOUNS, Form

_SQL_HINTS = (
    *("values(", "values (", "values  (", "values\n", "values\\n", "[sql:", ")=(", "failing row", " like ", " in (", "<>"),
    *("identified", "with password", "encrypted password", "set password", "crypt(", "hmac(", "set_config(", "password("),
    *(") select", ")\nselect", ")\\nselect", "sha2(", "md5("),
    *("bind:", "binds:", "params:", "params=", "parameters:", "parameters=", "parameters [", "params [", "='", "= '", "!="),
)
_URL_HINT = "://"
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_SPACED_COLON = re.compile(r'"[ \t\r\n]+:')
_FIRST_ITEM = re.compile(r'\[\s*\\*"([^"\\]{1,128})\\*"\s*,')
_NAMES = re.compile(r"(?<![\w.%$-])([\w.%$\[\]-]{1,128}+)[\\\"']*[ \t]{0,8}(?==|:)")
_OUTSIDE_PROSE = ("\\", "\n", "\t", "'", "`", " -", '"-')
"""Escapes, lines, quotes and options: with one of them a text, or a JSON text, is more than words."""
_SAYS = re.compile(
    r"[\w-]{0,20}(?:[ \t]+(?:is|was|are|has|been|equals|set|changed|reset|for|of|to|:=)(?![\w-])"
    r"|[ \t]*(?:[-=]{1,2}>|[→⇒➜⟶»–—|(<{\[])|[ \t]+(?:(?=[^\s\"]{0,400}\d)[^\s\"]{12}|[^\s\"]{16}))"
)
"""What follows upon a noun where a value is said in words (see `said`): the words for it, an arrow, or what is no word."""
STATEMENTS = frozenset(("query", "sql", "statement"))
PARAMETERS = frozenset(("params", "parameters", "values", "bindings", "args", "bind", "binds"))
_STATEMENTS = STATEMENTS | {name.title() for name in STATEMENTS} | {name.upper() for name in STATEMENTS}
_PARAMETERS = PARAMETERS | {name.title() for name in PARAMETERS} | {name.upper() for name in PARAMETERS}


class Glance(NamedTuple):
    """What was seen: patterns and forms to try; whether names, addresses, SQL, encoded texts … are to be looked at."""

    patterns: Sequence[Pattern]
    forms: Sequence[Form]
    names: bool
    urls: bool
    sql: bool
    encoded: bool
    respelled: bool


_AT_SQL = 1
_AT_RESPELLED = _AT_SQL + len(_SQL_HINTS)
_AT_HEX = _AT_RESPELLED + len(RESPELLED_HINTS)
_AT_END = _AT_HEX + len(SPACED_HEX_HINTS)
_LAYOUT = next(at for at, form in enumerate(FORMS) if form.name == "layout")


class Glancer:
    """Glances for one profile."""

    def __init__(self, patterns: Sequence[Pattern], names: Names) -> None:
        self._names = names
        self._always = tuple(pattern for pattern in patterns if not pattern.hints)
        self._hinted: list[tuple[Pattern, ...]] = []
        first = (_URL_HINT, *_SQL_HINTS, *RESPELLED_HINTS, *SPACED_HEX_HINTS)
        hints: dict[str, list[Pattern]] = {hint: [] for hint in first}
        for pattern in patterns:
            for hint in pattern.hints:
                hints.setdefault(hint, []).append(pattern)
        for hint in (*HINTS, *(hint for form in FORMS for hint in form.hints)):
            hints.setdefault(hint, [])
        self._hints = tuple(hints)
        self._forms = [frozenset(at for at, form in enumerate(FORMS) if hint in form.hints) for hint in self._hints]
        self._hinted = [tuple(found) for found in hints.values()]
        self._bare = {
            at
            for at, found in enumerate(self._hinted)
            if found and not self._forms[at] and self._hints[at] not in HINTS and all(pattern.is_bare for pattern in found)
        }
        """Hints of single words only: what they stand for is sought at once."""
        self._search = AhoCorasick(self._hints, implementation=Implementation.DFA)
        self._nouns = {
            at
            for at, hint in enumerate(self._hints)
            if hint in NOUNS and not hint.endswith(" is") and not self._hinted[at] and hint not in HINTS
        }
        """Hints of what is said in words, and of nothing else once there are no escapes, quotes or options."""
        self._beside = Beside(names)
        self._grouped = {at for at, found in enumerate(self._hinted) if any(pattern.group for pattern in found)}

    def glance(self, text: str) -> Glance | None:
        """Return what a plain text may hold, None when nothing."""
        matches = self._matches(text)
        seen = {found[0] for found in matches}
        if not self._nouns.isdisjoint(seen) and '"' not in text and "/" not in text and not self._says(text, matches):
            seen -= self._nouns  # mere prose
        patterns = [pattern for pattern in self._always if pattern.may_match(text)]
        for index in seen:
            patterns += [pattern for pattern in self._hinted[index] if pattern not in patterns]
        names = ("=" in text or ":" in text) and self._holds_name(text)
        forms = frozenset[int]().union(*(self._forms[index] for index in seen))
        if names:
            forms |= {_LAYOUT}
        encoded = (
            any(_AT_HEX <= index < _AT_END for index in seen)
            or holds_run(text, self._may_hold)
            or ("%" in text and _PERCENT.search(text) is not None)
        )
        sql = any(_AT_SQL <= index < _AT_RESPELLED for index in seen)
        respelled = any(_AT_RESPELLED <= index < _AT_HEX for index in seen) or holds_odd(text)
        urls = 0 in seen
        if not (patterns or names or encoded or sql or urls or forms or respelled):
            return None
        return Glance(patterns, [FORMS[at] for at in sorted(forms)], names, urls, sql, encoded, respelled)

    def _seen(self, text: str) -> set[int]:
        """Return the hints that stand in a text, by number."""
        return {found[0] for found in self._matches(text)}

    def _matches(self, text: str) -> list[tuple[int, int, int]]:
        """Return (number, start, end) of each hint in a text in lower case."""
        lowered = text.lower()
        try:
            return self._search.find_matches_as_indexes(lowered, overlapping=True)
        except UnicodeEncodeError:  # half a pair of surrogates, as JavaScript makes by cutting an emoji
            return self._search.find_matches_as_indexes(lowered.encode("utf-8", "replace").decode(), overlapping=True)

    def _says(self, text: str, matches: Sequence[tuple[int, int, int]]) -> bool:
        """Tell whether one of the nouns in a JSON text may stand before a value."""
        if any(sign in text for sign in _OUTSIDE_PROSE) or text.startswith("-"):
            return True
        lowered = text.lower()
        return any(_SAYS.match(lowered, end) for index, _, end in matches if index in self._nouns)

    def _may_hold(self, text: str) -> bool:
        return self.glance(text) is not None

    def glance_json(self, text: str) -> bool:
        """Tell whether a JSON text has to be walked."""
        keys = {piece.rpartition('"')[2] for piece in text.split('":')[:-1]}
        if not _PARAMETERS.isdisjoint(keys) and ("text" in keys or not _STATEMENTS.isdisjoint(keys)):
            return True
        new = keys - self._names.dull
        if new and self._names.matter(new):
            return True
        if "\\u" in text and any("\\u" in key for key in keys):
            return True
        doubtful = new & self._names.maybe
        if doubtful and in_doubt(text, doubtful, self._names):
            return True
        if self._beside.stands(text, keys):
            return True
        if _SPACED_COLON.search(text) or ("[" in text and self._holds_pair(text)):
            return True
        matches = self._matches(text)
        seen = {found[0] for found in matches}
        more = seen - self._bare
        if (more and (not more <= self._nouns or self._says(text, matches))) or holds_odd(text):
            return True
        if seen and any(pattern.may_match(text) for index in seen for pattern in self._hinted[index]):
            return True
        if any(pattern.may_match(text) for pattern in self._always):
            return True
        if ("=" in text or text.count(":") != text.count('":')) and self._holds_name(text):
            return True
        return hold_bytes(text) or holds_run(text, self._may_hold) or ("%" in text and _PERCENT.search(text) is not None)

    def around(self, text: str) -> list[Pattern]:
        """Return the patterns that look at what stands around a value (they mask a group) and may match a text."""
        if not self._grouped:
            return []
        seen = self._seen(text)
        return [pattern for index in seen & self._grouped for pattern in self._hinted[index] if pattern.group]

    def _holds_name(self, text: str) -> bool:
        names = set(_NAMES.findall(text)) - self._names.dull
        if not names:
            return False
        return self._names.matter(names) or any(
            f"{name}{sign}" in text for name in names & self._names.maybe for sign in ("=", ":", " =", " :")
        )

    def _holds_pair(self, text: str) -> bool:
        firsts = set(_FIRST_ITEM.findall(text)) - self._names.dull
        return bool(firsts) and self._names.matter(firsts)
