"""Which errors are one: a fingerprint from what stays the same when one fault happens again, and the reasons for it."""

import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple

from console.areas.errors.core.engine import common_wording
from console.areas.errors.core.evidence import Evidence, find_evidence
from console.areas.errors.core.framing import OWN_FAULT, CallPath, call_path, chain
from console.areas.errors.core.normalising import Normalised, comparable, normalise, plain_lead
from console.areas.errors.core.payload import Payload, open_payload
from console.areas.errors.core.skeleton import skeleton

RULES_VERSION = 1
"""Raised with each change that can give an event another fingerprint: stored groups are then made anew."""

PRODUCER = "producer fingerprint"
"""Name of the part that is reported beside the others and decides nothing."""

ERROR_LEVELS = frozenset({"error", "critical", "fatal"})
_TITLE = 200
_GENERIC = frozenset(
    {"", "Error", "Exception", "RuntimeError", "ValueError", "AssertionError", "DOMException", "builtins.Exception"}
)
_ENGINES = frozenset(
    (
        *(
            "SyntaxError",
            "URIError",
            "InternalError",
            "NotFoundError",
            "InvalidCharacterError",
            "DataCloneError",
            "AbortError",
        ),
        *(
            "QuotaExceededError",
            "SecurityError",
            "NotSupportedError",
            "InvalidStateError",
            "HierarchyRequestError",
            "DataError",
        ),
        *(
            "NotAllowedError",
            "NetworkError",
            "TimeoutError",
            "InvalidAccessError",
            "InvalidModificationError",
            "VersionError",
        ),
    )
)
"""What only engines raise, each in its own words."""
_WORDED = frozenset({"TypeError", "ReferenceError"})
"""Two properties that one function misses are two faults, and the engines' words for it can be made the same."""


class Part(NamedTuple):
    """One piece of evidence: `value` is compared, `original` is what arrived, `replaced` what of it (kind, text) was not."""

    name: str
    value: str
    original: str
    replaced: tuple[tuple[str, str], ...] = ()


_LATER = (("message", ""),)
"""Stands for what was not compared in a message until somebody asks: it is found only by normalising all of it."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The answer: 16 hex digits, words for people, and the evidence. `rule` says in words which evidence decided."""

    fingerprint: str
    title: str
    culprit: str
    rule: str
    parts: tuple[Part, ...]


def is_error(event_type: str, level: str) -> bool:
    """Tell whether an event belongs in a group: errors, and whatever is as bad as one."""
    return event_type == "error" or level in ERROR_LEVELS


class Judged(NamedTuple):
    """What the rules found of one error. `describe` adds the words for people, which only a new group needs."""

    fingerprint: str
    rule: str
    parts: tuple[Part, ...]
    kind: str
    evidence: Evidence
    path: CallPath
    service: str

    def describe(self) -> Grouping:
        """Return the whole answer."""
        evidence = self.evidence
        asked = f"{evidence.payload.method} {evidence.payload.template}".strip()
        culprit = self.path.culprit or evidence.place or asked or self.service
        words = normalise(evidence.message)
        parts = [part._replace(replaced=words.replaced) if part.replaced is _LATER else part for part in self.parts]
        if producer := evidence.producer_fingerprint:
            parts.append(Part(PRODUCER, producer, producer))
        title = _title(self.kind, words)
        return Grouping(self.fingerprint, title, culprit[:_TITLE], self.rule, tuple(parts))


