"""The life of an issue: told once or by many, opened, settled, reopened. A pure state machine with its history."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from console.areas.sync.core.issue import Issue, Resolution

WINDOW_MS = 60_000
"""Within this time a telling without versions or fields is taken as one of the issue that has them."""
SETTLING_MS = 5_000
"""Tellings this soon after a resolution are late ones, not a return."""
MAX_HISTORY = 200


class State(StrEnum):
    """Where an issue stands."""

    OPEN = "open"
    RESOLVING = "resolving"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    REOPENED = "reopened"


class Action(StrEnum):
    """What can happen to an issue beside being told again."""

    START = "start"
    """A resolution was sent."""
    FAIL = "fail"
    """It was not applied: stale, refused or expired."""
    RESOLVE = "resolve"
    REJECT = "reject"
    """Somebody decided that it stays as it is."""
    REOPEN = "reopen"


_UNSETTLED = (State.OPEN, State.REOPENED, State.RESOLVING)
_MOVES: dict[tuple[State, Action], State] = {
    (State.OPEN, Action.START): State.RESOLVING,
    (State.REOPENED, Action.START): State.RESOLVING,
    (State.RESOLVING, Action.FAIL): State.OPEN,
    (State.RESOLVED, Action.REOPEN): State.REOPENED,
    (State.REJECTED, Action.REOPEN): State.REOPENED,
    **{(state, Action.RESOLVE): State.RESOLVED for state in _UNSETTLED},
    **{(state, Action.REJECT): State.REJECTED for state in _UNSETTLED},
}


class ActionRefused(ValueError):
    """An issue in this state cannot take that action."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step in an issue's history: the state that it came to, by whom, and a note."""

    at_ms: int
    state: State
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tracked:
    """An issue over time: all that its tellings say together, and what became of it. `count` is of tellings."""

    issue: Issue
    state: State
    first_ms: int
    last_ms: int
    count: int
    services: tuple[str, ...]
    history: tuple[Step, ...]

    @property
    def is_settled(self) -> bool:
        return self.state not in _UNSETTLED


def open_issue(issue: Issue) -> Tracked:
    """Return a new issue's record."""
    step = Step(issue.ts_ms, State.OPEN, issue.service, issue.words)
    return Tracked(issue, State.OPEN, issue.ts_ms, issue.ts_ms, 1, (issue.service,), (step,))


def tell(tracked: Tracked, issue: Issue) -> Tracked:
    """Return the record after one more telling. One that was resolved, and comes back later, is reopened."""
    services = tracked.services if issue.service in tracked.services else (*tracked.services, issue.service)
    told = replace(
        tracked,
        issue=_complete(tracked.issue, issue),
        first_ms=min(tracked.first_ms, issue.ts_ms),
        last_ms=max(tracked.last_ms, issue.ts_ms),
        count=tracked.count + 1,
        services=services,
    )
    if tracked.state is State.RESOLVED and issue.ts_ms > tracked.history[-1].at_ms + SETTLING_MS:
        return act(told, Action.REOPEN, issue.ts_ms, issue.service, "it was told again")
    return told


def act(tracked: Tracked, action: Action, at_ms: int, by: str, note: str = "") -> Tracked:
    """Return the record after an action. Raises `ActionRefused` where the state does not allow it."""
    state = _MOVES.get((tracked.state, action))
    if state is None:
        raise ActionRefused(f"an issue that is {tracked.state} cannot take {action}")
    steps = (*tracked.history, Step(at_ms, state, by, note))
    if len(steps) > MAX_HISTORY:
        steps = (steps[0], *steps[-MAX_HISTORY + 1 :])
    return replace(tracked, state=state, history=steps)


def find_same(issue: Issue, candidates: Iterable[Tracked]) -> Tracked | None:
    """Return the record that a telling belongs to, of those of its entity: the same key, or near in time and not against it.

    The newest is taken; what is not settled before what is.
    """
    fitting = [one for one in candidates if is_same(one, issue)]
    return max(fitting, key=lambda one: (not one.is_settled, one.issue.key == issue.key, one.last_ms), default=None)


def is_same(tracked: Tracked, issue: Issue) -> bool:
    """Tell whether a telling is about a record's issue."""
    known = tracked.issue
    if (known.kind, known.entity_type, known.entity_id) != (issue.kind, issue.entity_type, issue.entity_id):
        return False
    if known.key == issue.key:
        return True
    if not issue.entity_id or not -WINDOW_MS <= issue.ts_ms - tracked.last_ms <= WINDOW_MS:
        return False
    return _agree(known.versions, issue.versions) and _agree(tuple(sorted(known.fields)), tuple(sorted(issue.fields)))


def is_resolved_by(tracked: Tracked, resolution: Resolution) -> bool:
    """Tell whether a service's word of a resolution is about this record."""
    issue = tracked.issue
    names = (issue.kind, issue.entity_type, issue.entity_id)
    told = (resolution.kind, resolution.entity_type or issue.entity_type, resolution.entity_id)
    if tracked.is_settled or names != told or tracked.first_ms > resolution.ts_ms:
        return False
    return not resolution.fields or not issue.fields or not _last_names(issue.fields).isdisjoint(resolution.fields)


def _last_names(fields: Iterable[str]) -> set[str]:
    """Fields without what they lie in: what was found in updates is called `fields.title`, what is told `title`."""
    return {field.rpartition(".")[2] for field in fields}


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not one or not other or one == other


def _complete(known: Issue, issue: Issue) -> Issue:
    """Return what is known with what only the new telling says."""
    names = ("source", "target", "uid", "local", "remote", "base", "local_version", "remote_version", "fields")
    sides = ("local", "remote", "base", "local_version", "remote_version", "fields")
    bare = all(getattr(known, name) in (None, (), "") for name in sides)
    news = {
        name: getattr(issue, name)
        for name in names
        if getattr(known, name) in (None, (), "") and (bare or name not in sides)
    }
    if bare and issue.details is not None:
        news["details"] = issue.details
    return replace(known, **news)
