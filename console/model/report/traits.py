"""What errors are counted by: version, environment, user, browser, endpoint, status, SQLSTATE; and the stacks they hold."""

from dataclasses import dataclass
from typing import Any

from console.model.browser import browser_of
from console.model.report.exchange import request_of, response_of
from console.model.report.holding import Json, holders, pick, pick_text
from console.model.report.sections import read_sections
from console.model.report.statement import database_of

_LONGEST = 400
_USER_AGENTS = ("user-agent", "User-Agent", "userAgent")
_STACKS = {"stack": 0, "stackTrace": 1, "stacktrace": 1, "traceback": 1, "componentStack": 3}


@dataclass(frozen=True, slots=True)
class Traits:
    """Each is None when the event does not tell it; texts have at most 400 characters.

    `browser` is a name and major version ("Chrome 131"), or the agent's first word. `endpoint` has no query.
    """

    app_version: str | None = None
    environment: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    browser: str | None = None
    user_agent: str | None = None
    endpoint: str | None = None
    http_status: int | None = None
    sqlstate: str | None = None


def versions_of(payload: Any) -> Traits:
    """Return the traits of an event of any dialect."""
    places = holders(payload)
    surroundings = [place["environment"] for place in places if isinstance(place.get("environment"), dict)]
    users = [place["user"] for place in places if isinstance(place.get("user"), dict)]
    named = next((place["environment"] for place in places if isinstance(place.get("environment"), str)), None)
    request, response, database = request_of(payload), response_of(payload), database_of(payload)
    agent = _user_agent(places, surroundings, request.headers if request else {})
    return Traits(
        app_version=_cut(pick_text([*surroundings, *places], "version", "appVersion", "release", "build")),
        environment=_cut(pick_text(surroundings, "environment", "name", "mode") or named),
        user_id=_cut(pick_text(places, "userId") or pick_text(users, "id", "userId", "handle")),
        session_id=_cut(pick_text([*places, *users], "sessionId")),
        browser=browser_of(agent) or None if agent else None,
        user_agent=_cut(agent),
        endpoint=_cut(_endpoint(places, request.path if request else None)),
        http_status=response.status if response else None,
        sqlstate=database.sqlstate if database else None,
    )


def _cut(text: str | None) -> str | None:
    return text[:_LONGEST] if text else None


def _user_agent(places: list[Json], surroundings: list[Json], headers: Json) -> str | None:
    debugs = [place["debug"] for place in places if isinstance(place.get("debug"), dict)]
    agent = pick_text([*surroundings, *debugs, *places], "userAgent") or pick_text([headers], *_USER_AGENTS)
    browser = pick([*surroundings, *debugs, *places], "browser")
    if agent is None and isinstance(browser, dict):
        return pick_text([browser], "userAgent") or " ".join(
            filter(None, (pick_text([browser], "name"), pick_text([browser], "version")))
        )
    return agent or (browser if isinstance(browser, str) else None)


def _endpoint(places: list[Json], path: str | None) -> str | None:
    if path:
        return path
    contracts = [
        violation["expectedContract"]
        for place in places
        if isinstance(state := place.get("contractState"), dict)
        if isinstance(violation := state.get("lastViolation"), dict)
        if isinstance(violation.get("expectedContract"), dict)
    ]
    return pick_text([*places, *contracts], "endpoint")


def stack_texts(payload: Any) -> tuple[tuple[str, str], ...]:
    """Return (path, text) of every stack text of an event, most telling first: a plain stack, the least deep one."""
    found: list[tuple[int, int, str, str]] = []
    for section in read_sections(payload):
        for fact in section.facts:
            name = fact.path.rsplit(".", 1)[-1]
            text = _stack_text(fact.value)
            if name in _STACKS and text.strip():
                found.append((_STACKS[name], fact.path.count(".") + (".cause" in fact.path) * 10, fact.path, text))
    return tuple((path, text) for _, _, path, text in sorted(found, key=lambda one: one[:2]))


def _stack_text(value: Any) -> str:
    """A stack is text, or the list of its lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    return value if isinstance(value, str) else ""
