"""What was masked, counted by rule and path; bounded, and without what was masked."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from console.areas.incidents.core.redaction.cuts import Cut

MOST_PATHS = 2_000
MOST_SAMPLES = 200
OTHERS = "(other paths)"
_AROUND = 40


class Sample(NamedTuple):
    """How one masked place reads now: `text` is cut out of the text after redaction."""

    rule: str
    path: str
    text: str


class Report:
    """Counts by (rule, path), and one sample of each."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.samples: dict[tuple[str, str], Sample] = {}

    @property
    def total(self) -> int:
        """How many places were masked."""
        return self.counts.total()

    def by_rule(self) -> Counter[str]:
        """Return the counts by rule."""
        found: Counter[str] = Counter()
        for (rule, _), count in self.counts.items():
            found[rule] += count
        return found

    def add(self, cuts: Iterable[Cut], final: str) -> None:
        """Count the cuts of one text; samples are taken from `final`, the text as it leaves."""
        for cut in cuts:
            key = (cut.rule, cut.path)
            if key not in self.counts and len(self.counts) >= MOST_PATHS:
                key = (cut.rule, OTHERS)
            self.counts[key] += 1
            if key not in self.samples and len(self.samples) < MOST_SAMPLES:
                at = max(0, final.find(cut.replacement))
                self.samples[key] = Sample(*key, final[max(0, at - _AROUND) : at + len(cut.replacement) + _AROUND])

    def merge(self, other: "Report") -> None:
        """Take over the counts of another process."""
        for key, count in other.counts.items():
            room = key in self.counts or len(self.counts) < MOST_PATHS
            self.counts[key if room else (key[0], OTHERS)] += count
        for key, sample in other.samples.items():
            if len(self.samples) < MOST_SAMPLES:
                self.samples.setdefault(key, sample)
