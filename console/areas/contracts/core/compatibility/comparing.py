"""Contracts compared: endpoints that came and went, parameters, bodies, answers by status, and time-outs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from console.areas.contracts.core.compatibility.answers import answer_changes
from console.areas.contracts.core.compatibility.changes import VERDICTS, Change, Comparison, Verdict, brief, worst
from console.areas.contracts.core.compatibility.parameters import param_changes
from console.areas.contracts.core.compatibility.parts import Part, parts_of
from console.areas.contracts.core.compatibility.weighing import weigh
from console.reporter.contracts.contract import Contract, Schema
from console.reporter.contracts.matching import is_major_bump, template_key, version_key

Key: TypeAlias = tuple[str, str, str]


class _Pair(NamedTuple):
    old: Contract | None
    new: Contract | None


def compare(old: Contract | None, new: Contract | None) -> tuple[Change, ...]:
    """Return what changed from one contract to another of the same endpoint, the worst first.

    None stands for an endpoint that is not there.
    """
    if old is None or new is None:
        return _came_or_went(old, new)
    parts = [
        *_heads(old, new),
        *param_changes(old, new),
        *_bodies(old, new),
        *answer_changes(old, new),
        *_timeouts(old.timeout_ms, new.timeout_ms),
    ]
    return _sorted(Change(new.service, new.method, new.endpoint, *part) for part in parts)


def compare_all(old: Sequence[Contract], new: Sequence[Contract]) -> Comparison:
    """Return what changed from one set of contracts to another; of an endpoint in several versions the newest counts."""
    pairs = _paired(_newest(old), _newest(new))
    changes: list[Change] = []
    is_unbumped = False
    versions = (_versions(old), _versions(new))
    for before, after in pairs:
        found = compare(before, after)
        changes.extend(found)
        if any(one.verdict == "BREAKING" for one in found):
            last = after.version if after is not None else max((one.version for one in new), key=version_key, default="")
            is_unbumped |= before is not None and not is_major_bump(before.version, last)
    ordered = _sorted(changes)
    return Comparison(ordered, worst([one.verdict for one in ordered]), is_unbumped, versions)


def _came_or_went(old: Contract | None, new: Contract | None) -> tuple[Change, ...]:
    one = new or old
    if one is None:
        return ()
    name = f"{one.method} {one.endpoint}".strip()
    part = (
        Part("", "", "", "endpoint-added", "ADDITIVE", f"{name} is new: nobody calls it yet", "", one.version)
        if old is None
        else Part(
            "", "", "", "endpoint-removed", "BREAKING", f"{name} is gone: whoever calls it gets no answer", one.version, ""
        )
    )
    return (Change(one.service, one.method, one.endpoint, *part),)


def _heads(old: Contract, new: Contract) -> Iterable[Part]:
    if old.method != new.method:
        verdict: Verdict = "BREAKING" if new.method else "ADDITIVE"
        why = f"{old.method or 'other methods'} is no longer answered" if new.method else "any method is answered"
        yield Part("", "", "", "method-changed", verdict, why, old.method or "any", new.method or "any")
    if template_key(old.endpoint) != template_key(new.endpoint):
        rule = f"{old.endpoint} is no longer answered"
        yield Part("", "", "", "path-changed", "BREAKING", rule, old.endpoint, new.endpoint)
    if old.deprecated != new.deprecated:
        kind, what = ("deprecated", "is announced to go") if new.deprecated else ("undeprecated", "is here to stay again")
        yield Part("", "", "", kind, "COSMETIC", f"{new.endpoint} {what}: nothing changes yet", "", "")
    if old.title != new.title:
        yield Part("", "", "", "words-changed", "COSMETIC", "another title", brief(old.title), brief(new.title))


def _bodies(old: Contract, new: Contract) -> Iterable[Part]:
    if old.request is None and new.request is not None:
        if new.is_request_required is False or (new.is_request_required is None and new.request in (True, {})):
            rule = "a body may now be sent: callers need not"
            yield Part("request", "", "body", "body-added", "ADDITIVE", rule, "", _body_words(new.request))
        else:
            rule = "a body has to be sent now: callers that send none are refused"
            yield Part("request", "", "body", "body-added", "BREAKING", rule, "", brief(new.request))
    elif old.request is not None and new.request is None:
        rule = "no body is read any more: what callers send in it is lost"
        yield Part("request", "", "body", "body-removed", "RISKY", rule, brief(old.request), "")
    elif old.request is not None and new.request is not None:
        yield from _required_bodies(old.is_request_required, new.is_request_required)
        yield from parts_of("request", "", weigh(old.request, new.request, "request", "body"))


def _body_words(request: Schema) -> str:
    return "any" if request is True or request == {} else brief(request)


def _required_bodies(old: bool | None, new: bool | None) -> Iterable[Part]:
    """Compare whether a body has to be sent; what one of the two does not say has not changed."""
    if old is None or new is None or old == new:
        return
    if new:
        rule = "a body has to be sent now: callers that send none are refused"
        yield Part("request", "", "body", "became-required", "BREAKING", rule, "optional", "required")
    else:
        rule = "the body may be left out: callers still may send it"
        yield Part("request", "", "body", "became-optional", "ADDITIVE", rule, "required", "optional")


def _timeouts(old: float | None, new: float | None) -> Iterable[Part]:
    """Compare how long an answer may take: callers wait as long as was promised, and no longer."""
    if old == new:
        return
    texts = tuple("" if one is None else f"{one:g} ms" for one in (old, new))
    if old is None:
        kind, verdict, rule = "timeout-set", "ADDITIVE", "a time is promised now where none was"
    elif new is None:
        kind, verdict, rule = "timeout-removed", "BREAKING", "no time is promised any more: callers give up before an answer"
    elif new > old:
        kind, verdict, rule = "timeout-raised", "BREAKING", "an answer may come after callers have given up waiting"
    else:
        kind, verdict = "timeout-lowered", "RISKY"
        rule = "callers are served sooner, if the promise is kept: answers that were in time may now be late"
    yield Part("response", "", "$", kind, verdict, rule, *texts)  # type: ignore[arg-type]


def _newest(contracts: Iterable[Contract]) -> dict[Key, Contract]:
    newest: dict[Key, Contract] = {}
    for one in contracts:
        key = (one.service, template_key(one.endpoint), one.method)
        if key not in newest or version_key(one.version) > version_key(newest[key].version):
            newest[key] = one
    return newest


def _paired(old: dict[Key, Contract], new: dict[Key, Contract]) -> list[_Pair]:
    """Return what belongs together: by service, path and method; the one method left on a path is a changed one."""
    pairs = [_Pair(one, new[key]) for key, one in old.items() if key in new]
    gone, come = _by_path(old, new), _by_path(new, old)
    for place, left in gone.items():
        others = come.get(place, [])
        if len(left) == len(others) == 1 and not (left[0].method and others[0].method and _has_place(old, new, place)):
            pairs.append(_Pair(left[0], others[0]))
            others.clear()
        else:
            pairs.extend(_Pair(one, None) for one in left)
    pairs.extend(_Pair(None, one) for left in come.values() for one in left)
    return pairs


def _by_path(these: dict[Key, Contract], those: dict[Key, Contract]) -> dict[tuple[str, str], list[Contract]]:
    found: dict[tuple[str, str], list[Contract]] = {}
    for key, one in these.items():
        if key not in those:
            found.setdefault(key[:2], []).append(one)
    return found


def _has_place(old: dict[Key, Contract], new: dict[Key, Contract], place: tuple[str, str]) -> bool:
    """Whether the path has another method that stayed, so that one that went is not just renamed."""
    return any(key[:2] == place and key in new for key in old)


def _versions(contracts: Sequence[Contract]) -> str:
    distinct = sorted({one.version for one in contracts}, key=version_key, reverse=True)
    return ", ".join(distinct[:5]) + (f" and {len(distinct) - 5} more" if len(distinct) > 5 else "")


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda one: VERDICTS.index(one.verdict)))
