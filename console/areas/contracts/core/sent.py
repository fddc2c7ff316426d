"""Headers and cookies of a request, out of any form in which events tell them."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from console.model.report.exchange import read_headers
from console.reporter.contracts.exchange import Sent
from console.reporter.contracts.masked import is_masked

Json: TypeAlias = dict[str, Any]
COOKIES = "cookieParams"
"""Where a check tells cookies: under a name that ends in "cookies" the whole would be masked."""
_EVERYWHERE = ("host", ":authority")
"""Every request has one of these: headers without them are a selection."""


def sent_in_check(told: Json) -> tuple[Sent | None, Sent | None]:
    """Return (headers, cookies) as a check tells them, None where it does not: those with null were not sent."""
    headers, cookies = told.get("headers"), told.get(COOKIES)
    if headers is None and cookies is None:
        return None, None
    return _headers(headers, null_is_absent=True), _texts(cookies)


def sent_in_report(request: Json) -> tuple[Sent | None, Sent | None]:
    """Return (headers, cookies) of the request in a report or a HAR file, None where nothing is told of them.

    What is not among the headers was not sent only where they are told whole. Cookies are known by their header; that it is
    not there says nothing, for it is what is left out first.
    """
    given = request.get("headers")
    headers = _headers(request.get("requestHeaders") if given is None else given, null_is_absent=False)
    cookies = _cookies(headers.values.get("cookie")) if headers is not None else None
    return headers, cookies or _texts(_by_name(request.get("cookies")), null_is_absent=False)


def _headers(given: Any, *, null_is_absent: bool) -> Sent | None:
    values: Json = {name.lower(): value for name, value in read_headers(given).items()}
    if null_is_absent and isinstance(given, dict):
        for name, value in given.items():
            if value is None:
                values.setdefault(name.lower(), None)
    return Sent(values, any(name in values for name in _EVERYWHERE)) if values else None


def _cookies(header: Any) -> Sent | None:
    """Return the cookies in their header, None where it is masked or not there."""
    if not isinstance(header, str) or (is_masked(header) and "=" not in header):
        return None
    pairs = (part.partition("=") for part in header.split(";"))
    return Sent({name.strip(): value.strip().strip('"') for name, sign, value in pairs if sign}, is_whole=True)


def _by_name(given: Any) -> Any:
    """Return cookies by name, as HAR files list them as {name, value} objects."""
    if not isinstance(given, list):
        return given
    return {one["name"]: one.get("value") for one in given if isinstance(one, dict) and isinstance(one.get("name"), str)}


def _texts(given: Any, *, null_is_absent: bool = True) -> Sent | None:
    if not isinstance(given, Mapping):
        return None
    values = {name: value for name, value in given.items() if isinstance(value, str) or (value is None and null_is_absent)}
    return Sent(values, is_whole=False) if values else None
