"""Find in a payload of any dialect what an error is known by: its stacks, type, codes, request and place in the code."""

from typing import NamedTuple

from console.areas.errors.core.payload import MAX_TEXT, Payload, Section, first_text, section
from console.model.stack import Stack, parse_stack

_STACK_KEYS = ("stack", "stackTrace", "stack_trace", "traceback", "componentStack")
_TYPE_KEYS = ("exceptionType", "errorType", "errorName", "errorClass")
_ERRORS_OWN_TYPE_KEYS = ("name", "type")
_CODE_KEYS = ("errorCode", "code", "errno")
_STATUS_KEYS = ("statusCode", "status", "httpStatus")
_CONSTRAINT_KEYS = ("constraint", "constraintName", "constraint_name")
_TABLE_KEYS = ("table", "tableName", "table_name")
_COLUMN_KEYS = ("column", "columnName", "column_name")
_MESSAGE_KEYS, _MODULE_KEYS, _FUNCTION_KEYS = ("message",), ("module",), ("function",)
_COMPONENT_KEYS, _FINGERPRINT_KEYS = ("component",), ("fingerprint",)


class Evidence(NamedTuple):
    """What a payload says; empty text and None where it says nothing. What only some rules ask for is read when they do."""

    payload: Payload
    stack: Stack | None
    exception_type: str
    message: str

    @property
    def sql_object(self) -> str:
        """The constraint, else table and column, that a database error names."""
        place = self.payload.sql_place
        if constraint := first_text(place, _CONSTRAINT_KEYS):
            return constraint
        table, column = first_text(place, _TABLE_KEYS), first_text(place, _COLUMN_KEYS)
        return f"{table}.{column}" if table and column else table or column

    @property
    def error_code(self) -> str:
        """What Node, fetch and the like call their errors: ECONNREFUSED, ERR_INVALID_URL."""
        payload = self.payload
        for place in (payload.error, payload.context, payload.body, payload.extra):
            for key in _CODE_KEYS if place else ():
                text = place.get(key)
                if type(text) is str and text and _is_name_of_error(text):
                    return text
        return ""

    @property
    def status(self) -> int | None:
        """The status that a request was answered with."""
        payload = self.payload
        for place in (payload.response, payload.context, payload.body):
            for key in _STATUS_KEYS if place else ():
                value = place.get(key)
                if type(value) is int:
                    return value
        return None

    @property
    def place(self) -> str:
        """`function in module` as the reporter itself says it, for what has no stack."""
        source = self.payload.source
        module, function = first_text(source, _MODULE_KEYS), first_text(source, _FUNCTION_KEYS)
        return f"{function} in {module}" if module and function else function or module

    @property
    def component(self) -> str:
        """What the flat dialect calls the part that reported."""
        return first_text(self.payload.body, _COMPONENT_KEYS)

    @property
    def producer_fingerprint(self) -> str:
        """What the producer itself groups by."""
        return first_text(self.payload.body, _FINGERPRINT_KEYS)


def find_evidence(payload: Payload, message: str) -> Evidence:
    """Read what an opened payload says of its error. `message` is what the event is shown with."""
    body, context, error = payload.body, payload.context, payload.error
    inner = section(context, "error") if context else context
    # Most are empty, and these are looked through again and again.
    places = [place for place in (body, error, payload.source, payload.debug, context, inner, payload.extra) if place]
    stack = _first_stack(places)
    return Evidence(
        payload,
        stack,
        _first_type(places) or first_text(error, _ERRORS_OWN_TYPE_KEYS) or (stack.exception_type if stack else ""),
        message or first_text(body, _MESSAGE_KEYS) or first_text(error, _MESSAGE_KEYS),
    )


def _first_stack(places: list[Section]) -> Stack | None:
    for place in places:
        for key in _STACK_KEYS:
            text = place.get(key)
            if type(text) is str and text and (stack := parse_stack(text)) is not None:
                return stack
    return None


def _first_type(places: list[Section]) -> str:
    for place in places:
        for key in _TYPE_KEYS:
            text = place.get(key)
            if type(text) is str and text:
                return text[:MAX_TEXT]
    return ""


def _is_name_of_error(text: str) -> bool:
    if len(text) > 60 or not text.isascii() or text != text.upper() or text.isdigit():
        return False
    return text.replace("_", "").isalnum()
