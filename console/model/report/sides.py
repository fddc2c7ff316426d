"""The two sides of a disagreement, ready to be compared: a sync issue's, and a contract's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from console.model.report.holding import Json, holders, pick, pick_number, pick_text, sections_of

_SYNC_SIGNS = ("localVersion", "remoteVersion", "conflictingFields", "localState", "remoteState")
_CONTRACT_SIGNS = ("deviation", "expectedParams", "expectedResponse", "expectedContract")


@dataclass(frozen=True, slots=True)
class SyncSides:
    """One entity as two sides have it. `local`, `remote` and `base` are JSON values, None where nothing is told.

    `titles` names the sides: local and remote, or actual and expected where an issue tells it so.
    """

    entity_type: str | None
    entity_id: str | None
    issue_type: str | None
    titles: tuple[str, str]
    local: Any
    remote: Any
    base: Any
    local_version: str | None
    remote_version: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractSides:
    """What was agreed and what came. `expected` and `actual` hold those of params, response and duration that are told."""

    contract_id: str | None
    endpoint: str | None
    version: str | None
    violation_type: str | None
    expected: dict[str, Any]
    actual: dict[str, Any]
    deviations: tuple[str, ...]


def sync_of(payload: Any) -> SyncSides | None:
    """Return both sides of a sync issue or conflict, or None when an event is about neither."""
    for section in (*sections_of(payload, "issue"), *sections_of(payload, "sync")):
        return _sync([section, *_inner(section)])
    for place in holders(payload):
        if any(place.get(name) is not None for name in _SYNC_SIGNS):
            return _sync([place, *_inner(place)])
    return None


def _inner(place: Json) -> Iterator[Json]:
    for name in ("details", "conflictData"):
        if isinstance(place.get(name), dict):
            yield place[name]


def _sync(places: list[Json]) -> SyncSides:
    titles = ("local", "remote")
    local = pick(places, "localState", "local", "localValue", "localData", "clientState", "client")
    remote = pick(places, "remoteState", "remote", "remoteValue", "remoteData", "serverState", "server")
    if local is None and remote is None:
        titles = ("actual", "expected")
        local, remote = _found_and_wanted(places)
    fields = pick(places, "conflictingFields", "fields", "missingFields")
    return SyncSides(
        entity_type=pick_text(places, "entityType"),
        entity_id=pick_text(places, "entityId"),
        issue_type=pick_text(places, "issueType"),
        titles=titles,
        local=local,
        remote=remote,
        base=pick(places, "baseState", "base", "baseValue", "ancestor"),
        local_version=pick_text(places, "localVersion"),
        remote_version=pick_text(places, "remoteVersion"),
        fields=_texts(fields),
    )


def _found_and_wanted(places: list[Json]) -> tuple[Any, Any]:
    """Return (actual, expected) of a divergence field by field, of an order, or of a set of fields."""
    divergence = pick(places, "divergence")
    if isinstance(divergence, dict) and divergence and all(isinstance(one, dict) for one in divergence.values()):
        sides = [{name: one[side] for name, one in divergence.items() if side in one} for side in ("actual", "expected")]
        return sides[0], sides[1]
    actual, expected = pick(places, "actualOrder"), pick(places, "expectedOrder")
    if actual is not None or expected is not None:
        return actual, expected
    missing, wanted = pick(places, "missingFields"), pick(places, "expectedFields")
    if isinstance(missing, list) and isinstance(wanted, list):
        return [name for name in wanted if name not in missing], wanted
    return None, None


def contract_of(payload: Any) -> ContractSides | None:
    """Return both sides of a contract violation, or None. A check that held has none."""
    places = holders(payload)
    for state in sections_of(payload, "contractState"):
        violation = state.get("lastViolation")
        if isinstance(violation, dict) and violation and not any(place.get("violations") == 0 for place in places):
            return _contract(violation)
    for section in sections_of(payload, "contract"):
        return _contract(section)
    for place in places:
        if any(place.get(name) is not None for name in _CONTRACT_SIGNS):
            return _contract(place)
    return None


def _contract(place: Json) -> ContractSides:
    agreed = pick([place], "expectedContract", "contract")
    places = [place, agreed] if isinstance(agreed, dict) else [place]
    expected = {
        "params": _by_name(pick(places, "expectedParams", "expectedRequest")),
        "response": pick(places, "expectedResponse"),
        "durationMs": pick_number(places, "timeout", "timeoutMs"),
    }
    actual = {
        "params": pick([place], "actualParams", "actualRequest"),
        "response": pick([place], "actualResponse"),
        "durationMs": pick_number([place], "actualDurationMs"),
    }
    return ContractSides(
        contract_id=pick_text([place], "contractId") or pick_text(places[1:], "id"),
        endpoint=pick_text(places, "endpoint"),
        version=pick_text(places, "contractVersion", "version"),
        violation_type=pick_text([place], "violationType"),
        expected={key: value for key, value in expected.items() if value is not None},
        actual={key: value for key, value in actual.items() if value is not None},
        deviations=_texts(pick([place], "deviation", "deviations", "violations")),
    )


def _by_name(params: Any) -> Any:
    """Return a list of parameter rules as an object by name, so that it can be compared with what came."""
    if not isinstance(params, list) or not all(
        isinstance(rule, dict) and isinstance(rule.get("name"), str) for rule in params
    ):
        return params
    if len({rule["name"] for rule in params}) < len(params):
        return params
    return {rule["name"]: {key: value for key, value in rule.items() if key != "name"} for rule in params}


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str) and item)
    return (value,) if isinstance(value, str) and value else ()
