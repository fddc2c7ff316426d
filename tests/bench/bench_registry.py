"""Documents of contracts at size: an OpenAPI document of 500 operations, a registry of 1,000 contracts; reading and writing.

python -m tests.bench.bench_registry [--operations 500] [--schemas 300] [--contracts 1000] [--rounds 5]
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from console.areas.contracts.core.documents import read_documents
from console.areas.contracts.core.exporting import to_json, to_openapi, to_yaml, yaml_text
from console.reporter.contracts.matching import Registry

LOAD_MS = 1000
WORDS = ("conversation", "message", "circle", "acu", "member", "device", "quota", "archive", "search", "token")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=500)
    parser.add_argument("--schemas", type=int, default=300)
    parser.add_argument("--contracts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    document = openapi_document(options.operations, options.schemas)
    texts = {
        "OpenAPI, JSON": json.dumps(document),
        "OpenAPI, YAML": yaml_text(document),
    }
    registry = registry_document(options.contracts)
    texts |= {"registry, JSON": json.dumps(registry), "registry, YAML": yaml_text(registry)}
    print("medians and worst in ms; reading includes compiling every schema")
    for name, text in texts.items():
        expected = options.operations if name.startswith("OpenAPI") else options.contracts
        must = f" (must: {LOAD_MS})" if name.endswith("JSON") else ""
        measure(f"{name}, {len(text) / 1e6:.1f} MB, read{must}", partial(read_all, text, expected), options.rounds)
    contracts = read_documents(texts["registry, JSON"], "registry.json").contracts
    measure("registry, written as JSON", lambda: to_json(contracts), options.rounds)
    measure("registry, written as YAML", lambda: to_yaml(contracts), options.rounds)
    measure("registry, written as OpenAPI", lambda: to_openapi(contracts, "all"), options.rounds)
    operations = read_documents(texts["OpenAPI, JSON"], "api.json").contracts
    measure("OpenAPI, written again", lambda: to_openapi(operations, "VIVIM"), options.rounds)
    measure("500 problems with their lines", lambda: read_documents(broken(registry), "registry.json"), options.rounds)
    measure("all put into a Registry", lambda: fill(contracts), options.rounds)


def measure(name: str, work: Callable[[], object], rounds: int) -> None:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    print(f"{name:58} {statistics.median(took):8.1f} {max(took):8.1f}", flush=True)


def read_all(text: str, expected: int) -> None:
    documents = read_documents(text, "documents")
    if documents.problems or len(documents.contracts) != expected:
        raise SystemExit(f"{len(documents.contracts)} of {expected} read; {documents.problems[:3]}")


def fill(contracts: Any) -> Registry:
    registry = Registry()
    for one in contracts:
        registry.add(one)
    return registry


def broken(registry: dict[str, Any]) -> str:
    """The registry's text with a wrong timeout in every other contract."""
    contracts = [one | {"timeout": -1} if index % 2 else one for index, one in enumerate(registry["contracts"])]
    return json.dumps({"contracts": contracts}, indent=1)


def openapi_document(operations: int, schemas: int) -> dict[str, Any]:
    """An OpenAPI 3.0 document; its schemas refer to each other, some in circles. Always the same one."""
    rng = random.Random(5)
    names = [f"{rng.choice(WORDS).title()}{number}" for number in range(schemas)]
    paths: dict[str, Any] = {}
    for number in range(operations):
        item = paths.setdefault(f"/v1/{WORDS[number % 10]}s/{{id}}/part{number // 4}", {})
        item[("get", "put", "post", "delete")[number % 4]] = operation(rng, names, has_body=number % 4 in (1, 2))
    components = {name: schema(rng, names, number) for number, name in enumerate(names)}
    return {
        "openapi": "3.0.3",
        "info": {"title": "VIVIM", "version": "2.4.0"},
        "servers": [{"url": "https://api.example.org/api"}],
        "paths": paths,
        "components": {"schemas": components, "responses": {"Problem": answer(names[0])}},
    }


def operation(rng: random.Random, names: list[str], *, has_body: bool) -> dict[str, Any]:
    params: list[dict[str, Any]] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    params += [
        {"name": word, "in": "query", "description": f"how many of {word}", "schema": {"type": "integer", "minimum": 0}}
        for word in rng.sample(WORDS, 3)
    ]
    made: dict[str, Any] = {
        "summary": f"about {rng.choice(WORDS)}",
        "parameters": params,
        "responses": {"200": answer(rng.choice(names)), "404": {"$ref": "#/components/responses/Problem"}},
    }
    if has_body:
        made["requestBody"] = {
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{rng.choice(names)}"}}}
        }
    return made


def answer(name: str) -> dict[str, Any]:
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
    body = {
        "type": "object",
        "required": ["items"],
        "properties": {"items": items, "next": {"type": "string", "nullable": True}},
    }
    return {"description": "an answer", "content": {"application/json": {"schema": body}}}


def schema(rng: random.Random, names: list[str], number: int) -> dict[str, Any]:
    """One schema; it refers to later ones, and one in twenty to an earlier one, which closes a circle."""
    properties: dict[str, Any] = {
        f"{word}{index}": {"type": rng.choice(("string", "integer", "boolean")), "description": f"the {word} of it"}
        for index, word in enumerate(rng.sample(WORDS, 7))
    }
    properties["id"] = {"type": "string", "readOnly": True, "pattern": "^[a-z]+_[a-z0-9]+$"}
    later = names[number + 1 : number + 30]
    for index in range(min(2, len(later))):
        properties[f"part{index}"] = {"$ref": f"#/components/schemas/{rng.choice(later)}"}
    if rng.random() < 0.05:
        properties["owner"] = {"$ref": f"#/components/schemas/{names[rng.randrange(number + 1)]}"}
    return {
        "type": "object",
        "required": ["id", *rng.sample(sorted(properties.keys() - {"id"}), 2)],
        "properties": properties,
    }


def registry_document(contracts: int) -> dict[str, Any]:
    """Contracts in the platform's form, of ten services in one or two versions."""
    rng = random.Random(6)
    return {"contracts": [contract(rng, number) for number in range(contracts)]}


def contract(rng: random.Random, number: int) -> dict[str, Any]:
    item = {
        "type": "object",
        "required": ["id", "title"],
        "properties": {word: {"type": rng.choice(("string", "number")), "maxLength": 200} for word in rng.sample(WORDS, 6)}
        | {"id": {"type": "string", "pattern": "^[a-z]+_"}, "title": {"type": "string", "minLength": 1 + number % 5}},
    }
    return {
        "serviceName": f"service-{number % 10}",
        "endpoint": f"/api/v1/{rng.choice(WORDS)}s{number // 2}/:id",
        "method": "POST",
        "contractVersion": f"1.{number % 2}.0",
        "expectedParams": [{"name": "id", "type": "string", "required": True, "maxLength": 40 + number % 7}],
        "expectedRequest": {"type": "object", "properties": {"title": {"type": "string", "maxLength": 200 + number}}},
        "expectedResponse": {
            "type": "object",
            "required": ["items"],
            "properties": {"items": {"type": "array", "items": item}},
        },
        "timeout": 500,
    }


if __name__ == "__main__":
    main()
