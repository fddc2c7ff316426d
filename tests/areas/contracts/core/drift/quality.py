"""How well drift finds what was changed, and what it says of streams in which nothing was."""

from collections import Counter
from typing import Any, NamedTuple

from console.areas.contracts.core.drift.detecting import detect_drift
from console.areas.contracts.core.drift.finding import Finding
from console.areas.contracts.core.drift.latency import detect_latency
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.statuses import detect_statuses
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.exchange import ABSENT
from tests.areas.contracts.core.drift.streams import Observation, contract_of, observations

WITHIN = 500
_STEP = 25


class Outcome(NamedTuple):
    """`after` is how many observations after the change it was found, None: not within 500. `severity` at the end."""

    name: str
    after: int | None
    severity: str
    expected: str
    early: tuple[Finding, ...]
    also: tuple[Finding, ...]


class Watch:
    """The statistics of one stream, as the store keeps them: one for each direction and class of status."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.contract: Contract | None = contract_of(spec)
        self.direction: str = spec["direction"]
        self.by_status: dict[str, Observed] = {}

    def take(self, one: Observation) -> None:
        status = "" if self.direction == "request" else one.status
        observed = self.by_status.setdefault(status, Observed())
        observed.fold(one.value if one.status == "2xx" else ABSENT, one.ts_ms, one.event_id)
        observed.fold_duration(one.duration_ms, one.ts_ms, one.event_id)

    def findings(self, now_ms: int) -> tuple[Finding, ...]:
        found: list[Finding] = []
        for status, observed in self.by_status.items():
            found += detect_drift(observed, self.contract, self.direction, status, now_ms)
            if status in ("2xx", ""):
                found += detect_latency(observed, self.contract, now_ms)
        found += [finding for _, finding in detect_statuses(self.by_status, self.contract, now_ms)]
        return tuple(found)


def outcome_of(spec: dict[str, Any]) -> Outcome:
    """Run a stream with a change until 500 observations after it."""
    watch, wanted = Watch(spec), (spec["expect"]["kind"], spec["expect"]["path"])
    after, early, found = None, (), ()
    for i, one in enumerate(observations(spec, spec["at"] + WITHIN)):
        watch.take(one)
        seen = i + 1 - spec["at"]
        if seen == 0:
            early = watch.findings(one.ts_ms)
        elif seen > 0 and seen % _STEP == 0:
            found = watch.findings(one.ts_ms)
            if after is None and any((finding.kind, finding.path) == wanted for finding in found):
                after = seen
    severity = next((finding.severity for finding in found if (finding.kind, finding.path) == wanted), "")
    also = tuple(finding for finding in found if (finding.kind, finding.path) != wanted)
    return Outcome(spec["name"], after, severity, spec["expect"]["class"], early, also)


def findings_of_clean(spec: dict[str, Any], every: int = 250) -> list[Finding]:
    """Run a stream without a change and return all that was ever found, each once."""
    watch = Watch(spec)
    found: dict[tuple[str, str, str], Finding] = {}
    for i, one in enumerate(observations(spec, spec["n"])):
        watch.take(one)
        if i % every == every - 1:
            for finding in watch.findings(one.ts_ms):
                found.setdefault((finding.kind, finding.path, finding.severity), finding)
    return list(found.values())


def summary(outcomes: list[Outcome], clean: dict[str, list[Finding]]) -> str:
    """Return the figures in words."""
    hits = [one for one in outcomes if one.after is not None]
    delays = sorted(one.after or 0 for one in hits)
    right = sum(one.severity == one.expected for one in hits)
    nothing, median = "nothing found", delays[len(delays) // 2] if delays else "-"
    classes = Counter(finding.severity for some in clean.values() for finding in some)
    early = Counter(finding.severity for one in outcomes for finding in one.early)
    return (
        f"recall {len(hits)}/{len(outcomes)} within {WITHIN} observations (median {median}), "
        f"class as labelled {right}/{len(hits)}; before the change: {dict(early)}; "
        f"{len(clean)} clean streams: {dict(classes) or nothing}"
    )
