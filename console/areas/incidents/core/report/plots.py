"""How much happened and how long it took, over time."""

from console.areas.incidents.core.report.facts import Activity, Latency
from console.areas.incidents.core.report.markup import Html, element, join, section, severity, table
from console.areas.incidents.core.report.svg import lines, stacked_bars
from console.areas.incidents.core.report.words import duration
from console.model.taxonomy import SEVERITIES


def activity_section(activity: Activity) -> Html:
    """Return events by severity."""
    counts = {name: activity.counts[name] for name in reversed(SEVERITIES) if any(activity.counts.get(name, ()))}
    key = element("ul", *[element("li", severity(name), f" {sum(one):,}") for name, one in counts.items()], class_="key")
    plot = stacked_bars(f"Events in steps of {duration(activity.step_ms)}", activity.since_ms, activity.step_ms, counts)
    words = f"Events in steps of {duration(activity.step_ms)}, by severity."
    return section("activity", "Activity", element("p", words, class_="quiet"), plot, key)


def latency_section(latency: Latency) -> Html:
    """Return quantiles of the durations, and a line for each service."""
    most = max((value for one in latency.quantiles.values() for value in one if value is not None), default=0.0)
    plot = lines(
        f"Durations in steps of {duration(latency.step_ms)}",
        latency.since_ms,
        latency.step_ms,
        latency.quantiles,
        duration(most),
        most,
    )
    names = [element("li", element("b", "━ ", class_=f"k{n}"), name) for n, name in enumerate(latency.quantiles, 1)]
    rows = [
        (one.service, f"{one.n:,}", *map(duration, (one.p50_ms, one.p95_ms, one.p99_ms, one.max_ms)))
        for one in latency.services
    ]
    heads = ("Service", "Timed", "p50", "p95", "p99", "Longest")
    words = f"Durations of operations in steps of {duration(latency.step_ms)}; quantiles are right within 2 %."
    body = table(heads, rows, numbers=range(1, 6))
    return section(
        "latency", "Latency", join((element("p", words, class_="quiet"), plot, element("ul", *names, class_="key"), body))
    )
