"""Pairs of small contracts that exercise the rules of oasdiff, in our own data, with its level for each and our verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from console.reporter.contracts.contract import Contract


class Case(NamedTuple):
    """`level` is oasdiff's (ERR, WARN or INFO) for the rule of that name, `ours` the worst verdict that we give the pair."""

    rule: str
    direction: str
    old: Contract | None
    new: Contract | None
    level: str
    ours: str


TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "number"}
WHOLE: dict[str, Any] = {"type": "integer"}
TRUTH: dict[str, Any] = {"type": "boolean"}
NOTE = {"type": "object", "properties": {"kind": {"const": "note"}, "text": TEXT}, "required": ["kind"]}
TASK = {"type": "object", "properties": {"kind": {"const": "task"}, "due": TEXT}, "required": ["kind"]}
FILE = {"type": "object", "properties": {"kind": {"const": "file"}, "size": WHOLE}, "required": ["kind"]}
LIST = {"type": "array", "items": TEXT}
FLAGGED = {"type": "object", "properties": {"state": TEXT, "until": TEXT}}
NAMED = {"type": "object", "properties": {"a": TEXT}}
B, R, A, C = "BREAKING", "RISKY", "ADDITIVE", "COSMETIC"


def having(*required: str, **fields: Any) -> dict[str, Any]:
    """Return the schema of an object with these fields."""
    return {"type": "object", "properties": fields, "required": list(required)}


def closed(**fields: Any) -> dict[str, Any]:
    """Return the schema of an object with these fields and no others."""
    return {**having(**fields), "additionalProperties": False}


def sending(schema: Any) -> Contract:
    return Contract("circles", "/circles", "1.0.0", "POST", request=schema)


def answering(schema: Any, status: str = "200") -> Contract:
    return Contract("circles", "/circles", "1.0.0", "POST", responses={status: schema})


def asking(*params: dict[str, Any], endpoint: str = "/circles") -> Contract:
    return Contract("circles", endpoint, "1.0.0", "GET", params=params)


