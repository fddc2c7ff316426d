"""What the API promised its callers, in the platform's form of a contract."""

from typing import Any

from console.demo.clock import iso, now_ms
from console.demo.contract import ContractMonitor
from console.reporter import Reporter

SEARCH = "/api/v1/acus/search"
CONVERSATIONS = "/api/v1/conversations"
MESSAGES = "/api/v1/conversations/:id/messages"

CONVERSATION_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "id": {"type": "string", "pattern": "^conv_[a-z0-9]+$"},
        "title": {"type": "string", "minLength": 1, "maxLength": 200},
        "circleId": {"type": ["string", "null"]},
    },
}
MESSAGE_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["content"],
    "properties": {"content": {"type": "string", "maxLength": 8000}},
}
PUSH_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["operations"],
    "properties": {
        "operations": {
            "type": "array",
            "maxItems": 200,
            "items": {
                "type": "object",
                "required": ["entityType", "entityId", "baseVersion", "changes"],
                "properties": {
                    "entityType": {"enum": ["conversation"]},
                    "entityId": {"type": "string"},
                    "baseVersion": {"type": "integer", "minimum": 1},
                    "changes": {
                        "type": "object",
                        "properties": {
                            "title": {"type": "string", "minLength": 1, "maxLength": 200},
                            "archived": {"type": "integer", "enum": [0, 1]},
                        },
                    },
                },
            },
        }
    },
}
EXCHANGE_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["replica", "documents"],
    "properties": {
        "replica": {"type": "string", "maxLength": 40},
        "documents": {
            "type": "array",
            "maxItems": 50,
            "items": {
                "type": "object",
                "required": ["entityId", "stateVector"],
                "properties": {
                    "entityId": {"type": "string"},
                    "stateVector": {"type": "string", "maxLength": 4000},
                    "update": {"type": "string"},
                },
            },
        },
    },
}
_CONVERSATION: dict[str, Any] = {
    "type": "object",
    "required": ["id", "title", "version"],
    "properties": {"id": {"type": "string"}, "title": {"type": "string"}, "version": {"type": "integer"}},
}
_HIT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "content", "kind", "provenance"],
    "properties": {"quality": {"type": "number", "minimum": 0, "maximum": 1}, "provenance": {"type": "string"}},
}
_CONTRACTS: dict[str, tuple[str, list[dict[str, Any]], dict[str, Any], int]] = {
    SEARCH: (
        "2.0.0",
        [
            {"name": "q", "type": "string", "required": True, "minLength": 2, "maxLength": 256},
            {"name": "k", "type": "number", "required": False, "minimum": 1, "maximum": 50},
            {"name": "depth", "type": "number", "required": False, "minimum": 0, "maximum": 200},
        ],
        {"type": "object", "required": ["hits"], "properties": {"hits": {"type": "array", "items": _HIT}}},
        250,
    ),
    CONVERSATIONS: (
        "1.2.0",
        [{"name": "limit", "type": "number", "required": False, "minimum": 1, "maximum": 200}],
        {
            "type": "object",
            "required": ["conversations"],
            "properties": {"conversations": {"type": "array", "items": _CONVERSATION}},
        },
        500,
    ),
    MESSAGES: (
        "1.2.0",
        [
            {"name": "limit", "type": "number", "required": False, "minimum": 1, "maximum": 200},
            {"name": "order", "type": "string", "required": False, "enum": ["asc", "desc"]},
        ],
        {"type": "object", "required": ["messages"], "properties": {"messages": {"type": "array"}}},
        500,
    ),
}


def make_monitors(reporter: Reporter) -> dict[str, ContractMonitor]:
    """A monitor for each contract, by endpoint."""
    return {endpoint: ContractMonitor(reporter, _contract(endpoint)) for endpoint in _CONTRACTS}


def _contract(endpoint: str) -> dict[str, Any]:
    version, params, response, timeout_ms = _CONTRACTS[endpoint]
    at_ms = now_ms()
    return {
        "serviceName": "server",
        "endpoint": endpoint,
        "contractVersion": version,
        "expectedParams": params,
        "expectedResponse": response,
        "timeout": timeout_ms,
        "id": f"contract_server_{version}_{endpoint.rsplit('/', 1)[-1]}",
        "createdAt": iso(at_ms),
        "updatedAt": iso(at_ms),
    }
