"""Schemas of the bodies that the API takes, and the words to write schemas with."""

from typing import Any

Json = dict[str, Any]


def text(**rules: Any) -> Json:
    """A text."""
    return {"type": "string", **rules}


def number(kind: str = "number", **rules: Any) -> Json:
    """A number, or only whole ones."""
    return {"type": kind, **rules}


def nullable(kind: str) -> Json:
    """Of this type, or null."""
    return {"type": [kind, "null"]}


def array(items: Json, **rules: Any) -> Json:
    """Any number of such items."""
    return {"type": "array", "items": items, **rules}


def exactly(**properties: Json) -> Json:
    """An object with all of these properties."""
    return {"type": "object", "required": list(properties), "properties": properties}


def open_to(optional: Json, **properties: Json) -> Json:
    """An object with all of these properties, and those that may stand there too."""
    return {"type": "object", "required": list(properties), "properties": {**properties, **optional}}


CONVERSATION = open_to(
    {"id": text(pattern="^conv_[a-z0-9]+$"), "circleId": nullable("string")}, title=text(minLength=1, maxLength=200)
)
MESSAGE = exactly(content=text(maxLength=8000))
_CHANGES: Json = {
    "type": "object",
    "properties": {"title": text(minLength=1, maxLength=200), "archived": {"type": "integer", "enum": [0, 1]}},
}
_EDIT = open_to(
    {"update": text(), "stateVector": text(), "settles": {"type": "boolean"}},
    entityType={"enum": ["conversation"]},
    entityId=text(),
    baseVersion=number("integer", minimum=1),
    changes=_CHANGES,
)
PUSH = exactly(operations=array(_EDIT, maxItems=200))
EXCHANGE = exactly(
    replica=text(maxLength=40),
    documents=array(open_to({"update": text()}, entityId=text(), stateVector=text(maxLength=4000)), maxItems=50),
)
IMPORT = exactly(conversationId=text(), entries=array(text(), maxItems=200))
TOKEN = open_to({"ttlMs": number("integer", minimum=1, maximum=600_000)}, handle=text())
REFRESH = exactly(token=text())
USER = exactly(handle=text(pattern="^[a-z][a-z0-9_]{1,31}$"), displayName=text(minLength=1, maxLength=80))
