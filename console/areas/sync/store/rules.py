"""Rules that settle conflicts by themselves, and what they would do."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

from console.areas.sync.core.merge.conflict import Conflict
from console.areas.sync.core.merge.pattern import parts_of
from console.areas.sync.core.merge.strategy import STRATEGIES, Remaining, Rule, Settled, settle_automatically
from console.areas.sync.store.answers import DryRun
from console.areas.sync.store.settling import Case, load_case
from console.areas.sync.store.values import storable

MAX_RULES = 1_000
MAX_PATTERN = 400
NO_SIDES = "nothing is known of what the sides hold"
HAS_DECISIONS = "somebody has begun to decide it by hand"


def read_rules(connection: sqlite3.Connection) -> list[Rule]:
    """Return the rules in their order: the first that matches a place counts."""
    rows = connection.execute("SELECT entity_type, path, strategy FROM sync_rule ORDER BY place")
    return [Rule(*row) for row in rows.fetchall()]


def parse_rules(given: Any) -> list[Rule]:
    """Read rules as a command has them. Raises ValueError."""
    if not isinstance(given, list) or len(given) > MAX_RULES:
        raise ValueError(f'"rules" must be a list of at most {MAX_RULES:,} rules')
    return [_parse(one, place) for place, one in enumerate(given, 1)]


def write_rules(connection: sqlite3.Connection, rules: list[Rule]) -> None:
    """Put these in the place of the rules that are there."""
    connection.execute("DELETE FROM sync_rule")
    connection.executemany("INSERT INTO sync_rule VALUES (?, ?, ?, ?)", [(n, *rule) for n, rule in enumerate(rules, 1)])


def try_rules(connection: sqlite3.Connection, only: list[int] | None = None) -> DryRun:
    """Return what the rules would settle of the open issues, or of these; changes nothing."""
    settled, remaining = [], []
    for case, answer in answers(connection, only):
        if isinstance(answer, Settled):
            settled.append(case.issue_id)
        else:
            remaining.append((case.issue_id, answer.reason))
    return DryRun(_words(len(settled), remaining), tuple(settled), tuple(remaining))


def answers(connection: sqlite3.Connection, only: list[int] | None = None) -> Iterator[tuple[Case, Settled | Remaining]]:
    """Yield open issues with what the rules make of each; one that a hand has begun is left to it."""
    rules = read_rules(connection)
    wanted = open_issues(connection) if only is None else only
    for issue_id in wanted:
        case = load_case(connection, issue_id)
        if case.state not in ("open", "reopened"):
            yield case, Remaining((f"it is {case.state}",))
        elif not case.has_sides:
            yield case, Remaining((NO_SIDES,))
        elif case.settlement.choices:
            yield case, Remaining((HAS_DECISIONS,))
        else:
            conflict = Conflict(case.entity_type, case.entity_id, case.base, case.local, case.remote)
            yield case, settle_automatically(conflict, rules, case.settlement.options)


def open_issues(connection: sqlite3.Connection) -> list[int]:
    """Return the ids of the open issues, worst and oldest first."""
    rows = connection.execute(
        "SELECT id FROM sync_issue WHERE state IN ('open', 'reopened') ORDER BY severity DESC, first_ms, id"
    )
    return [row[0] for row in rows.fetchall()]


def _words(settled: int, remaining: list[tuple[int, str]]) -> str:
    text = f"would settle {settled} of {settled + len(remaining)}"
    if not remaining:
        return text
    counts = Counter(reason for _, reason in remaining).most_common()
    if len(counts) == 1:
        return f"{text}, {_remain(len(remaining))}, because {counts[0][0]}"
    return f"{text}, {_remain(len(remaining))}: " + "; ".join(f"{count} because {reason}" for reason, count in counts)


def _remain(count: int) -> str:
    return "this 1 remains" if count == 1 else f"these {count} remain"


def _parse(given: Any, place: int) -> Rule:
    if not isinstance(given, dict):
        raise ValueError(f"rule {place} is no object")
    texts = [given.get(name) for name in ("entity_type", "path", "strategy")]
    if not all(isinstance(one, str) and 0 < len(one) <= MAX_PATTERN for one in texts):
        raise ValueError(f'rule {place} wants "entity_type", "path" and "strategy" as text')
    entity_type, path, strategy = (storable(str(one)) for one in texts)
    if strategy not in STRATEGIES:
        raise ValueError(f"rule {place}: the strategy must be one of {', '.join(STRATEGIES)}")
    try:
        parts_of(path)
    except ValueError as error:
        raise ValueError(f"rule {place}: {error}") from None
    return Rule(entity_type, path, strategy)
