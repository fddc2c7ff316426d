"""The report as one page: no script, no address that is fetched, nothing of the text is markup."""

import base64
import hashlib

from console.areas.incidents.core.report.agreements import contracts_section, issues_section
from console.areas.incidents.core.report.facts import ReportFacts
from console.areas.incidents.core.report.groups import groups_section, worst_section
from console.areas.incidents.core.report.markup import Html, element, join
from console.areas.incidents.core.report.plots import activity_section, latency_section
from console.areas.incidents.core.report.style import style
from console.areas.incidents.core.report.summary import UNTITLED, notes_section, redaction_section, summary_section
from console.areas.incidents.core.report.trace import trace_section


def build_report(facts: ReportFacts) -> str:
    """Return the page. It can be read without the console, on a screen or on paper."""
    title = facts.about.title.strip() or UNTITLED
    parts = _parts(facts)
    links = [element("a", name, href=f"#{place}") for place, name, _ in parts]
    body = element(
        "body",
        element(
            "header",
            element("h1", title),
            element("p", "An incident, as the debug console packed it. All times are UTC.", class_="quiet"),
        ),
        element("nav", *links, aria_label="Parts of the report"),
        element("main", *[part for _, _, part in parts]),
    )
    return f'<!DOCTYPE html>\n<html lang="en">{_head(title)}{body}</html>\n'


def _parts(facts: ReportFacts) -> list[tuple[str, str, Html]]:
    """Return (anchor, name, markup) of each part that has anything to say."""
    parts = [("summary", "Summary", summary_section(facts))]
    if facts.about.notes:
        parts.append(("notes", "Notes", notes_section(facts.about)))
    if facts.groups:
        parts.append(("groups", "Error groups", groups_section(facts)))
    if facts.worst is not None:
        parts.append(("worst", "The worst error", worst_section(facts.worst)))
    if facts.trace is not None and facts.trace.rows:
        parts.append(("trace", "Trace", trace_section(facts.trace)))
    if facts.activity is not None:
        parts.append(("activity", "Activity", activity_section(facts.activity)))
    if facts.latency is not None:
        parts.append(("latency", "Latency", latency_section(facts.latency)))
    if facts.issues:
        parts.append(("issues", "Sync issues", issues_section(facts)))
    if facts.violations or facts.findings:
        parts.append(("contracts", "Contracts", contracts_section(facts)))
    parts.append(("redaction", "Redaction", redaction_section(facts.about)))
    return parts


def _head(title: str) -> Html:
    """The policy allows one thing, this very style; so even a hole in the escaping could load and run nothing."""
    sheet = style()
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return join(
        (
            Html("<head>"),
            element("meta", charset="utf-8"),
            Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("title", title),
            Html(f"<style>{sheet}</style></head>"),
        )
    )
