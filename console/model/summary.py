"""One line for events that bring no message of their own."""

from typing import Any

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
    words = [str(operation)[:200]] if operation else []
    if isinstance(duration, int | float) and not isinstance(duration, bool):
        words.append(f"{duration:g} ms")
    return " ".join(words)


def _sync(data: dict[str, Any], body: dict[str, Any]) -> str:
    issue = body.get("issue")
    if type(issue) is dict:
        kind, source, target = issue.get("issueType"), issue.get("source"), issue.get("target")
        return f"{kind} on {issue.get('entityType')} {issue.get('entityId')}: {source} against {target}"
    state = data.get("syncState")
    words = [str(body["operation"])] if type(body.get("operation")) is str else []
    if body.get("entityId"):
        words.append(f"{body.get('entityType', 'entity')} {body['entityId']}")
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
        return f"{endpoint or body.get('contractId')}: {violation['deviation']}"
    if body.get("action"):
        return f"{body['action']} {body.get('contractId', '')}".strip()
    if "violations" in body:
        return f"{body.get('contractId', 'contract')}: {body['violations']} violations"
    return ""


def _keys(body: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in list(body.items())[:6] if isinstance(value, str | int | float))
