"""Read what a command was given; what is wrong about it is said in words."""

from typing import Any

from console.areas.contracts.store.values import MAX_TEXT, storable
from console.reporter.contracts.contract import Contract, read_contract
from console.reporter.contracts.params import params_schema
from console.reporter.contracts.schema import checker_for

ORIGINS = ("event", "file", "openapi", "edited", "accepted")
MAX_IDS = 20_000
MAX_NAME = 400


def text(args: dict[str, Any], key: str, length: int = MAX_TEXT) -> str:
    """Return a text, "" when it is not given. Raises ValueError."""
    value = args.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f'"{key}" must be text')
    return storable(value[:length])


def flag(args: dict[str, Any], key: str) -> bool:
    """Return true or false, false when it is not given. Raises ValueError."""
    value = args.get(key)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f'"{key}" must be true or false')
    return bool(value)


def origin(args: dict[str, Any]) -> str:
    """Return where contracts come from. Raises ValueError."""
    given = args.get("origin", "edited")
    if given not in ORIGINS:
        raise ValueError(f'"origin" must be one of {", ".join(ORIGINS)}')
    return str(given)


def one_id(args: dict[str, Any], key: str) -> int:
    """Return an id. Raises ValueError."""
    return _id(args.get(key), key)


def ids(args: dict[str, Any], key: str, *, may_be_empty: bool = False) -> list[int]:
    """Return ids, each once. Raises ValueError."""
    given = args.get(key)
    if not isinstance(given, list) or len(given) > MAX_IDS or not (given or may_be_empty):
        raise ValueError(f'"{key}" must be a list of {0 if may_be_empty else 1} to {MAX_IDS:,} ids')
    return list(dict.fromkeys(_id(one, key) for one in given))


def moment(args: dict[str, Any], key: str) -> int:
    """Return a time in Unix milliseconds. Raises ValueError."""
    value = args.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**53:
        raise ValueError(f'"{key}" wants a time in Unix milliseconds')
    return value


def contract(document: Any) -> Contract:
    """Return the contract in a document whose schemas can be used. Raises ValueError that says where and what."""
    found = read_contract(document)
    for name in ("service", "endpoint", "version"):
        if len(getattr(found, name)) > MAX_NAME:
            raise ValueError(f"the {name} is longer than {MAX_NAME} characters")
    check_schemas(found)
    return found


def check_schemas(found: Contract) -> None:
    """Raise ValueError, which says in which schema and where, unless all schemas of a contract can be used."""
    schemas = [(f"the answer to {status}", schema) for status, schema in found.responses.items()]
    if found.params:
        schemas.append(("the parameters", params_schema(found.params)))
    if found.request is not None:
        schemas.append(("the request's body", found.request))
    for name, schema in schemas:
        try:
            checker_for(schema)
        except ValueError as error:
            raise ValueError(f"the schema of {name}: {error}") from None


def _id(value: Any, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise ValueError(f'"{key}" wants an id, a whole number')
    return value
