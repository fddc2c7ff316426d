"""Contracts from a file that a service keeps beside its code: JSON, or YAML where PyYAML is installed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from console.reporter.contracts.checking import schema_faults
from console.reporter.contracts.contract import ContractError, read_contract
from console.reporter.contracts.matching import Registry
from console.reporter.contracts.plain import is_deep, size_up_to

LARGEST = 64 << 20
"""Bytes of a file."""
DEEPEST = 128
"""Levels of nesting of a document."""
MOST_VALUES = 5_000_000
"""Values in a document, those behind YAML aliases counted each time."""


def load_registry(path: Path | str) -> Registry:
    """Return the contracts of a file that holds one, a list of them, or `{"contracts": […]}`.

    Raises `ContractError` that names the file, the place in it and the problem, also for a schema that cannot be used;
    OSError when the file cannot be read.
    """
    path = Path(path)
    if path.stat().st_size > LARGEST:
        raise ContractError(path.name, f"is larger than {LARGEST >> 20} MiB")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(path.name, f"is no UTF-8 text: byte {error.start}") from None
    return registry_of(_read_text(text, path), path.name)


def registry_of(document: Any, name: str = "") -> Registry:
    """Return the contracts of a decoded document, as `load_registry` does; `name` stands before places in errors."""
    registry = Registry()
    before = f"{name}: " if name else ""
    if isinstance(document, dict) and "contracts" not in document:
        _add(registry, document, name)
        return registry
    prefix, listed = ("contracts", document["contracts"]) if isinstance(document, dict) else ("", document)
    if not isinstance(listed, list):
        raise ContractError(f"{before}{prefix}" if prefix else name, "wants a list of contracts")
    for i, one in enumerate(listed):
        _add(registry, one, f"{before}{prefix}[{i}]")
    return registry


def _add(registry: Registry, document: Any, place: str) -> None:
    try:
        contract = read_contract(document)
    except ContractError as error:
        raise ContractError(_inside(place, error.path), error.problem) from None
    for fault in schema_faults(contract):
        raise ContractError(_inside(place, fault.where), f"{fault.path}: {fault.problem}")
    known = registry.versions(contract.service, contract.method, contract.endpoint)
    if any(one.version == contract.version for one in known):
        raise ContractError(place, f"holds {contract.endpoint} {contract.version} once more")
    registry.add(contract)


def _inside(place: str, path: str) -> str:
    separator = "." if place.endswith("]") else ": " if place else ""
    return f"{place}{separator}{path}" if path else place


def _read_text(text: str, path: Path) -> Any:
    try:
        document = _read_yaml(text, path) if path.suffix.lower() in (".yaml", ".yml") else json.loads(text)
    except json.JSONDecodeError as error:
        raise ContractError(path.name, f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (RecursionError, ValueError) as error:
        words = "is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        raise error if isinstance(error, ContractError) else ContractError(path.name, words) from None
    if size_up_to(document, MOST_VALUES) >= MOST_VALUES:
        raise ContractError(path.name, f"holds more than {MOST_VALUES:,} values")
    if is_deep(document, DEEPEST):
        raise ContractError(path.name, f"is nested more than {DEEPEST} levels deep")
    return document


def _read_yaml(text: str, path: Path) -> Any:
    try:
        import yaml
    except ImportError:
        raise ContractError(path.name, "is YAML, and PyYAML is not installed; use JSON") from None
    try:
        return yaml.load(text, _loader())  # a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ContractError(path.name, f"{at}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ContractError(path.name, str(error).splitlines()[0]) from None


def _loader() -> Any:
    """Return a loader that leaves dates and words such as `on` and `no` as texts, as YAML 1.2 and JSON have them."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    tags = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:merge")
    known = yaml.SafeLoader.yaml_implicit_resolvers
    Loader.yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in resolvers if tag not in tags] for first, resolvers in known.items()
    }
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
    )
    return Loader
