"""Finds what to mask in a text of any kind: by patterns, by names beside values, in addresses, SQL and encoded texts."""

from collections.abc import Iterator
from typing import NamedTuple

from console.areas.incidents.core.redaction.cuts import Cut, clear_of_masks, is_mask, mask, merge, url_mask
from console.areas.incidents.core.redaction.encoded import DEEPEST, find_encoded
from console.areas.incidents.core.redaction.glance import Glance, Glancer
from console.areas.incidents.core.redaction.json_tree import Node, parse
from console.areas.incidents.core.redaction.json_walk import JsonWalk
from console.areas.incidents.core.redaction.masked import Masked
from console.areas.incidents.core.redaction.named import find_named
from console.areas.incidents.core.redaction.names import Holds, Names
from console.areas.incidents.core.redaction.paths import PathRules
from console.areas.incidents.core.redaction.profile import Profile
from console.areas.incidents.core.redaction.pseudonym import Pseudonyms
from console.areas.incidents.core.redaction.respelled import Respelled
from console.areas.incidents.core.redaction.sql import find_literals
from console.areas.incidents.core.redaction.urls import find_userinfo

DEEPEST_JSON = 6
"""How often JSON may stand in strings of JSON; a text below that is looked through as plain text."""
_OPENINGS = ("{", "[", '"')
_NOTHING = frozenset(("null", "none", "nil", "true", "false", "undefined"))
_MOST_CLEAN = 32_768
_LONGEST_CLEAN = 48


class Depth(NamedTuple):
    """How many JSON texts and how many encodings are around a text."""

    json: int = 0
    coded: int = 0


OUTERMOST = Depth()


