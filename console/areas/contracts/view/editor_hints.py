"""Words in a contract that nothing reads: slips of the pen that validation would pass over in silence."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeAlias

from console.qt.text import clip, visible
from console.reporter.contracts.params import SCHEMA_KEYWORDS

Path: TypeAlias = tuple[str | int, ...]

_CONTRACT_WORDS = """
serviceName endpoint method contractVersion title expectedParams expectedRequest requestRequired expectedResponse
expectedResponses timeout timeoutMs id deprecated description
"""
_ONE_SCHEMA = """
not if then else items additionalItems additionalProperties contains propertyNames unevaluatedItems
unevaluatedProperties contentSchema
"""
_OTHERS = """
$schema $id id $ref $anchor $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor $vocabulary $comment type enum
const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems
uniqueItems maxContains minContains maxProperties minProperties required dependentRequired format contentEncoding
contentMediaType title description default deprecated readOnly writeOnly examples example xml externalDocs discriminator
"""
_CONTRACT = frozenset(_CONTRACT_WORDS.split())
_PARAM = frozenset({*SCHEMA_KEYWORDS, "name", "in", "required", "example", "style", "explode", "allowReserved", "schema"})
_ONE = frozenset(_ONE_SCHEMA.split())
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items"})
_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"})
_KEYWORDS = _ONE | _LISTS | _MAPS | frozenset(_OTHERS.split())
_OPENAPI = {"nullable": 'is of OpenAPI 3.0, JSON Schema does not know it: write "type": ["…", "null"]'}
_MOST = 50
_MOST_STEPS = 200_000


class Hint(NamedTuple):
    """A word nothing reads, at a path in the document."""

    path: Path
    what: str


def hints_of(document: Any) -> list[Hint]:
    """Return what a decoded contract says that is not read, at most 50; nothing for what is no contract."""
    if not isinstance(document, dict):
        return []
    found: list[Hint] = []
    for hint in _in_contract(document):
        found.append(hint)
        if len(found) >= _MOST:
            break
    return found


def _in_contract(document: dict[str, Any]) -> Iterator[Hint]:
    yield from _unknown(document, _CONTRACT, "a contract", ())
    params = document.get("expectedParams")
    for index, param in enumerate(params if isinstance(params, list) else []):
        if isinstance(param, dict):
            yield from _unknown(param, _PARAM, "a parameter", ("expectedParams", index))
    schemas: list[tuple[Path, Any]] = [((name,), document.get(name)) for name in ("expectedRequest", "expectedResponse")]
    responses = document.get("expectedResponses")
    if isinstance(responses, dict):
        schemas += [(("expectedResponses", status), schema) for status, schema in responses.items()]
    yield from _in_schemas(schemas)


def _in_schemas(waiting: list[tuple[Path, Any]]) -> Iterator[Hint]:
    """Walk without recursion: schemas from outside may be deep."""
    waiting.reverse()
    for _ in range(_MOST_STEPS):
        if not waiting:
            return
        path, schema = waiting.pop()
        if not isinstance(schema, dict):
            continue
        yield from _unknown(schema, _KEYWORDS, "JSON Schema", path)
        for name, value in reversed(schema.items()):
            if name in _LISTS and isinstance(value, list):
                waiting += [((*path, name, number), one) for number, one in reversed(list(enumerate(value)))]
            elif name in _MAPS and isinstance(value, dict):
                waiting += [((*path, name, key), one) for key, one in reversed(value.items())]
            elif name in _ONE:
                waiting.append(((*path, name), value))


def _unknown(given: dict[str, Any], known: frozenset[str], of_what: str, path: Path) -> Iterator[Hint]:
    for name in given:
        if name in known or name.startswith("x-"):
            continue
        if known is _KEYWORDS and name in _OPENAPI:
            yield Hint((*path, name), _OPENAPI[name])
            continue
        near = get_close_matches(name[:60], known, 1, 0.75)
        meant = f": did you mean “{near[0]}”?" if near else ""
        yield Hint((*path, name), f"“{clip(visible(name), 60)}” is no word of {of_what}, nothing reads it{meant}")
