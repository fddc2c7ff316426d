"""What happened, when, from where; and what is missing, said loudly."""

from console.areas.incidents.core.report.facts import About, ReportFacts
from console.areas.incidents.core.report.markdown import markdown
from console.areas.incidents.core.report.markup import Html, element, fitting, join, section, severity, table
from console.areas.incidents.core.report.words import counted, duration, moment
from console.model.taxonomy import SEVERITIES
from console.model.visible import clip

_LONGEST_NOTE = 200_000
"""Characters; the note in the bundle holds all of it."""
UNTITLED = "Incident"


def summary_section(facts: ReportFacts) -> Html:
    """Return the head of the report."""
    about = facts.about
    pairs: list[tuple[str, str | Html]] = [("When", _span(facts)), ("Events", f"{facts.events:,}")]
    pairs += [("Of these", join(_severities(facts)))] if facts.severities else []
    pairs += about.asked
    for name, place in (("Error groups", "groups"), ("Sync issues", "issues"), ("Contract violations", "violations")):
        if total := facts.totals.get(place):
            pairs.append((name, f"{total:,}"))
    if about.made_ms is not None:
        pairs.append(("Packed", moment(about.made_ms)))
    if about.console_version:
        pairs.append(("Console", about.console_version))
    children = [element("dl", *[join((element("dt", name), element("dd", value))) for name, value in pairs])]
    return section("summary", "Summary", *children, missing(facts), _sources(facts))


def _span(facts: ReportFacts) -> str:
    if facts.first_ms is None or facts.last_ms is None:
        return "no event"
    return f"{moment(facts.first_ms)} to {moment(facts.last_ms)} ({duration(facts.last_ms - facts.first_ms)})"


def _severities(facts: ReportFacts) -> list[Html | str]:
    parts: list[Html | str] = []
    for name in reversed(SEVERITIES):
        if n := facts.severities.get(name):
            parts += [", " if parts else "", severity(name), f" {n:,}"]
    return parts


def missing(facts: ReportFacts) -> Html:
    """Return a box that no reader can overlook, or one quiet line where nothing is known to be missing."""
    known = facts.totals.get("missing", sum(gap.events or 0 for gap in facts.gaps))
    unknown = facts.totals.get("unknown", sum(gap.events is None for gap in facts.gaps))
    lines = []
    if known:
        lines.append(f"{counted(known, 'event')} did not arrive: they were lost on the way, in the gaps below.")
    if unknown:
        lines.append(f"In {counted(unknown, 'interval')} nobody knows what the sources told: they were not heard.")
    if facts.quarantined:
        lines.append(f"{counted(facts.quarantined, 'piece')} of data could not be read and stood in quarantine.")
    if facts.degraded:
        lines.append(f"{counted(facts.degraded, 'event')} had fields of a wrong kind and may be shown incompletely.")
    if not lines:
        return element("p", "No gap is known: nothing is missing from what the sources told.", class_="quiet")
    children = [element("b", "What is missing"), *[element("p", line) for line in lines]]
    if facts.gaps:
        rows = [
            (gap.source, moment(gap.from_ms), moment(gap.to_ms), "unknown" if gap.events is None else f"{gap.events:,}",
             gap.reason)
            for gap in facts.gaps
        ]  # fmt: skip
        children.append(table(("Source", "From", "To", "Events", "Reason"), rows, numbers=(3,)))
        if (more := facts.totals.get("gaps", 0) - len(rows)) > 0:
            children.append(element("p", f"… and {more:,} more, shorter ones."))
    return element("div", *children, class_="loud", role="note")


def _sources(facts: ReportFacts) -> Html:
    if not facts.sources:
        return Html("")
    rows = [
        (one.name, one.address, ", ".join(one.services), f"{one.events:,}", moment(one.first_ms), moment(one.last_ms))
        for one in facts.sources
    ]
    heads = ("Source", "Address", "Services", "Events", "First", "Last")
    return join((element("h3", "From where"), table(heads, rows, numbers=(3,))))


def notes_section(about: About) -> Html:
    """Return the notes that whoever packed it wrote."""
    boxes = fitting(
        element("div", element("h3", note.title or "Note"), markdown(clip(note.markdown, _LONGEST_NOTE)), class_="box")
        for note in about.notes
    )
    more = len(about.notes) - len(boxes)
    words = element("p", f"… and {counted(more, 'note')} more, for which this page has no room.", class_="quiet")
    return section("notes", "Notes", *boxes, *([words] if more else []))


def redaction_section(about: About) -> Html:
    """Return what was masked, by rule and path."""
    if about.masked is None:
        words = "Nothing is known of a redaction: this report may hold what was told as it was told."
        return section("redaction", "Redaction", element("p", words, class_="loud"))
    total = sum(one.count for one in about.masked)
    if not total:
        return section("redaction", "Redaction", element("p", "The rules found nothing to mask."))
    rows = [(one.rule, element("code", one.path), f"{one.count:,}") for one in about.masked]
    intro = element("p", f"{counted(total, 'value')} were masked before anything was written." if total != 1 else
                    "1 value was masked before anything was written.")  # fmt: skip
    return section("redaction", "Redaction", intro, table(("Rule", "Where", "Times"), rows, numbers=(2,)))