class Finder:
    """The rules of one profile under one key."""

    def __init__(self, profile: Profile, key: bytes, masked: Masked, *, again: bool = False) -> None:
        self.names = Names(profile.secret, profile.allow, profile.user, profile.session, profile.perhaps)
        self.paths = PathRules(profile.mask_paths, profile.allow_paths)
        self.pseudonyms = Pseudonyms(key, again=again)
        self.masked = masked
        self._glancer = Glancer(profile.patterns, self.names)
        self._clean: set[str] = set()
        self.in_json = JsonWalk(self)

    def may_hold(self, text: str) -> bool:
        """Tell cheaply whether a JSON text has to be walked; profiles with paths have every text walked."""
        return not self.paths.is_empty or self._glancer.glance_json(text)

    def around(self, text: str) -> list[tuple[int, int, str]]:
        """Return, in order, what patterns find in a JSON text as it is written, by names that stand before a string."""
        return sorted((*span, pattern.name) for pattern in self._glancer.around(text) for span in pattern.spans(text))

    def json(self, text: str, path: str, depth: Depth = OUTERMOST) -> list[Cut]:
        """Return what to mask in a JSON text; a text that is none is searched as plain text."""
        root = parse(text)
        return self.tree(text, root, path, depth) if root is not None else self.text(text, path, depth)

    def tree(self, text: str, root: Node, path: str, depth: Depth) -> list[Cut]:
        """Return what to mask in a JSON text that was read already."""
        return self.in_json.cuts(text, root, path, depth)

    def text(self, text: str, path: str, depth: Depth = OUTERMOST) -> list[Cut]:
        """Return what to mask in a text, merged."""
        if text in self._clean or len(text) < 5:
            return []
        if depth.json < DEEPEST_JSON and text.lstrip(" \t\r\n")[:1] in _OPENINGS and len(text) > 5:
            root = parse(text)
            if root is not None:
                return self.tree(text, root, path, depth._replace(json=depth.json + 1))
        glance = self._glancer.glance(text)
        if glance is None:
            if len(text) <= _LONGEST_CLEAN:
                if len(self._clean) >= _MOST_CLEAN:
                    self._clean.clear()
                self._clean.add(text)
            return []
        cuts = self._seen(text, glance, path, depth)
        return merge(clear_of_masks(cuts, text), text) if cuts else cuts

    def _seen(self, text: str, glance: Glance, path: str, depth: Depth) -> list[Cut]:
        """Return what is in a text of all that a glance at it saw, in no order."""
        cuts: list[Cut] = []
        for pattern in glance.patterns:
            cuts += [self._cut(text, *span, pattern.name, path) for span in pattern.spans(text)]
        if glance.names:
            cuts += self._named(text, path)
        if glance.urls:
            cuts += [self._cut(text, *span, "userinfo", path, in_url=True) for span in find_userinfo(text)]
        if glance.sql:
            for literal in find_literals(text, self.names):
                value = text[literal.start : literal.end]
                if not is_mask(value.strip("'")) and not self.pseudonyms.gave(value):
                    cuts.append(self.held(literal.start, literal.end, literal.holds, value, path, "sql"))
        for form in glance.forms:
            for start, end, holds in form.find(text, self.names):
                cuts += self._formed(text, start, end, holds, form.name, path)
        if glance.encoded:
            cuts += self._encoded(text, path, depth)
        if glance.respelled:
            cuts += self._respelled(text, path, depth)
        return cuts

    def held(self, start: int, end: int, holds: Holds, value: str, path: str, rule: str = "key") -> Cut:
        """Return the cut for a value whose name says what it is."""
        if holds == "user" or holds == "session":
            return Cut(start, end, holds, path, self.pseudonyms.of(value, holds), value)
        return Cut(start, end, rule, path, mask(rule), value)

    def _named(self, text: str, path: str) -> Iterator[Cut]:
        for found in find_named(text, self.names):
            if found.holds != "secret":
                if not self.pseudonyms.gave(found.value):
                    yield self.held(found.start, found.end, found.holds, found.value, path)
            else:
                replacement = url_mask("key") if found.in_url else mask("key")
                yield Cut(found.start, found.end, "key", path, replacement, found.value)

    def _cut(self, text: str, start: int, end: int, rule: str, path: str, *, in_url: bool = False) -> Cut:
        before = text[max(0, start - 200) : start]
        address = before.rfind("://")
        in_url = in_url or (address >= 0 and not any(char in " \t\r\n\"'<>" for char in before[address:]))
        return Cut(start, end, rule, path, url_mask(rule) if in_url else mask(rule), text[start:end])

    def _formed(self, text: str, start: int, end: int, holds: Holds, rule: str, path: str) -> Iterator[Cut]:
        value = text[start:end]
        if not value or is_mask(value.strip("\"'.,;:)")) or value.lower() in _NOTHING:
            return
        if holds == "secret":
            yield self._cut(text, start, end, rule, path)
        elif not self.pseudonyms.gave(value):
            yield self.held(start, end, holds, value, path, rule)

    def _respelled(self, text: str, path: str, depth: Depth) -> Iterator[Cut]:
        """Find what the text says where its letters are written otherwise: `&#112;assword`, `pass\u200bword`."""
        if depth.coded >= DEEPEST:
            return
        plain = Respelled(text)
        if plain.text == text:
            return
        for cut in self.text(plain.text, path, depth._replace(coded=depth.coded + 1)):
            start, end = plain.span(cut.start, cut.end)
            self.masked.add(cut.value, cut.replacement.strip('"'))
            if not is_mask(text[start:end]):
                yield cut._replace(start=start, end=end, value=text[start:end], replacement=cut.replacement.strip('"'))

    def _encoded(self, text: str, path: str, depth: Depth) -> Iterator[Cut]:
        """Mask an encoded text as a whole when it says anything that would be masked."""
        if depth.coded >= DEEPEST:
            return
        for found in find_encoded(text):
            inner = self.text(found.said, path, depth._replace(coded=depth.coded + 1))
            if not inner and found.form == "percent" and is_mask(found.said):
                continue
            if inner and not (found.form == "percent" and is_mask(text[found.start : found.end])):
                for cut in inner:
                    self.masked.add(cut.value, cut.replacement)
                yield self._cut(text, found.start, found.end, f"{found.form}-{inner[0].rule}", path)
