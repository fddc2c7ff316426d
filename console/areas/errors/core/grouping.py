"""Which errors are one: a fingerprint from what stays the same when one fault happens again, and the reasons for it."""

import hashlib
from dataclasses import dataclass
from typing import Any

from console.areas.errors.core.engine import common_wording
from console.areas.errors.core.evidence import Evidence, find_evidence
from console.areas.errors.core.framing import OWN_FAULT, CallPath, call_path, chain
from console.areas.errors.core.normalising import Normalised, comparable, endpoint_template, normalise
from console.areas.errors.core.skeleton import skeleton

RULES_VERSION = 1
"""Raised with each change that can give an event another fingerprint: stored groups are then made anew."""

PRODUCER = "producer fingerprint"
"""Name of the part that is reported beside the others and decides nothing."""

_ERROR_LEVELS = frozenset({"error", "critical", "fatal"})
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


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of evidence: `value` is compared, `original` is what arrived, `replaced` what of it (kind, text) was not."""

    name: str
    value: str
    original: str
    replaced: tuple[tuple[str, str], ...] = ()


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
    return event_type == "error" or level in _ERROR_LEVELS


def group_error(data: Any, *, message: str, category: str, service: str) -> Grouping:
    """Return the group of one error. `data` is its decoded payload in any dialect. Never raises."""
    evidence = find_evidence(data, message)
    words = normalise(evidence.message)
    path = call_path(evidence.stack, evidence.exception_type)
    kind = _own_name(evidence.exception_type)
    if _names_endpoint(evidence, words):
        rule, parts = _by_request(evidence, kind)
    elif path.frames:
        rule, parts = _by_frames(evidence, path, kind, words)
    else:
        rule, parts = _by_words(evidence, kind, words, category, service)
    deciding = "\x1e".join(f"{part.name}\x1f{part.value}" for part in parts)
    fingerprint = hashlib.blake2b(deciding.encode("utf-8", "replace"), digest_size=8).hexdigest()
    if evidence.producer_fingerprint:
        parts.append(Part(PRODUCER, evidence.producer_fingerprint, evidence.producer_fingerprint))
    culprit = path.culprit or evidence.place or f"{evidence.method} {_endpoint(evidence).value}".strip() or service
    return Grouping(fingerprint, _title(kind, words), culprit[:_TITLE], rule, tuple(parts))


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


def _by_frames(evidence: Evidence, path: CallPath, kind: str, words: Normalised) -> tuple[str, list[Part]]:
    parts = [
        Part("exception type", kind, evidence.exception_type),
        Part("in-app frames", path.value, path.original, path.replaced),
    ]
    rule = "exception type and in-app frames"
    causes = chain(evidence.stack)
    if causes.value:
        parts.append(Part("causes", causes.value, causes.original))
        rule += ", with the causes"
    if evidence.sql_code:
        parts += _sql_parts(evidence, words)
        return f"{rule}, with the database's code", parts
    if evidence.error_code:
        parts.append(Part("error code", evidence.error_code, evidence.error_code))
        rule += ", with the error's code"
    if path.statement and _statement_counts(kind, path.statement):
        parts.append(Part("statement", path.statement, path.statement))
        return f"{rule}, with the statement that failed", parts
    if kind in _GENERIC:
        parts.append(Part("message", skeleton(_lead(comparable(words.text))), evidence.message, words.replaced))
        return f"{rule}, with the message because {kind or 'the type'} says little", parts
    wording = common_wording(evidence.message)
    if wording and kind in _WORDED:
        parts.append(Part("message", wording, evidence.message))
        return f"{rule}, with what the engine says", parts
    if path.thrown_here and kind not in _ENGINES and not wording:
        parts.append(Part("message", skeleton(_lead(comparable(words.text))), evidence.message, words.replaced))
        rule += ", with the message that was thrown"
    return rule, parts


def _by_request(evidence: Evidence, kind: str) -> tuple[str, list[Part]]:
    """A request that was answered with an error: the fault is at the other end, whoever asked."""
    status = str(evidence.status)
    parts = [Part("exception type", kind, evidence.exception_type), Part("status", status, status), _endpoint(evidence)]
    return "status and endpoint of the request that failed", parts


def _by_words(evidence: Evidence, kind: str, words: Normalised, category: str, service: str) -> tuple[str, list[Part]]:
    parts = [Part("category", category.lower(), category)]
    if kind:
        parts.append(Part("exception type", kind, evidence.exception_type))
    if evidence.place:
        parts.append(Part("place", evidence.place, evidence.place))
    else:
        name = evidence.component or service
        parts.append(Part("service", name, name))
    rule = "category and message, for want of a usable stack"
    if evidence.sql_code:
        parts += _sql_parts(evidence, words)
        return f"{rule}, with the database's code", parts
    if evidence.error_code:
        parts.append(Part("error code", evidence.error_code, evidence.error_code))
    parts += _http_parts(evidence)
    said = common_wording(evidence.message) or (
        skeleton(comparable(words.text)) if evidence.place else comparable(words.text)
    )
    parts.append(Part("message", said, evidence.message, words.replaced))
    return rule, parts


def _sql_parts(evidence: Evidence, words: Normalised) -> list[Part]:
    parts = [Part("database code", evidence.sql_code, evidence.sql_code)]
    if evidence.sql_object:
        parts.append(Part("constraint or table", evidence.sql_object, evidence.sql_object))
    else:
        parts.append(Part("message", comparable(words.text), evidence.message, words.replaced))
    return parts


def _http_parts(evidence: Evidence) -> list[Part]:
    parts = []
    if evidence.status is not None and evidence.status >= 400:
        parts.append(Part("status", str(evidence.status), str(evidence.status)))
    if evidence.endpoint:
        parts.append(_endpoint(evidence))
    return parts


def _endpoint(evidence: Evidence) -> Part:
    template = endpoint_template(evidence.endpoint)
    replaced = (("path", evidence.endpoint),) if template != evidence.endpoint else ()
    return Part("endpoint", f"{evidence.method} {template}".strip(), evidence.endpoint, replaced)


def _names_endpoint(evidence: Evidence, words: Normalised) -> bool:
    """Tell whether the message is about a request's own answer, not about a fault met while answering one."""
    if evidence.status is None or evidence.status < 400 or not evidence.endpoint:
        return False
    return str(evidence.status) in evidence.message and endpoint_template(evidence.endpoint) in words.text


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
