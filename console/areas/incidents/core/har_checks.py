"""What contract checks tell of exchanges (`data.exchange`, as the reporter writes it), as the two sides of a HAR entry."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from console.areas.incidents.core.har_pairs import Json
from console.model.decoding import finite
from console.model.event import Event
from console.model.report.exchange import Request, Response, read_headers

_CHECK = "contract_check"
_COOKIES = "cookieParams"
_LEFT_OUT = {
    "truncated": "the body was too long or nested too deeply to be kept",
    "unreadable": "the body is not the JSON that its header says",
}
"""What a check lists the bodies under that it does not hold, and why it does not."""


class Check(NamedTuple):
    """`more` holds what HAR knows and the reports of a request and its answer do not have, by side; `comment` of both."""

    request: Request
    response: Response
    more: Mapping[str, Json]
    comment: str


def check_of(event: Event) -> Check | None:
    """Return the exchange that a contract check tells of; None for other events, and where nothing came of the request."""
    body = event.data.get("data")
    told = body.get("exchange") if event.event_type == _CHECK and isinstance(body, dict) else None
    if not isinstance(told, dict) or not isinstance(path := told.get("path"), str) or not path:
        return None
    status, failure, method = told.get("status"), told.get("failure"), told.get("method")
    status = status if type(status) is int and 100 <= status <= 599 else None
    failure = failure if isinstance(failure, str) else ""
    if status is None and not failure:
        return None
    query = _query(told)
    request = Request(
        method=method.upper() if isinstance(method, str) and method else "GET",
        url=f"{path}?{urlencode(list(_flat(query)))}" if query else path,
        path=path,
        headers=read_headers(told.get("headers")),
        query=query,
        body=_text(told, "request"),
    )
    response = Response(status, finite(told.get("durationMs")), {}, _text(told, "response"))
    more = {"request": _comment(told, "request"), "response": _comment(told, "response")}
    if cookies := told.get(_COOKIES):
        more["request"]["cookies"] = _pairs(cookies)
    if failure:
        more["response"]["_error"] = failure
    sampled = body.get("sampled") if isinstance(body, dict) else None
    alike = type(sampled) is int and sampled > 1
    return Check(request, response, more, f"stands for {sampled:,} exchanges like it" if alike else "")


def text_of(value: Any) -> str:
    """Return a value as HAR has values: as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _query(told: Json) -> Json:
    """Return the parameters of the query; some producers tell those of the path among them."""
    params, of_path = told.get("params"), told.get("pathParams")
    if not isinstance(params, dict):
        return {}
    return {name: value for name, value in params.items() if not isinstance(of_path, dict) or name not in of_path}


def _flat(query: Json) -> Iterable[tuple[bytes, bytes]]:
    for name, value in query.items():
        for one in value if isinstance(value, list) else [value]:
            yield name.encode("utf-8", "replace"), text_of(one).encode("utf-8", "replace")


def _text(told: Json, side: str) -> str | None:
    """Checks hold bodies decoded, null among them: a text in one is a JSON string."""
    return json.dumps(told[side], ensure_ascii=False) if side in told else None


def _comment(told: Json, side: str) -> Json:
    for key, words in _LEFT_OUT.items():
        if isinstance(listed := told.get(key), list) and side in listed:
            return {"comment": words}
    return {}


def _pairs(values: Any) -> list[Json]:
    if not isinstance(values, dict):
        return []
    return [{"name": name, "value": value} for name, value in values.items() if isinstance(value, str)]
