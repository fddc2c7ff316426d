"""Error groups, and the worst error whole."""

import json
from collections.abc import Iterator
from typing import Any

from console.areas.incidents.core.report.facts import GroupRow, ReportFacts, Worst
from console.areas.incidents.core.report.markup import Html, element, join, section, severity, table, text
from console.areas.incidents.core.report.svg import sparkline
from console.areas.incidents.core.report.words import counted, moment
from console.model.report import Fact, read_sections
from console.model.report.parts import stack_texts
from console.model.visible import clip

_HALF = 10_000
_MOST_STACKS = 3
_BESIDE_STACK = "Where it failed"
_VALUE = 2_000
_MOST_FACTS = 400


def groups_section(facts: ReportFacts) -> Html:
    """Return the groups with counts, course, status and notes."""
    rows = [_row(group) for group in facts.groups]
    heads = ("Error", "Severity", "Events", "Over the time", "First", "Last", "Status")
    children = [table(heads, rows, numbers=(2,))]
    if (more := facts.totals.get("groups", 0) - len(rows)) > 0:
        children.append(element("p", f"… and {counted(more, 'group')} more.", class_="quiet"))
    return section("groups", "Error groups", *children)


def _row(group: GroupRow) -> tuple[str | Html, ...]:
    where = " · ".join(filter(None, (group.culprit, group.category, ", ".join(group.services))))
    title = join((element("b", clip(group.title, 400)), element("br"), element("span", where, class_="quiet")))
    events = f"{group.count:,}" if group.total <= group.count else f"{group.count:,} of {group.total:,}"
    status = join(
        (
            element("span", group.status, class_="nb"),
            f", {group.who}" if group.who else "",
            element("br"),
            element("i", group.note),
        )
    )
    return (
        title,
        severity(group.severity),
        events,
        sparkline(group.spark),
        moment(group.first_ms),
        moment(group.last_ms),
        status,
    )


def worst_section(worst: Worst) -> Html:
    """Return the worst error with all that it says, its stack first."""
    head = table(
        ("Severity", "When", "Service", "Category", "Event"),
        [(severity(worst.severity), moment(worst.at_ms), worst.service, worst.category, f"{worst.event_id}")],
    )
    children: list[Html] = [element("p", element("b", worst.message)), head]
    if worst.payload is None:
        return section("worst", "The worst error", *children, _shortened(worst.text))
    stacks = stack_texts(worst.payload)[:_MOST_STACKS]
    for _, stack in stacks:
        children += [element("h3", "Stack"), _shortened(stack)]
    children += _sections(worst.payload, {path for path, _ in stacks})
    return section("worst", "The worst error", *children)


def _shortened(long: str) -> Html:
    """Of a long stack the beginning and the end: there stand the exceptions, in the middle only more frames."""
    if len(long) <= 2 * _HALF:
        return element("pre", text(long, 2 * _HALF))
    cut = f"\n… {len(long) - 2 * _HALF:,} characters …\n"
    return element("pre", text(long[:_HALF], _HALF), cut, text(long[-_HALF:], _HALF))


def _sections(payload: Any, shown: set[str]) -> Iterator[Html]:
    room = _MOST_FACTS
    for part in read_sections(payload):
        facts = [fact for fact in part.facts if fact.path not in shown]
        if not facts:
            continue
        yield element("h3", _BESIDE_STACK if part.key == "stack" and shown else part.title)
        yield element("dl", *[_fact(fact) for fact in facts[: max(room, 0)]])
        if len(facts) > room:
            yield element("p", f"… and {len(facts) - max(room, 0):,} more values; the event holds them all.", class_="quiet")
        room -= len(facts)


def _fact(fact: Fact) -> Html:
    value = fact.value if isinstance(fact.value, str) else json.dumps(fact.value, ensure_ascii=False)
    return join((element("dt", clip(fact.label, 200)), element("dd", clip(value, _VALUE))))
