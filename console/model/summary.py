"""One line for events that bring no message of their own."""

from typing import Any

from console.model.decoding import finite
from console.model.event import Event


def summarise(event: Event, data: dict[str, Any], body: dict[str, Any]) -> str:
    """Return the words for the message column, made from the facts of the event's type."""
    maker = {"performance": _performance, "sync_update": _sync, "contract_check": _contract}.get(event.event_type)
    line = maker(data, body) if maker else ""
    return (line or _keys(body) or event.event_type)[:500]


def _performance(data: dict[str, Any], body: dict[str, Any]) -> str:
    operation = body.get("operation")
    performance = data.get("performance")
    duration = performance.get("duration") if type(performance) is dict else None
    words = [_word(operation)] if operation else []
    if (number := finite(duration)) is not None:
        words.append(f"{number:g} ms")
    return " ".join(words)


def _sync(data: dict[str, Any], body: dict[str, Any]) -> str:
    issue = body.get("issue")
    if type(issue) is dict:
        kind, entity_type, entity_id, source, target = (_word(issue.get(key)) for key in _ISSUE)
        return f"{kind} on {entity_type} {entity_id}: {source} against {target}"
    state = data.get("syncState")
    words = [str(body["operation"])] if type(body.get("operation")) is str else []
    if body.get("entityId"):
        words.append(f"{_word(body.get('entityType', 'entity'))} {_word(body['entityId'])}")
    if type(state) is dict:
        names = (("pendingOperations", "pending"), ("conflictCount", "conflicts"), ("offlineQueue", "offline"))
        words += [f"{state[key]} {word}" for key, word in names if type(state.get(key)) is int]
    return ", ".join(words)


def _contract(data: dict[str, Any], body: dict[str, Any]) -> str:
    state = data.get("contractState")
    violation = state.get("lastViolation") if type(state) is dict else None
    if type(violation) is dict and violation.get("deviation") and body.get("violations") != 0:
        contract = violation.get("expectedContract")
        endpoint = contract.get("endpoint") if type(contract) is dict else None
        return f"{_word(endpoint or body.get('contractId'))}: {_word(violation['deviation'])}"
    if body.get("action"):
        return f"{_word(body['action'])} {_word(body.get('contractId', ''))}".strip()
    if "violations" in body:
        contract = body.get("contractId", "contract")
        if contract == "" and body.get("endpoint"):  # an exchange with an endpoint that nobody declared
            return f"{_word(body.get('method', ''))} {_word(body['endpoint'])}: no contract declares it".strip()
        return f"{_word(contract)}: {_word(body['violations'])} violations"
    return ""


_ISSUE = ("issueType", "entityType", "entityId", "source", "target")


def _word(value: Any) -> str:
    """A value as a word; what is neither text nor number is only named, however deep it nests."""
    if isinstance(value, str):
        return value[:200]
    if isinstance(value, bool | int | float):
        return str(value)[:200]
    return "?" if value is None else f"({type(value).__name__})"


def _keys(body: dict[str, Any]) -> str:
    return ", ".join(
        f"{key[:200]}={_word(value)}" for key, value in list(body.items())[:6] if isinstance(value, str | int | float)
    )
