"""Takes the values that were masked in one place out of every other place, in whatever form they stand there."""

import re
from base64 import b64encode

from console.areas.incidents.core.redaction.cuts import Cut, apply, is_mask, is_within, mask, mask_spans, merge, numbered
from console.areas.incidents.core.redaction.masked import Masked
from console.areas.incidents.core.redaction.needles import Found, Needles
from console.areas.incidents.core.redaction.occurrences import aligned, bare_number
from console.areas.incidents.core.redaction.pseudonym import is_pseudonym
from console.areas.incidents.core.redaction.report import Report

_MOST_PASSES = 4
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
_HEX = frozenset("0123456789abcdefABCDEF")
_URL_BEFORE = re.compile(r"://[^\s\"'<>]{0,2000}$")


class Sweep:
    """Made when all of a bundle was redacted once; then every text that leaves goes through it.

    `needles` are those of `masked`, where they are made already.
    """

    def __init__(self, masked: Masked, needles: Needles | None = None) -> None:
        self.report = Report()
        self._needles = needles if needles is not None else Needles(masked)

    def text(self, text: str, place: str) -> str:
        """Return a text, JSON or not, without the known values; users' ids become their pseudonyms."""
        done: list[Cut] = []
        for _ in range(_MOST_PASSES):
            cuts = self._cuts(text, place)
            if not cuts:
                break
            done += cuts
            text = apply(text, cuts)
        if done:
            self.report.add(done, text)
        return text

    def blob(self, raw: bytes, place: str) -> bytes | None:
        """Return raw bytes as they are, None when any known value stands in them."""
        # Bytes leave as base64, and the last look sees that: a short value is found in it whatever stands beside it.
        if not self._needles.find(raw) and not self._needles.find(b64encode(raw)):
            return raw
        self.report.add([Cut(0, 0, "known", place, "", "")], "")
        return None

    def _cuts(self, text: str, place: str) -> list[Cut]:
        if self._needles.is_empty:
            return []
        raw = text.encode("utf-8", "surrogatepass")
        found = self._needles.find(raw)
        if not found:
            return []
        if len(raw) != len(text):  # places in bytes are not places in text
            found = [_in_text(raw, one) for one in found]
        masks = mask_spans(text)
        cuts = [self._cut(text, one, place) for one in found if not is_within(masks, one.start, one.end)]
        return numbered(merge([cut for cut in cuts if not is_mask(text[cut.start : cut.end])], text), text)

    def _cut(self, text: str, found: Found, place: str) -> Cut:
        _, _, form, value = found
        start, end = aligned(text, found.start, found.end)
        known = self._needles.known.get(value)
        if form in ("base64", "hex", "percent"):
            start, end = aligned(text, *_run(text, start, end, form))
            return Cut(start, end, "known", place, mask(f"{form}-known"), value)
        is_user = known is not None and is_pseudonym(known.replacement)
        replacement = known.replacement if known is not None and is_user else mask("known")
        number = bare_number(text, start, end)
        if number:
            start, end = number
            replacement = f'"{replacement}"'
        elif not is_user and _URL_BEFORE.search(text, max(0, start - 2_000), start):
            replacement = replacement.replace("[", "%5B").replace("]", "%5D").replace(":", "%3A")
        rule = replacement.strip('"').partition("_")[0] if is_user else "known"
        return Cut(start, end, rule, place, replacement, value)


def _in_text(raw: bytes, found: Found) -> Found:
    start = len(raw[: found.start].decode("utf-8", "surrogatepass"))
    return found._replace(start=start, end=start + len(raw[found.start : found.end].decode("utf-8", "surrogatepass")))


def _run(text: str, start: int, end: int, form: str) -> tuple[int, int]:
    """Widen a span to the whole encoded text that it stands in."""
    if form == "percent":
        return start, end
    alphabet = _HEX if form == "hex" else _BASE64
    while start > 0 and text[start - 1] in alphabet:
        start -= 1
    while end < len(text) and text[end] in alphabet:
        end += 1
    while form == "base64" and text[end : end + 1] == "=":
        end += 1
    return start, end