def both(base: dict[str, Any], **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a schema without and with these keywords."""
    return base, {**base, **more}


def two(base: dict[str, Any], keyword: str, old: Any, new: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a schema with two values of one keyword."""
    return {**base, keyword: old}, {**base, keyword: new}


def cases() -> list[Case]:
    """Return all pairs."""
    return [*_schemas(), *_requests(), *_responses(), *_params(), *_endpoints()]


def _schemas() -> Iterator[Case]:
    """Rules that are there for a body and for a property, in both directions: a change, and the same one undone."""
    for name, change, levels, verdicts in _SYMMETRIC:
        old, new = change
        for direction, (level, ours) in zip(("request", "response"), zip(levels, verdicts, strict=True), strict=True):
            make = sending if direction == "request" else answering
            yield Case(f"{direction}-body-{name}", direction, make(old), make(new), level, ours)
            held = make(having(label=old)), make(having(label=new))
            yield Case(f"{direction}-property-{name}", direction, *held, level, ours)


_SYMMETRIC: tuple[tuple[str, tuple[Any, Any], tuple[str, str], tuple[str, str]], ...] = (
    # what changes, the schemas before and after, and for requests and responses oasdiff's level and our verdict
    ("became-nullable", (TEXT, {"type": ["string", "null"]}), ("INFO", "ERR"), (A, B)),
    ("became-not-nullable", ({"type": ["string", "null"]}, TEXT), ("ERR", "INFO"), (B, A)),
    ("type-changed", (TEXT, WHOLE), ("ERR", "ERR"), (B, B)),
    ("type-generalized", (WHOLE, NUMBER), ("INFO", "ERR"), (A, B)),
    ("list-of-types-widened", (two({}, "type", ["string"], ["string", "integer"])), ("INFO", "ERR"), (A, B)),
    ("list-of-types-narrowed", (two({}, "type", ["string", "integer"], ["string"])), ("ERR", "INFO"), (B, A)),
    ("max-increased", two(WHOLE, "maximum", 10, 20), ("INFO", "ERR"), (A, B)),
    ("min-decreased", two(WHOLE, "minimum", 10, 5), ("INFO", "ERR"), (A, B)),
    ("exclusive-max-increased", two(NUMBER, "exclusiveMaximum", 10, 20), ("INFO", "ERR"), (A, B)),
    ("exclusive-min-decreased", two(NUMBER, "exclusiveMinimum", 10, 5), ("INFO", "ERR"), (A, B)),
    ("max-length-increased", two(TEXT, "maxLength", 10, 20), ("INFO", "ERR"), (A, B)),
    ("min-length-decreased", two(TEXT, "minLength", 10, 5), ("INFO", "ERR"), (A, B)),
    ("max-items-increased", two(LIST, "maxItems", 10, 20), ("INFO", "ERR"), (A, B)),
    ("max-properties-increased", two({"type": "object"}, "maxProperties", 4, 9), ("INFO", "ERR"), (A, B)),
    ("unique-items-unset", ({**LIST, "uniqueItems": True}, LIST), ("INFO", "ERR"), (A, B)),
    ("multiple-of-unset", ({**WHOLE, "multipleOf": 5}, WHOLE), ("INFO", "ERR"), (A, B)),
    ("multiple-of-changed", two(WHOLE, "multipleOf", 4, 6), ("ERR", "ERR"), (B, B)),
    ("const-added", both(TEXT, const="open"), ("ERR", "INFO"), (B, A)),
    ("const-removed", ({**TEXT, "const": "open"}, TEXT), ("INFO", "ERR"), (A, B)),
    ("const-changed", two(TEXT, "const", "open", "shut"), ("ERR", "ERR"), (B, B)),
    ("default-value-added", both(TEXT, default="open"), ("INFO", "INFO"), (C, C)),
    ("default-value-removed", ({**TEXT, "default": "open"}, TEXT), ("INFO", "INFO"), (C, C)),
    ("default-value-changed", two(TEXT, "default", "open", "shut"), ("INFO", "INFO"), (C, C)),
    ("any-of-added", ({"anyOf": [NOTE, TASK]}, {"anyOf": [NOTE, TASK, FILE]}), ("INFO", "ERR"), (A, B)),
    ("any-of-removed", ({"anyOf": [NOTE, TASK, FILE]}, {"anyOf": [NOTE, TASK]}), ("ERR", "INFO"), (B, A)),
    ("one-of-added", ({"oneOf": [NOTE, TASK]}, {"oneOf": [NOTE, TASK, FILE]}), ("INFO", "ERR"), (A, B)),
    ("one-of-removed", ({"oneOf": [NOTE, TASK, FILE]}, {"oneOf": [NOTE, TASK]}), ("ERR", "INFO"), (B, A)),
    ("all-of-added", ({"allOf": [NAMED]}, {"allOf": [NAMED, {"required": ["a"]}]}), ("ERR", "INFO"), (B, A)),
    ("all-of-removed", ({"allOf": [NAMED, {"required": ["a"]}]}, {"allOf": [NAMED]}), ("INFO", "ERR"), (A, B)),
    ("all-of-added-annotation-only", ({"allOf": [NOTE]}, {"allOf": [NOTE, {"title": "A note"}]}), ("INFO", "INFO"), (C, C)),
    ("if-added", both(FLAGGED, **{"if": {"required": ["until"]}, "then": {"required": ["state"]}}), ("ERR", "INFO"), (B, A)),
    ("if-removed", ({**FLAGGED, "if": {"required": ["until"]}, "then": {"required": ["state"]}}, FLAGGED),
     ("INFO", "ERR"), (A, B)),
    ("contains-added", both(LIST, contains={"const": "all"}), ("ERR", "INFO"), (B, A)),
    ("contains-removed", ({**LIST, "contains": {"const": "all"}}, LIST), ("INFO", "ERR"), (A, B)),
    ("min-contains-increased", two({**LIST, "contains": {"const": "all"}}, "minContains", 1, 2), ("ERR", "INFO"), (B, A)),
    ("max-contains-increased", two({**LIST, "contains": {"const": "all"}}, "maxContains", 1, 2), ("INFO", "ERR"), (A, B)),
    ("dependent-required-added", both(FLAGGED, dependentRequired={"until": ["state"]}), ("ERR", "INFO"), (B, A)),
    ("dependent-required-removed", ({**FLAGGED, "dependentRequired": {"until": ["state"]}}, FLAGGED),
     ("INFO", "ERR"), (A, B)),
    ("dependent-schema-added", both(FLAGGED, dependentSchemas={"until": {"required": ["state"]}}), ("ERR", "INFO"), (B, A)),
    ("pattern-property-added", both({"type": "object"}, patternProperties={"^x-": TEXT}), ("ERR", "INFO"), (B, A)),
    ("pattern-property-removed", ({"type": "object", "patternProperties": {"^x-": TEXT}}, {"type": "object"}),
     ("INFO", "ERR"), (A, B)),
    ("property-names-added", both({"type": "object"}, propertyNames={"maxLength": 8}), ("ERR", "INFO"), (B, A)),
    ("property-names-removed", ({"type": "object", "propertyNames": {"maxLength": 8}}, {"type": "object"}),
     ("INFO", "ERR"), (A, B)),
    ("unevaluated-properties-added", both(FLAGGED, unevaluatedProperties=False), ("ERR", "INFO"), (R, A)),
    ("unevaluated-properties-removed", ({**FLAGGED, "unevaluatedProperties": False}, FLAGGED), ("INFO", "ERR"), (A, R)),
    ("prefix-items-added", ({"type": "array"}, {"type": "array", "prefixItems": [TEXT]}), ("WARN", "WARN"), (B, A)),
    ("prefix-items-removed", ({"type": "array", "prefixItems": [TEXT]}, {"type": "array"}), ("WARN", "WARN"), (A, B)),
    ("content-media-type-changed", two(TEXT, "contentMediaType", "text/plain", "text/html"), ("ERR", "ERR"), (C, C)),
)  # fmt: skip


def _requests() -> Iterator[Case]:
    for name, change, level, ours in _REQUESTS:
        old, new = change
        yield Case(f"request-{name}", "request", sending(old), sending(new), level, ours)


_LIMITS: tuple[tuple[str, dict[str, Any], str, Any, Any], ...] = (
    # a bound's name in rules, the schema, its keyword, and a looser and a stricter value
    ("max", WHOLE, "maximum", 20, 10), ("min", WHOLE, "minimum", 5, 10),
    ("exclusive-max", NUMBER, "exclusiveMaximum", 20, 10), ("exclusive-min", NUMBER, "exclusiveMinimum", 5, 10),
    ("max-length", TEXT, "maxLength", 20, 10), ("min-length", TEXT, "minLength", 5, 10),
    ("max-items", LIST, "maxItems", 20, 10), ("min-items", LIST, "minItems", 5, 10),
    ("max-properties", {"type": "object"}, "maxProperties", 9, 4),
    ("min-properties", {"type": "object"}, "minProperties", 1, 3),
)  # fmt: skip
_REQUESTS: tuple[tuple[str, tuple[Any, Any], str, str], ...] = (
    *((f"property-{name}-{'decreased' if name.count('max') else 'increased'}",
       (having(label={**base, key: loose}), having(label={**base, key: strict})), "ERR", B)
      for name, base, key, loose, strict in _LIMITS),
    *((f"property-{name}-{'increased' if name in ('min-length', 'min-properties') else 'set'}",
       (having(label=base), having(label={**base, key: strict})), "ERR", B) for name, base, key, _, strict in _LIMITS),
    ("property-unique-items-set", both(LIST, uniqueItems=True), "ERR", B),
    ("property-multiple-of-set", both(WHOLE, multipleOf=5), "ERR", B),
    ("property-multiple-of-generalized", two(WHOLE, "multipleOf", 10, 5), "INFO", A),
    ("property-became-enum", both(TEXT, enum=["open", "shut"]), "ERR", B),
    ("property-enum-value-removed", two(TEXT, "enum", ["open", "shut"], ["open"]), "ERR", B),
    ("property-enum-value-added", two(TEXT, "enum", ["open"], ["open", "shut"]), "INFO", A),
    ("property-pattern-added", both(TEXT, pattern="^[a-z]+$"), "ERR", B),
    ("property-pattern-removed", ({**TEXT, "pattern": "^[a-z]+$"}, TEXT), "INFO", A),
    ("property-pattern-changed", two(TEXT, "pattern", "^(a|b)+x?$", "^[ab]*x*$"), "WARN", R),
    ("property-pattern-changed", two(TEXT, "pattern", "^a", "^b"), "WARN", B),
    ("property-pattern-generalized", two(TEXT, "pattern", "^[a-z]+$", ".*"), "INFO", A),
    ("property-became-required", (having(a=TEXT), having("a", a=TEXT)), "ERR", B),
    ("property-became-required-with-default", (having(a={**TEXT, "default": ""}), having("a", a={**TEXT, "default": ""})),
     "ERR", B),
    ("property-became-optional", (having("a", a=TEXT), having(a=TEXT)), "INFO", A),
    ("property-removed", (having(a=TEXT, b=TEXT), having(a=TEXT)), "WARN", R),
    ("property-removed", (closed(a=TEXT, b=TEXT), closed(a=TEXT)), "WARN", B),
    ("new-required-property", (having(a=TEXT), having("b", a=TEXT, b=TEXT)), "ERR", B),
    ("new-required-property-with-default", (having(a=TEXT), having("b", a=TEXT, b={**TEXT, "default": ""})), "ERR", B),
    ("new-optional-property", (having(a=TEXT), having(a=TEXT, b=TEXT)), "INFO", A),
    ("body-wrapped-in-one-of-original-preserved", (NOTE, {"oneOf": [NOTE, TASK]}), "WARN", A),
    ("body-wrapped-in-one-of", (NOTE, {"oneOf": [FILE, TASK]}), "ERR", B),
    ("property-deprecated", (having(a=TEXT), having(a={**TEXT, "deprecated": True})), "INFO", C),
    ("property-reactivated", (having(a={**TEXT, "deprecated": True}), having(a=TEXT)), "INFO", C),
    ("optional-property-became-read-only", (having(a=TEXT), having(a={**TEXT, "readOnly": True})), "INFO", C),
    ("optional-property-became-write-only", (having(a=TEXT), having(a={**TEXT, "writeOnly": True})), "INFO", C),
    ("body-discriminator-added", both({"oneOf": [NOTE, TASK]}, discriminator={"propertyName": "kind"}), "INFO", C),
    ("property-type-changed", (having(at={**TEXT, "format": "date"}), having(at={**TEXT, "format": "uuid"})), "ERR", B),
    ("property-type-generalized", (having(at={**TEXT, "format": "date"}), having(at=TEXT)), "INFO", A),
    ("property-type-changed", (having(at=TEXT), having(at={**TEXT, "format": "date"})), "ERR", B),
    ("property-type-changed", (having(at=having(a=TEXT)), having(at={"type": "array", "items": TEXT})), "ERR", B),
    ("body-min-length-increased", two(TEXT, "minLength", 1, 3), "ERR", B),
    ("body-then-added", both({**FLAGGED, "if": {"required": ["until"]}}, then={"required": ["state"]}), "ERR", B),
    ("body-dependent-required-changed", two(FLAGGED, "dependentRequired", {"until": ["state"]}, {"state": ["until"]}),
     "ERR", B),
)  # fmt: skip


def _responses() -> Iterator[Case]:
    for name, change, level, ours in _RESPONSES:
        old, new = change
        yield Case(f"response-{name}", "response", answering(old), answering(new), level, ours)


_RESPONSES: tuple[tuple[str, tuple[Any, Any], str, str], ...] = (
    *((f"property-{name}-unset", (having(label={**base, key: strict}), having(label=base)), "ERR", B)
      for name, base, key, _, strict in _LIMITS if name in ("max-length", "min-items")),
    ("property-min-items-decreased", two(LIST, "minItems", 5, 2), "ERR", B),
    ("property-min-properties-decreased", two({"type": "object"}, "minProperties", 3, 1), "ERR", B),
    ("property-multiple-of-specialized", two(WHOLE, "multipleOf", 5, 10), "INFO", A),
    ("property-enum-value-added", (having(s={"enum": ["open"]}), having(s={"enum": ["open", "shut"]})), "WARN", R),
    ("property-enum-value-removed", (having(s={"enum": ["open", "shut"]}), having(s={"enum": ["open"]})), "INFO", A),
    ("mediatype-enum-value-removed", ({"enum": ["open", "shut"]}, {"enum": ["open"]}), "INFO", A),
    ("property-pattern-added", both(TEXT, pattern="^[a-z]+$"), "INFO", A),
    ("property-pattern-changed", two(TEXT, "pattern", "^(?!x)[a-z]+$", "^(?=a)[a-z]+$"), "WARN", R),
    ("property-pattern-changed", two(TEXT, "pattern", "^(a|b)+x?$", "^[ab]*x*$"), "WARN", B),
    ("property-pattern-removed", ({**TEXT, "pattern": "^[a-z]+$"}, TEXT), "ERR", B),
    ("property-became-optional", (having("a", a=TEXT), having(a=TEXT)), "ERR", B),
    ("property-became-required", (having(a=TEXT), having("a", a=TEXT)), "INFO", A),
    ("optional-property-added", (having(a=TEXT), having(a=TEXT, b=TEXT)), "INFO", A),
    ("optional-property-added", (closed(a=TEXT), closed(a=TEXT, b=TEXT)), "INFO", B),
    ("optional-property-removed", (having(a=TEXT, b=TEXT), having(a=TEXT)), "INFO", R),
    ("required-property-added", (having(a=TEXT), having("b", a=TEXT, b=TEXT)), "INFO", A),
    ("required-property-removed", (having("b", a=TEXT, b=TEXT), having(a=TEXT)), "ERR", B),
    ("body-wrapped-in-one-of", (NOTE, {"oneOf": [NOTE, TASK]}), "ERR", B),
    ("property-type-specialized", (having(n=NUMBER), having(n=WHOLE)), "INFO", A),
    ("body-type-specialized", (NUMBER, WHOLE), "INFO", A),
    ("property-type-changed", (having(at={**TEXT, "format": "date"}), having(at={**TEXT, "format": "date-time"})), "ERR", B),
    ("property-type-generalized", (having(at={**TEXT, "format": "uuid"}), having(at=TEXT)), "ERR", B),
    ("property-deprecated", (having(a=TEXT), having(a={**TEXT, "deprecated": True})), "INFO", C),
    ("optional-property-became-read-only", (having(a=TEXT), having(a={**TEXT, "readOnly": True})), "INFO", C),
    ("required-property-became-not-write-only", (having("a", a={**TEXT, "writeOnly": True}), having("a", a=TEXT)),
     "INFO", C),
    ("body-discriminator-removed", ({"oneOf": [NOTE, TASK], "discriminator": {"propertyName": "kind"}},
                                    {"oneOf": [NOTE, TASK]}), "INFO", C),
)  # fmt: skip


def _params() -> Iterator[Case]:
    for name, old, new, level, ours in _PARAMS:
        held = asking({"name": "q", **old}), asking({"name": "q", **new})
        yield Case(f"request-parameter-{name}", "request", *held, level, ours)
    known = {"name": "limit", "type": "integer"}
    yield Case("new-required-request-parameter", "request", asking(known),
               asking(known, {"name": "q", "type": "string", "required": True}), "ERR", B)  # fmt: skip
    yield Case("new-optional-request-parameter", "request", asking(known), asking(known, {"name": "q", "type": "string"}),
               "INFO", A)  # fmt: skip
    yield Case(
        "request-parameter-removed", "request", asking(known, {"name": "q", "type": "string"}), asking(known), "WARN", R
    )
    yield Case("new-request-path-parameter", "request", asking(),
               asking({"name": "id", "in": "path", "type": "string", "required": True}), "ERR", B)  # fmt: skip


_PARAMS: tuple[tuple[str, dict[str, Any], dict[str, Any], str, str], ...] = (
    ("became-required", TEXT, {**TEXT, "required": True}, "ERR", B),
    ("became-optional", {**TEXT, "required": True}, TEXT, "INFO", A),
    ("became-enum", *both(TEXT, enum=["open"]), "ERR", B),
    ("enum-value-added", *two(TEXT, "enum", ["open"], ["open", "shut"]), "INFO", A),
    ("enum-value-removed", *two(TEXT, "enum", ["open", "shut"], ["open"]), "ERR", B),
    ("type-changed", TEXT, WHOLE, "ERR", B),
    ("type-changed", TRUTH, WHOLE, "ERR", B),
    ("type-generalized", WHOLE, NUMBER, "INFO", A),
    ("type-generalized", WHOLE, TEXT, "INFO", A),
    ("list-of-types-widened", WHOLE, {"type": ["integer", "boolean"]}, "INFO", A),
    ("list-of-types-narrowed", {"type": ["integer", "boolean"]}, WHOLE, "ERR", B),
    ("pattern-added", *both(TEXT, pattern="^[a-z]+$"), "ERR", B),
    ("pattern-removed", {**TEXT, "pattern": "^[a-z]+$"}, TEXT, "INFO", A),
    ("pattern-changed", *two(TEXT, "pattern", "^(a|b)+x?$", "^[ab]*x*$"), "WARN", R),
    ("pattern-generalized", *two(TEXT, "pattern", "^[a-z]+$", ".*"), "INFO", A),
    ("max-length-decreased", *two(TEXT, "maxLength", 20, 10), "ERR", B),
    ("max-length-increased", *two(TEXT, "maxLength", 10, 20), "INFO", A),
    ("max-length-set", *both(TEXT, maxLength=10), "ERR", B),
    ("min-length-increased", *two(TEXT, "minLength", 5, 10), "ERR", B),
    ("min-length-decreased", *two(TEXT, "minLength", 10, 5), "INFO", A),
    ("max-decreased", *two(WHOLE, "maximum", 20, 10), "ERR", B),
    ("max-increased", *two(WHOLE, "maximum", 10, 20), "INFO", A),
    ("max-set", *both(WHOLE, maximum=10), "ERR", B),
    ("min-increased", *two(WHOLE, "minimum", 5, 10), "ERR", B),
    ("min-decreased", *two(WHOLE, "minimum", 10, 5), "INFO", A),
    ("min-set", *both(WHOLE, minimum=10), "ERR", B),
    ("max-items-decreased", *two(LIST, "maxItems", 9, 3), "ERR", B),
    ("min-items-increased", *two(LIST, "minItems", 3, 9), "ERR", B),
    ("min-items-set", *both(LIST, minItems=1), "ERR", B),
    ("default-value-changed", *two(TEXT, "default", "open", "shut"), "INFO", C),
    ("deprecated", *both(TEXT, deprecated=True), "INFO", C),
    ("became-nullable", TEXT, {"type": ["string", "null"]}, "INFO", A),
    ("became-not-nullable", {"type": ["string", "null"]}, TEXT, "ERR", B),
)


def _endpoints() -> Iterator[Case]:
    one, other = answering(NOTE), answering(NOTE)
    yield Case("endpoint-added", "", None, one, "INFO", A)
    yield Case("api-removed-without-deprecation", "", one, None, "ERR", B)
    bare = Contract("circles", "/circles", "1.0.0", "POST")
    yield Case("request-body-added-required", "request", bare, sending(NOTE), "ERR", B)
    yield Case("request-body-removed", "request", sending(NOTE), bare, "ERR", R)
    yield Case("request-body-media-type-schema-added", "request", sending(True), sending(NOTE), "ERR", B)
    yield Case("request-body-media-type-schema-removed", "request", sending(NOTE), sending(True), "INFO", A)
    yield Case("response-body-media-type-schema-added", "response", answering(True), answering(NOTE), "INFO", A)
    yield Case("response-body-media-type-schema-removed", "response", answering(NOTE), answering(True), "ERR", B)
    more = Contract("circles", "/circles", "1.0.0", "POST", responses={"200": NOTE, "201": NOTE, "404": NOTE})
    without = Contract("circles", "/circles", "1.0.0", "POST", responses={"200": NOTE, "201": NOTE})
    yield Case("response-success-status-removed", "response", without, other, "ERR", B)
    yield Case("response-success-status-added", "response", other, without, "INFO", A)
    yield Case("response-non-success-status-removed", "response", more, without, "INFO", A)
    yield Case("response-non-success-status-added", "response", without, more, "INFO", A)
