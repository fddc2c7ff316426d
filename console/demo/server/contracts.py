"""What the API promised its callers, in the platform's form of a contract; the reporter's middleware checks it."""

from console.demo.server import bodies
from console.demo.server.bodies import Json, array, exactly, nullable, number, open_to, text

SERVICE = "server"
SEARCH = "/api/v1/acus/search"
CONVERSATIONS = "/api/v1/conversations"
MESSAGES = "/api/v1/conversations/:id/messages"
FEED = "/api/v1/circles/:id/feed"
CHANGES = "/api/v1/sync/changes"
NOTIFICATIONS_MS = 400
STALE_LIMIT = 100
"""How many messages could be asked for before version 1.2.0 of that contract."""

_PARAMS: dict[str, list[Json]] = {
    SEARCH: [
        {"name": "q", "type": "string", "required": True, "minLength": 2, "maxLength": 256},
        {"name": "k", "type": "number", "required": False, "minimum": 1, "maximum": 50},
        {"name": "depth", "type": "number", "required": False, "minimum": 0, "maximum": 200},
    ],
    CONVERSATIONS: [{"name": "limit", "type": "number", "required": False, "minimum": 1, "maximum": 200}],
    MESSAGES: [
        {"name": "limit", "type": "number", "required": False, "minimum": 1, "maximum": 200},
        {"name": "order", "type": "string", "required": False, "enum": ["asc", "desc"]},
    ],
    FEED: [{"name": "sort", "type": "string", "required": False, "enum": ["latest", "title"]}],
    CHANGES: [{"name": "after", "type": "integer", "required": False, "minimum": 0}],
}
_REFUSAL = exactly(error=exactly(code=text(), message=text()), correlationId=nullable("string"))
_REFUSED = {"4xx": _REFUSAL, "5xx": _REFUSAL}
_HIT = exactly(
    id=text(pattern="^acu_"),
    content=text(),
    kind={"enum": ["claim", "question", "decision", "task"]},
    quality=number(minimum=0, maximum=1),
    provenance=text(),
)
_CONVERSATION = exactly(
    id=text(pattern="^conv_"),
    title=text(minLength=1, maxLength=200),
    circle_id=nullable("string"),
    owner_id=text(),
    archived={"enum": [0, 1]},
    version=number("integer", minimum=1),
    settled_version=number("integer", minimum=0),
    updated_ms=number("integer"),
)
_MESSAGE = exactly(
    id=text(pattern="^msg_"),
    conversation_id=text(),
    author_id=text(),
    position=number("integer", minimum=0),
    content=text(maxLength=8000),
)
_CHANGE = exactly(
    id=number("integer"),
    entity_type={"enum": ["conversation", "message"]},
    entity_id=text(),
    version=number("integer"),
    state={"type": "object"},
    correlation_id=nullable("string"),
)
_DOCUMENT = exactly(entityId=text(), update=text(), stateVector=text())
_PUSHED = open_to(
    {"version": number("integer"), "row": _CONVERSATION, "document": _DOCUMENT},
    entityId=text(),
    state={"enum": ["applied", "conflict", "missing"]},
)
_TOKEN = exactly(token=text(), expiresInMs=number("integer", minimum=1))
_PRESENCE = exactly(
    conversationId=text(), viewers=number("integer", minimum=0), typing={"type": "boolean"}, lastSeenMs=number("integer")
)
_NOTIFICATIONS = exactly(unread=number("integer", minimum=0), newest=array(exactly(id=text(), title=text())))
STATE = open_to(
    {"version": number("integer", minimum=1)},
    title=text(minLength=1, maxLength=200),
    archived={"type": "integer", "enum": [0, 1]},
)
"""A conversation's state, as the sides of a conflict have it and as a resolution may set it."""


def _get(endpoint: str, version: str, response: Json, timeout_ms: int) -> Json:
    answers = {"expectedResponse": response, "expectedResponses": _REFUSED}
    return _contract("GET", endpoint, version, timeout_ms) | answers


