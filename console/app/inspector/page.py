"""An event as the inspector shows it: its sections in order, built off the main thread."""

import json
from collections.abc import Sequence
from typing import Any

from console.app.inspector.blocks import Block, Facts, Line, Page, SectionPage
from console.app.inspector.overview import head_message, marker_lines, moment_words, overview_lines
from console.app.inspector.section_blocks import BLOCKS, Made, Told
from console.app.inspector.sqlstate import sqlstate_words
from console.model.decoding import decode, finite
from console.model.masking import DOTS, mask_payload, mask_words
from console.model.report import Fact, read_sections
from console.store.rows import EventDetail

_MILLISECONDS = (946_684_800_000, 4_102_444_800_000)
"""Numbers between these, under a name of a time, are Unix milliseconds of the years 2000 to 2100."""
_TIME_NAMES = ("timestamp", "time", "at", "createdat", "updatedat", "firstseen", "lastseen", "clienttime", "ts")
_SAID_ABOVE = {"message", "severity", "category", "service", "correlationId", "eventType", "level", "fingerprint"}


def read_page(detail: EventDetail, *, reveal: bool = False) -> Page:
    """Return the page of an event; secrets are dots unless `reveal`. Takes any text and never raises for one."""
    decoded = decode(detail.payload)
    if decoded.problem is not None:
        return _undecoded(detail, decoded.problem, reveal=reveal)
    if detail.row.marker:
        lines = marker_lines(detail, decoded.value)
        return Page((SectionPage("overview", "Overview", (Facts("", lines),)),), detail.payload)
    masked = mask_payload(decoded.value, detail.payload)
    payload, text = (decoded.value, detail.payload) if reveal else (masked.payload, masked.text)
    told = Told(payload, detail.row.ts)
    sections = [_overview(detail, reveal=reveal)]
    for section in read_sections(payload):
        made = SectionPage(section.key, section.title, _blocks(section.key, section.facts, told), _secrets(section.facts))
        if section.key == "overview":
            sections[0] = _joined(sections[0], made, head_message(detail, reveal=reveal))
        else:
            sections.append(made)
    return Page(tuple(sections), text, sum(section.secrets for section in sections))


def _undecoded(detail: EventDetail, problem: str, *, reveal: bool) -> Page:
    text = detail.payload if reveal else mask_words(detail.payload)
    note = Line("Payload", f"{problem}; its text stands under Raw")
    overview = _overview(detail, reveal=reveal)
    other = SectionPage("other", "Other", (Facts("", (note,)),))
    return Page((overview, other), text, overview.secrets + text.count(DOTS))


def _overview(detail: EventDetail, *, reveal: bool) -> SectionPage:
    lines = overview_lines(detail, revealed=reveal)
    return SectionPage("overview", "Overview", (Facts("", lines),), sum(DOTS in line.value for line in lines))


def _joined(known: SectionPage, sent: SectionPage, head_message: str) -> SectionPage:
    """Put what was sent below what the store knows; what stands there already, word for word, is not said twice."""
    first = known.blocks[0]
    said = {line.value for line in first.lines} if isinstance(first, Facts) else set()
    said.add(head_message)
    blocks: list[Block] = [first]
    for block in sent.blocks:
        if isinstance(block, Facts):
            lines = tuple(line for line in block.lines if not _is_said(line, said))
            if lines:
                blocks.append(Facts("As it was sent", lines))
        else:
            blocks.append(block)
    return SectionPage("overview", "Overview", tuple(blocks), max(known.secrets, sent.secrets))


def _is_said(line: Line, said: set[str]) -> bool:
    name = line.path.rpartition(".")[2]
    return name in _SAID_ABOVE and (line.value in said or any(value.endswith(f"({line.value})") for value in said))


def _blocks(key: str, facts: Sequence[Fact], told: Told) -> tuple[Block, ...]:
    make = BLOCKS.get(key)
    made = make(facts, told) if make is not None else Made((), facts)
    return (*made.before, *fact_blocks(made.facts), *made.after)


def fact_blocks(facts: Sequence[Fact]) -> list[Facts]:
    """Return the facts as one table, those of one object under its title: the words before the last `›` of their labels."""
    groups: dict[str, list[Line]] = {}
    for fact in facts:
        above, _, name = fact.label.rpartition(" › ")
        groups.setdefault(above, []).append(Line(name, value_text(fact.value), fact.path, _note(fact)))
    lines = groups.pop("", [])
    for title, below in groups.items():
        lines += [Line(title, "", is_title=True), *below]
    return [Facts("", tuple(lines))] if lines else []


def value_text(value: Any) -> str:
    """Return a decoded value as people read it: text as it is, everything else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, indent=1 if isinstance(value, dict) or _is_deep(value) else None)
    except RecursionError:
        return "(nested too deeply to show; see Raw)"
    except ValueError:
        return "(a number too long to show; see Raw)"


def _is_deep(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value)


def _note(fact: Fact) -> str:
    name = fact.path.rpartition(".")[2].lower().replace("_", "")
    number = finite(fact.value)
    if number is not None and name.endswith(_TIME_NAMES) and _MILLISECONDS[0] <= number <= _MILLISECONDS[1]:
        return moment_words(int(number))
    if isinstance(fact.value, str) and name in ("pgcode", "sqlstate", "errorcode", "code"):
        return sqlstate_words(fact.value)
    return ""


def _secrets(facts: Sequence[Fact]) -> int:
    return sum(DOTS in value_text(fact.value) for fact in facts)