def judge(payload: Payload, *, message: str, category: str, service: str) -> Judged:
    """Apply the rules to an error with an opened payload."""
    evidence = find_evidence(payload, message)
    path = call_path(evidence.stack, evidence.exception_type)
    kind = _own_name(evidence.exception_type)
    if _names_endpoint(evidence):
        rule, parts = _by_request(evidence, kind)
    elif path.frames:
        rule, parts = _by_frames(evidence, path, kind)
    else:
        rule, parts = _by_words(evidence, kind, category, service)
    deciding = "\x1e".join([f"{part.name}\x1f{part.value}" for part in parts])
    fingerprint = hashlib.blake2b(deciding.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return Judged(fingerprint, rule, tuple(parts), kind, evidence, path, service)


def group_error(data: Any, *, message: str, category: str, service: str) -> Grouping:
    """Return the group of one error. `data` is its decoded payload in any dialect. Never raises."""
    return judge(open_payload(data), message=message, category=category, service=service).describe()


def explain(grouping: Grouping) -> list[str]:
    """Return one line per fact: what decided, each part that must match, what of it was not compared."""
    lines = [f"One group by {grouping.rule}."]
    for part in grouping.parts:
        if part.name == PRODUCER:
            lines.append(f"The producer's own fingerprint is {part.value}; it did not decide.")
            continue
        lines.append(f"Same {part.name}: {part.value.replace(chr(10), ' ← ')}")
        lines += [f"Not compared in {part.name}: {kind} {text}" for kind, text in part.replaced]
    return lines


def _by_frames(evidence: Evidence, path: CallPath, kind: str) -> tuple[str, list[Part]]:
    parts = [
        Part("exception type", kind, evidence.exception_type),
        Part("in-app frames", path.value, path.original, path.replaced),
    ]
    rule = "exception type and in-app frames"
    causes = chain(evidence.stack)
    if causes.value:
        parts.append(Part("causes", causes.value, causes.original))
        rule += ", with the causes"
    if evidence.payload.sql_code:
        parts += _sql_parts(evidence)
        return f"{rule}, with the database's code", parts
    if code := evidence.error_code:
        parts.append(Part("error code", code, code))
        rule += ", with the error's code"
    if path.statement and _statement_counts(kind, path.statement):
        parts.append(Part("statement", path.statement, path.statement))
        return f"{rule}, with the statement that failed", parts
    if kind in _GENERIC:
        parts.append(_lead_of(evidence.message))
        return f"{rule}, with the message because {kind or 'the type'} says little", parts
    wording = common_wording(evidence.message)
    if wording and kind in _WORDED:
        parts.append(Part("message", wording, evidence.message))
        return f"{rule}, with what the engine says", parts
    if path.thrown_here and kind not in _ENGINES and not wording:
        parts.append(_lead_of(evidence.message))
        rule += ", with the message that was thrown"
    return rule, parts


def _by_request(evidence: Evidence, kind: str) -> tuple[str, list[Part]]:
    """A request that was answered with an error: the fault is at the other end, whoever asked."""
    status = str(evidence.status)
    endpoint = _endpoint(evidence.payload)
    parts = [Part("exception type", kind, evidence.exception_type), Part("status", status, status), endpoint]
    return "status and endpoint of the request that failed", parts


def _by_words(evidence: Evidence, kind: str, category: str, service: str) -> tuple[str, list[Part]]:
    parts = [Part("category", category.lower(), category)]
    if kind:
        parts.append(Part("exception type", kind, evidence.exception_type))
    place = evidence.place
    if place:
        parts.append(Part("place", place, place))
    else:
        name = evidence.component or service
        parts.append(Part("service", name, name))
    rule = "category and message, for want of a usable stack"
    if evidence.payload.sql_code:
        parts += _sql_parts(evidence)
        return f"{rule}, with the database's code", parts
    if code := evidence.error_code:
        parts.append(Part("error code", code, code))
    parts += _http_parts(evidence)
    said = common_wording(evidence.message)
    if not said:
        text = comparable(normalise(evidence.message).text)
        said = skeleton(text) if place else text
    parts.append(Part("message", said, evidence.message, _LATER))
    return rule, parts


def _sql_parts(evidence: Evidence) -> list[Part]:
    parts = [Part("database code", evidence.payload.sql_code, evidence.payload.sql_code)]
    if name := evidence.sql_object:
        parts.append(Part("constraint or table", name, name))
    else:
        text = comparable(normalise(evidence.message).text)
        parts.append(Part("message", text, evidence.message, _LATER))
    return parts


def _lead_of(message: str) -> Part:
    lead = plain_lead(message) or _lead(comparable(normalise(message).text))
    return Part("message", skeleton(lead), message, _LATER)


def _http_parts(evidence: Evidence) -> list[Part]:
    parts = []
    status = evidence.status
    if status is not None and status >= 400:
        parts.append(Part("status", str(status), str(status)))
    if evidence.payload.endpoint:
        parts.append(_endpoint(evidence.payload))
    return parts


def _endpoint(payload: Payload) -> Part:
    replaced = (("path", payload.endpoint),) if payload.template != payload.endpoint else ()
    return Part("endpoint", f"{payload.method} {payload.template}".strip(), payload.endpoint, replaced)


def _names_endpoint(evidence: Evidence) -> bool:
    """Tell whether the message is about a request's own answer, not about a fault met while answering one."""
    if not evidence.payload.endpoint:
        return False
    status = evidence.status
    if status is None or status < 400 or str(status) not in evidence.message:
        return False
    return evidence.payload.template in normalise(evidence.message).text


def _statement_counts(kind: str, statement: str) -> bool:
    """Two statements of one function that fail are two faults; only recursion ends wherever the stack happened to."""
    return (
        kind in _GENERIC or statement.startswith(("raise ", "assert ")) or (kind in OWN_FAULT and kind != "RecursionError")
    )


def _own_name(exception_type: str) -> str:
    """`sqlite3.IntegrityError` is also written IntegrityError; `struct.error` says nothing without its module."""
    name = exception_type.rpartition(".")[2]
    return exception_type if name in ("Error", "error", "Exception") else name


def _lead(text: str) -> str:
    """The words before the first colon: what follows is mostly another error's text, or a value."""
    head, colon, _ = text.partition(": ")
    return head if colon and head.count(" ") >= 1 else text


def _title(kind: str, words: Normalised) -> str:
    text = words.text.removeprefix(f"{kind}: ") if kind else words.text
    return (f"{kind}: {text}" if kind and text else kind or text or "Error without a message")[:_TITLE]
