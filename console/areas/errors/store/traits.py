"""The eight facets of an error event: what may be common to a group and rare elsewhere."""

from typing import Any

from console.areas.errors.core.payload import Payload, first_text, is_sqlstate, section
from console.model.browser import browser_of
from console.model.endpoint import endpoint_template

FACETS = ("service", "user", "version", "environment", "endpoint", "browser", "status", "sqlstate")
"""In the order of the columns of `errors_member`."""
SERVICE, USER, VERSION = 0, 1, 2
"""Places of the facets that lists of groups show."""
TEXT_LENGTH = 200

_ID_KEYS, _USER_KEYS, _CONTEXT_USER_KEYS = ("id", "userId"), ("user", "userId"), ("userId", "user")
_VERSION_KEYS, _VERSION_KEY = ("version", "appVersion"), ("version",)
_NAME_KEYS, _ENVIRONMENT_KEY = ("environment", "name"), ("environment",)
_STATUS_KEYS, _STATUS_KEY = ("status", "statusCode"), ("statusCode",)
_BROWSER_KEY, _AGENT_KEY, _HEADER_KEYS, _URL_KEY = ("browser",), ("userAgent",), ("user-agent", "User-Agent"), ("url",)


def traits_of(service: str, payload: Payload) -> tuple[str, ...]:
    """Return the facets' values, "" for what the event does not say. Never raises, whatever the payload holds."""
    body, context, environment = payload.body, payload.context, payload.environment
    code = payload.sql_code
    return (
        storable(service),
        _first(payload.user, _ID_KEYS) or _first(body, _USER_KEYS) or _first(context, _CONTEXT_USER_KEYS),
        _first(environment, _VERSION_KEYS) or _first(context, _VERSION_KEY) or _first(body, _VERSION_KEY),
        _first(environment, _NAME_KEYS) or _first(body, _ENVIRONMENT_KEY) or _first(context, _ENVIRONMENT_KEY),
        _endpoint(payload),
        _browser(payload),
        _first(payload.response, _STATUS_KEYS) or _first(context, _STATUS_KEY) or _first(body, _STATUS_KEY),
        code if is_sqlstate(code) else "",
    )


def storable(text: str) -> str:
    """Return a text that SQLite takes, of bounded length: lone surrogates cannot be encoded."""
    text = text[:TEXT_LENGTH]
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _first(place: dict[str, Any], keys: tuple[str, ...]) -> str:
    """Return the first value that is text or a whole number, "" for none."""
    if place:
        for key in keys:
            value = place.get(key)
            if type(value) is str:
                if value:
                    return storable(value)
            elif type(value) is int and -(2**63) <= value < 2**63:
                return str(value)
    return ""


def _endpoint(payload: Payload) -> str:
    """Method and path; parts of the path that are ids become `:id`, so that one endpoint is one value."""
    # Without a request it is at least known on which page.
    template = payload.template or endpoint_template(first_text(payload.context, _URL_KEY))
    return storable(f"{payload.method} {template}" if payload.method and template else template)


def _browser(payload: Payload) -> str:
    """Name and major version out of a user agent, or what the event itself calls its browser."""
    environment, context = payload.environment, payload.context
    named = _first(environment, _BROWSER_KEY) or _first(context, _BROWSER_KEY)
    if named:
        return named
    agent = first_text(environment, _AGENT_KEY) or first_text(context, _AGENT_KEY)
    agent = agent or first_text(section(payload.request, "headers"), _HEADER_KEYS)
    return storable(browser_of(agent)) if agent else ""
