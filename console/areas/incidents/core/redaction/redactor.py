"""Masks texts, JSON texts, values and raw bytes by a profile; what is not masked stays byte for byte."""

import json
from typing import Any

from console.areas.incidents.core.redaction.cuts import Cut, apply, mask, merge, numbered
from console.areas.incidents.core.redaction.finder import Finder
from console.areas.incidents.core.redaction.json_tree import parse
from console.areas.incidents.core.redaction.masked import Masked, is_telling
from console.areas.incidents.core.redaction.occurrences import bare_number, find_value
from console.areas.incidents.core.redaction.profile import Profile
from console.areas.incidents.core.redaction.pseudonym import is_pseudonym
from console.areas.incidents.core.redaction.quoted import holds_at, tells_kinds_only
from console.areas.incidents.core.redaction.raw import as_text, other_readings
from console.areas.incidents.core.redaction.report import Report

_MOST_PASSES = 4
_MOST_SOUGHT = 500
"""Values of one text that are sought in it again; `Sweep` seeks them all."""


class Redactor:
    """Redacts the texts of one bundle. `key` is the bundle's own, for the pseudonyms of users.

    `report` counts what was masked; `masked` keeps the values for `Sweep`, which takes them out wherever else they stand
    (also in texts that came before), and for `FinalSearch`. `again`: the texts come out of a bundle, whose pseudonyms stay.
    """

    def __init__(self, profile: Profile, key: bytes, *, again: bool = False) -> None:
        self.report = Report()
        self.masked = Masked()
        self._finder = Finder(profile, key, self.masked, again=again)

    def text(self, text: str, place: str) -> str:
        """Return a text (a message, a note, a file's name) without its secrets; `place` is named in the report."""
        return self._redact(text, place, is_json=False)

    def quoted(self, text: str, path: str, place: str) -> str:
        """Return a text that quotes the value at `path`: masked whole when a name there says what it is."""
        holds = holds_at(self._finder.names, path)
        if not holds or tells_kinds_only(text):
            return self.text(text, place)
        value = text.strip('"')
        whole = self._finder.held(0, len(text), holds, value, place)
        if value != text or " " in text:  # a sentence, or JSON: no id by itself
            whole = whole._replace(replacement=mask(whole.rule))
        if " " not in value:
            self._remember([whole])
        self.report.add([whole], "")
        return whole.replacement

    def json_text(self, text: str, place: str) -> str:
        """Return a JSON text in which only the masked spans changed; what is no JSON is redacted as a text."""
        if not self._finder.may_hold(text):
            return text
        return self._redact(text, place, is_json=True)

    def value(self, value: Any, place: str) -> Any:
        """Return a decoded JSON value without its secrets; the value itself when it has none."""
        if value is None or isinstance(value, bool):
            return value
        text = json.dumps(value, ensure_ascii=False)
        masked = self.json_text(text, place)
        return value if masked == text else json.loads(masked)

    def blob(self, raw: bytes, place: str) -> bytes | None:
        """Return raw bytes without their secrets: a text with them masked; None for anything else that holds one."""
        text = as_text(raw)
        if text is not None:
            masked = self.json_text(text, place) if parse(text) is not None else self.text(text, place)
            return raw if masked == text else masked.encode()
        for reading in other_readings(raw):
            cuts = self._finder.json(reading, place)
            if cuts:
                self._remember(cuts)
                self.report.add(cuts[:1], "")
                return None
        return raw

    def spans(self, text: str, place: str = "", *, is_json: bool = True) -> list[Cut]:
        """Return what the rules find in a text, in order, without counting it."""
        return self._finder.json(text, place) if is_json else self._finder.text(text, place)

    def _redact(self, text: str, place: str, *, is_json: bool) -> str:
        """Mask until nothing more is found: a replacement can set apart what was one word before."""
        done: list[Cut] = []
        for _ in range(_MOST_PASSES):
            cuts = self.spans(text, place, is_json=is_json)
            if not cuts:
                break
            self._remember(cuts)
            done += cuts
            is_final = is_json and text[-1] in "}]" and all(_is_whole(text, cut) for cut in cuts)
            masked = apply(text, cuts)
            text = self._again(masked, cuts, done, place)
            if is_final and text == masked:
                break
        if done:
            self.report.add(done, text)
        return text

    def _again(self, text: str, cuts: list[Cut], done: list[Cut], place: str) -> str:
        """Mask the values of these cuts wherever else they stand in the text."""
        values = {cut.value: cut.replacement for cut in cuts}
        for value, replacement in list(values.items())[:_MOST_SOUGHT]:
            if not is_telling(value) or len(value) > 1_000 or "[masked" in value:
                continue
            bare = replacement.strip('"')
            rule = bare.partition("_")[0] if is_pseudonym(bare) else "known"
            more = [Cut(start, end, rule, place, bare, value) for start, end in find_value(text, value)]
            if more:
                text = apply(text, numbered(merge((_quoted(text, cut) for cut in more), text), text))
                done += more
        return text

    def _remember(self, cuts: list[Cut]) -> None:
        for cut in cuts:
            self.masked.add(cut.value, cut.replacement.strip('"'))


def _quoted(text: str, cut: Cut) -> Cut:
    number = bare_number(text, cut.start, cut.end)
    return cut._replace(start=number[0], end=number[1], replacement=f'"{cut.replacement}"') if number else cut


def _is_whole(text: str, cut: Cut) -> bool:
    """Tell whether a cut takes a whole value of a JSON text: nothing beside it can read differently then."""
    return cut.replacement[0] == '"' or (text[cut.start - 1] == '"' == text[cut.end] and text[cut.start - 2] != "\\")
