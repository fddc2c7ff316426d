"""Facts in which every text wants to be markup."""

from console.areas.incidents.core.report.facts import (
    About,
    Activity,
    DecisionRow,
    FindingRow,
    GapRow,
    GroupRow,
    IssueRow,
    Latency,
    LatencyRow,
    Masked,
    Note,
    ReportFacts,
    SourceRow,
    TraceFacts,
    TraceRow,
    ViolationRow,
    Worst,
)

EVIL = """</style></title></pre>"'><script>alert(1)</script><img src=//evil.x/x onerror=alert(1)> javascript:x \u202emoc"""
AT = 1_795_442_000_000


def hostile_facts(evil: str = EVIL) -> ReportFacts:
    """Return a report's facts with `evil` wherever a text can stand."""
    payload = {
        "errorId": evil,
        "message": evil,
        "category": evil,
        "severity": evil,
        evil: {evil: evil},
        "source": {"service": evil, "stack": f"Error: {evil}\n    at save (/srv/{evil}.ts:1:7)"},
        "request": {"method": "POST", "url": f"http://x/{evil}", "headers": {evil: evil}, "body": evil},
    }
    note = "\n\n".join(
        [f"# {evil}", f"- {evil}", f"> {evil}", f"```\n{evil}\n```", f"`{evil}` **{evil}**", f"[{evil}]({evil})"]
    )
    return ReportFacts(
        about=About(evil, AT, evil, ((evil, evil),), (Note(evil, note),), (Masked(evil, evil, 3),)),
        first_ms=AT,
        last_ms=AT + 60_000,
        events=7,
        severities={"high": 5, "info": 2},
        quarantined=2,
        degraded=1,
        sources=(SourceRow(evil, evil, (evil, evil), 7, AT, AT + 60_000),),
        gaps=(GapRow(evil, AT, AT, 41, evil), GapRow(evil, AT, AT + 9_000, None, evil)),
        activity=Activity(AT, 1_000, {"high": (1, 0, 4), "info": (2, 0, 0), evil: (0, 0, 9)}),
        latency=Latency(AT, 1_000, {evil: (1.0, None, 3.0)}, (LatencyRow(evil, 2, 1.0, 3.0, 3.0, 3.0),)),
        groups=(GroupRow(evil, evil, evil, evil, evil, evil, evil, 5, 12, AT, AT + 9, (evil,), (1, 0, 4)),),
        worst=Worst(5, AT, evil, evil, evil, evil, payload, evil),
        trace=TraceFacts(
            evil,
            (
                TraceRow(1, AT, evil, evil, evil, evil, None, False),
                TraceRow(2, AT + 50, evil, evil, evil, evil, 40.0, True),
            ),
            9,
        ),
        issues=(IssueRow(evil, evil, evil, evil, evil, AT, AT, 3, evil, (evil,), ((evil, evil),),
                         (DecisionRow(AT, evil, evil, evil),)),),
        violations=(ViolationRow(evil, evil, evil, evil, evil, evil, evil, evil, 3, AT),),
        findings=(FindingRow(evil, evil, evil, evil, evil, evil, evil, evil, evil, 3, evil),),
        totals={"groups": 1, "issues": 4, "violations": 1, "findings": 1},
    )  # fmt: skip