def _post(endpoint: str, version: str, body: Json | None, answer: tuple[str, Json], timeout_ms: int = 500) -> Json:
    """`answer` has the status that a success has, and its body."""
    asked = {} if body is None else {"expectedRequest": body}
    answers = {"expectedResponses": {answer[0]: answer[1], **_REFUSED}}
    return _contract("POST", endpoint, version, timeout_ms) | asked | answers


def _contract(method: str, endpoint: str, version: str, timeout_ms: int) -> Json:
    name = f"{method.lower()}_{endpoint.removeprefix('/api/v1/').replace('/', '_')}"
    params = [{"name": "id", "in": "path", "type": "string", "required": True}] if "/:id" in endpoint else []
    return {
        "serviceName": SERVICE,
        "endpoint": endpoint,
        "method": method,
        "contractVersion": version,
        "expectedParams": [*params, *(_PARAMS.get(endpoint, []) if method == "GET" else [])],
        "timeout": timeout_ms,
        "id": f"contract_server_{version}_{name}",
    }


CONTRACTS: tuple[Json, ...] = (
    _get(SEARCH, "2.0.0", exactly(hits=array(_HIT)), 250),
    _get(CONVERSATIONS, "1.2.0", exactly(conversations=array(_CONVERSATION)), 500),
    _get(MESSAGES, "1.2.0", exactly(messages=array(_MESSAGE)), 500),
    _get("/api/v1/conversations/:id/export", "1.0.0", {"title": "a line of JSON for each message"}, 1_000),
    _get("/api/v1/conversations/:id/presence", "1.0.0", _PRESENCE, 200),
    _get("/api/v1/notifications", "1.1.0", _NOTIFICATIONS, NOTIFICATIONS_MS),
    _get("/api/v1/acus/:id", "2.0.0", _HIT, 250),  # offered, and asked for by nobody
    _get(FEED, "1.0.0", exactly(feed=array(exactly(id=text(), title=text(), updated_ms=number("integer")))), 500),
    _get(CHANGES, "1.0.0", exactly(changes=array(_CHANGE)), 500),
    _get("/api/v1/health", "1.0.0", exactly(ok={"const": True}, database=text()), 200),
    _post(CONVERSATIONS, "1.2.0", bodies.CONVERSATION, ("201", exactly(id=text(), title=text(), version={"const": 1}))),
    _post(MESSAGES, "1.2.0", bodies.MESSAGE, ("201", exactly(id=text()))),
    _post("/api/v1/messages/:id/acus", "1.0.0", None, ("201", exactly(units=array(text()))), 1_500),
    _post("/api/v1/sync/push", "3.0.0", bodies.PUSH, ("200", exactly(results=array(_PUSHED)))),
    _post("/api/v1/sync/documents", "3.0.0", bodies.EXCHANGE, ("200", exactly(documents=array(_DOCUMENT)))),
    _post("/api/v1/imports", "1.0.0", bodies.IMPORT, ("201", exactly(stored=number("integer")))),
    _post("/api/v1/auth/token", "1.0.0", bodies.TOKEN, ("200", _TOKEN), 1_000),
    _post("/api/v1/auth/refresh", "1.0.0", bodies.REFRESH, ("200", _TOKEN)),
    _post("/api/v1/users", "1.0.0", bodies.USER, ("201", exactly(id=text()))),
    {
        "serviceName": SERVICE,
        "endpoint": "entity:conversation",
        "contractVersion": "1.0.0",
        "expectedResponse": STATE,
        "id": "contract_server_1.0.0_entity_conversation",
    },
)


def find_contract(endpoint: str) -> Json:
    """The contract of reading from this endpoint."""
    return next(one for one in CONTRACTS if (one["endpoint"], one.get("method")) == (endpoint, "GET"))
