"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/) to events and back.

An entry becomes an event with a request and a response as the console's own reports have them, at the time when it was
over. What these two cannot hold stands in `data.har`, so that `to_har` gives back what was read. Lists of name and value
become objects (see `har_pairs`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from console.areas.incidents.core.found import FileRefused, Found, found
from console.areas.incidents.core.har_pairs import BODIES, PAIRS, fold_pairs
from console.areas.incidents.core.har_writing import to_har
from console.model.decoding import decode, finite
from console.model.dialects import Piece, piece_of
from console.model.endpoint import endpoint_template

__all__ = ["event_of", "is_har", "read_har", "to_har"]

Json = dict[str, Any]

_MOST_ENTRIES = 500_000
_RAW = msgspec.json.Decoder(dict[str, msgspec.Raw])
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_TRACEPARENT = re.compile(r"\s*(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\s*")
_UNREACHABLE = (502, 503, 504)


def read_har(text: str) -> Iterator[Found]:
    """Yield what the file itself says, then its entries in order. Raises FileRefused with the line and the reason."""
    around, log, entries = _open(text)
    if len(entries) > _MOST_ENTRIES:
        raise FileRefused(f"{len(entries):,} entries; {_MOST_ENTRIES:,} are allowed")
    first = decode(entries[0]).value if entries else None
    yield found("log", piece_of(_compact(_head(around, log, len(entries), first))))
    for number, entry in enumerate(entries, 1):
        yield _found(f"entry {number}", entry)


def is_har(text: str) -> bool:
    """Tell whether the beginning of a file looks like HAR: an object whose first keys open a log."""
    return re.match(r'\ufeff?\s*\{\s*(?:"[^"\\]{1,40}"\s*:\s*"[^"\\]{0,200}"\s*,\s*)?"log"\s*:\s*\{', text) is not None


def _open(text: str) -> tuple[Json, Json, list[str]]:
    """Return what stands beside the log, the log without its entries, and the texts of these."""
    try:
        outer = _RAW.decode(text)
        log = _RAW.decode(outer.pop("log"))
        entries = [str(raw, "utf-8") for raw in _RAWS.decode(log.pop("entries"))]
        return _values(outer), _values(log), entries
    except (msgspec.MsgspecError, KeyError, UnicodeError, RecursionError):
        return _open_leniently(text)  # to say what is wrong, or to forgive it


def _open_leniently(text: str) -> tuple[Json, Json, list[str]]:
    decoded = decode(text)
    if decoded.problem:
        raise FileRefused(f"{decoded.problem}; the file may have been cut off")
    value = decoded.value
    log = value.get("log") if isinstance(value, dict) else None
    if not isinstance(log, dict) or not isinstance(log.get("entries"), list):
        raise FileRefused("not HAR: there is no log.entries")
    around = {key: part for key, part in value.items() if key != "log"}
    rest = {key: part for key, part in log.items() if key != "entries"}
    return around, rest, [json.dumps(entry, ensure_ascii=False) for entry in log["entries"]]


def _values(raws: Mapping[str, msgspec.Raw]) -> Json:
    """What cannot be decoded, being nested too deeply, stays as its text."""
    decoded = {key: decode(str(raw, "utf-8")) for key, raw in raws.items()}
    return {key: str(raws[key], "utf-8") if one.problem else one.value for key, one in decoded.items()}


def _head(around: Json, log: Json, entries: int, first: Any) -> Json:
    """An event that says what the file is; it holds what belongs to no entry."""
    maker: Json = next((log[key] for key in ("browser", "creator") if isinstance(log.get(key), dict)), {})
    name = " ".join(maker[key] for key in ("name", "version") if isinstance(maker.get(key), str)) or "an unnamed program"
    pages = log.get("pages")
    words = f"HAR of {name}: {entries:,} entries"
    if isinstance(pages, list) and pages:
        words += f", {len(pages):,} pages"
    started = first.get("startedDateTime") if isinstance(first, dict) else None
    data: Json = {"message": words, "har": {"log": log, "around": around}}
    return {"eventType": "info", "service": "har", "timestamp": started, "data": data}


def _found(place: str, text: str) -> Found:
    decoded = decode(text)
    entry = decoded.value
    if not isinstance(entry, dict) or not isinstance(entry.get("request"), dict):
        return found(place, Piece(text, None, "no entry of HAR: it has no request"))
    try:
        event = _compact(event_of(entry))
    except (RecursionError, ValueError) as error:
        return found(place, Piece(text, None, f"cannot be written as an event: {error}"))
    return found(place, piece_of(event))


def _compact(event: Json) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def event_of(entry: Json) -> Json:
    """Return the event of an entry that has a request."""
    sides = {side: dict(entry[side]) for side in ("request", "response") if isinstance(entry.get(side), dict)}
    har: Json = {"entry": {key: value for key, value in entry.items() if key not in sides}}
    if pairs := _fold(sides):
        har["pairs"] = pairs
    added = {side: ["body"] for side in sides if _lift_body(sides[side], BODIES[side])}
    duration = finite(entry.get("time"))
    duration = duration if duration is not None and duration >= 0 else None
    request, response = sides["request"], sides.get("response", {})
    if response and duration is not None and "durationMs" not in response:
        response["durationMs"] = duration
        added.setdefault("response", []).append("durationMs")
    if added:
        har["added"] = added
    problem, category = _problem(response)
    url, method = (str(request.get(key) or "") for key in ("url", "method"))
    data: Json = {"operation": f"{method} {endpoint_template(url)}", "message": _words(method, url, response, problem)}
    ids = _ids(request, response)
    if isinstance(own := entry.get("_correlationId"), str) and own:
        ids.setdefault("correlationId", own)
    data |= ids
    if category:
        data["category"] = category
    data |= {**sides, "har": har}
    event: Json = {
        "eventType": "error" if problem else "performance",
        "service": _service(entry) or _host(url),
        "data": data,
    }
    event["timestamp"] = _ended(entry.get("startedDateTime"), duration)
    if duration is not None:
        event["performance"] = {"duration": duration}
    return event


def _fold(sides: dict[str, Json]) -> Json:
    """Make objects of the lists of names and values, in place; returns what those cannot hold, by path."""
    rest: Json = {}
    for side, *inner, key in PAIRS:
        place = sides.get(side)
        for step in inner:
            child = place.get(step) if place is not None else None
            if place is None or not isinstance(child, dict):
                place = None
                break
            place[step] = place = dict(child)
        if place is None:
            continue
        path = ".".join((side, *inner, key))
        if isinstance(place.get(key), dict):
            rest[path] = {"isObject": True}  # not as HAR has it, and to be given back like that
        elif folded := fold_pairs(place.get(key)):
            place[key] = folded.values
            if folded.rest:
                rest[path] = folded.rest
    return rest


def _lift_body(section: Json, holder: str) -> bool:
    """Put the text of a body where the console's reports have it; False when there is none, or no room."""
    content = section.get(holder)
    if "body" in section or not isinstance(content, dict) or not isinstance(content.get("text"), str):
        return False
    section["body"] = content["text"]
    section[holder] = {key: value for key, value in content.items() if key != "text"}
    return True


def _problem(response: Json) -> tuple[str, str]:
    """Return why a request failed, and its category; "" for one that was answered well, or refused (4xx)."""
    status, words = response.get("status"), str(response.get("statusText") or "")
    number = finite(status)
    if number is not None and number >= 500:
        return f"answered {number:.0f} {words}".strip(), "SERVICE_UNAVAILABLE" if number in _UNREACHABLE else ""
    if not status:  # 0 and nothing at all: no answer came
        return str(response.get("_error") or words or "no answer"), "CONNECTION_LOST"
    return "", ""


def _words(method: str, url: str, response: Json, problem: str) -> str:
    asked = f"{method} {url.partition('?')[0][:300]}"
    if problem:
        return f"{asked} failed: {problem}"
    return f"{asked}: {response.get('status')} {response.get('statusText') or ''}".strip()


def _ids(request: Json, response: Json) -> Json:
    """Return the correlation ids that travel in headers, the request's first."""
    ids: Json = {}
    for section in (request, response):
        headers = section.get("headers")
        for name, value in headers.items() if isinstance(headers, dict) else ():
            text = value[0] if isinstance(value, list) and value else value
            if not isinstance(text, str) or not text:
                continue
            match name.lower():
                case "x-correlation-id":
                    ids.setdefault("correlationId", text)
                case "x-request-id":
                    ids.setdefault("requestId", text)
                case "traceparent" if matched := _TRACEPARENT.fullmatch(text):
                    ids.setdefault("traceId", matched[1])
    return ids


def _service(entry: Json) -> str:
    """Who was asked, where this console wrote the entry."""
    service = entry.get("_service")
    return service[:100] if isinstance(service, str) else ""


def _host(url: str) -> str:
    """Who was asked stands in for the service."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2][:100] or "har"
    except ValueError:
        return "har"


def _ended(started: Any, duration: float | None) -> Any:
    """Events stand at their end, as the platform writes them; a time that cannot be read is left for the reader to judge."""
    if not isinstance(started, str):
        return started
    try:
        moment = datetime.fromisoformat(started)
        start_ms = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
    except (ValueError, OverflowError):
        return started
    return round(start_ms + (duration or 0))
