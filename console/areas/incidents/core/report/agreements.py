"""Sync issues with what was decided about them; contracts with what broke and what drifted."""

from console.areas.incidents.core.report.facts import FindingRow, IssueRow, ReportFacts, ViolationRow
from console.areas.incidents.core.report.markup import Html, element, fitting, join, section, severity, table
from console.areas.incidents.core.report.words import counted, moment
from console.model.visible import clip

_SIDE = 4_000


def issues_section(facts: ReportFacts) -> Html:
    """Return each issue with its sides and its decisions."""
    boxes = fitting(map(_issue, facts.issues))
    return section("issues", "Sync issues", *boxes, _more(facts, "issues", "issue", len(boxes)))


def _issue(issue: IssueRow) -> Html:
    times = f", told {issue.times:,} times" if issue.times > 1 else ""
    children: list[str | Html] = [
        element("h3", f"{issue.kind}: {issue.entity}"),
        element("p", severity(issue.severity), *[f" · {word}" for word in (issue.state, issue.parties) if word]),
        element("p", f"{moment(issue.first_ms)} to {moment(issue.last_ms)}{times}", class_="quiet"),
    ]
    if issue.words:
        children.append(element("p", issue.words))
    if issue.fields:
        children.append(element("p", f"Fields: {', '.join(issue.fields)}"))
    for name, side in issue.sides:
        children.append(element("p", name, class_="quiet"))
        children.append(element("pre", clip(side, _SIDE)))
    if issue.decisions:
        rows = [(moment(one.at_ms), one.who, one.what, one.words) for one in issue.decisions]
        children += [element("h4", "Decisions"), table(("When", "Who", "What", "In words"), rows)]
        if (more := issue.all_decisions - len(rows)) > 0:
            children.append(element("p", f"… and {counted(more, 'decision')} more.", class_="quiet"))
    else:
        children.append(element("p", "Nothing was decided.", class_="quiet"))
    return element("div", *children, class_="box")


def contracts_section(facts: ReportFacts) -> Html:
    """Return violations, then drift."""
    children: list[str | Html] = []
    if facts.violations:
        heads = ("Contract", "Where", "What", "Promised", "Came", "Events", "Last")
        children += [element("h3", "Violations"), table(heads, map(_violation, facts.violations), numbers=(5,))]
        children.append(_more(facts, "violations", "violation", len(facts.violations)))
    if facts.findings:
        heads = ("Contract", "Where", "Class and state", "What and why", "Promised", "Observed", "n")
        children += [element("h3", "Drift"), table(heads, map(_finding, facts.findings), numbers=(6,))]
        children.append(_more(facts, "findings", "finding", len(facts.findings)))
    return section("contracts", "Contracts", *children)


def _violation(row: ViolationRow) -> tuple[str | Html, ...]:
    return (
        join((element("b", row.endpoint), f" {row.version}")),
        f"{row.direction} {row.path}".strip(),
        join((row.kind, element("br"), element("span", row.message, class_="quiet"))),
        row.expected,
        row.actual,
        f"{row.count:,}",
        moment(row.last_ms),
    )


def _finding(row: FindingRow) -> tuple[str | Html, ...]:
    return (
        join((element("b", row.endpoint), f" {row.version}")),
        f"{row.direction} {row.path}".strip(),
        f"{row.severity}, {row.state}",
        join((row.kind, element("br"), element("span", row.rule, class_="quiet"))),
        row.expected,
        row.observed,
        f"{row.n:,}",
    )


def _more(facts: ReportFacts, place: str, noun: str, shown: int) -> Html:
    more = facts.totals.get(place, 0) - shown
    return element("p", f"… and {counted(more, noun)} more.", class_="quiet") if more > 0 else Html("")
