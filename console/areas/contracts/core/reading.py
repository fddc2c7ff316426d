"""What readers of documents hand over: contracts with their places in the text, and what is wrong at a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from console.areas.contracts.core.openapi.pointers import place_of, ref_to
from console.areas.contracts.core.source_tokens import Path, steps
from console.reporter.contracts.contract import SUCCESS, Contract, Schema
from console.reporter.contracts.params import params_schema
from console.reporter.contracts.schema import UNFOLDS, SchemaChecker, SchemaError
from console.reporter.contracts.unfolding import MOST_WAYS, InPlace, in_place


class Found(NamedTuple):
    """Something wrong at a place; `operation` is what was left out for it ("GET /users")."""

    path: Path
    what: str
    operation: str = ""

    def below(self, prefix: Path) -> Found:
        """Return it as seen from further up."""
        return self._replace(path=prefix + self.path)


class Read(NamedTuple):
    """A contract and where it stood. `places` tell where its parts came from, when it is not the platform's form:

    `request`, a status or `param:NAME`. What stands under `$defs` of such a contract came from elsewhere (`place_of`).
    """

    contract: Contract
    path: Path
    places: Mapping[str, Path]

    def below(self, prefix: Path) -> Read:
        """Return it as seen from further up."""
        return Read(self.contract, prefix + self.path, {name: prefix + path for name, path in self.places.items()})


class Fault(NamedTuple):
    """What is wrong with a schema, and where in it."""

    path: Path
    what: str


def check_schemas(read: Iterable[Read]) -> tuple[list[Read], list[Found]]:
    """Compile every schema, each object once; return the contracts whose schemas hold, and what is wrong with the others."""
    checks = _Checks()
    kept: list[Read] = []
    found: list[Found] = []
    for one in read:
        wrong = list(_wrong(one, checks))
        found += wrong
        if not wrong:
            kept.append(one)
    return kept, found


class _Checks:
    """Outcomes by object: the contracts of one document share what they refer to, and compiling it for each takes long."""

    def __init__(self) -> None:
        self._outcomes: dict[int, Fault | None] = {}
        self._in_place: dict[int, InPlace] = {}

    def whole(self, schema: Schema) -> Fault | None:
        """Return what is wrong with a schema, by compiling it with all that it refers to."""
        if id(schema) not in self._outcomes:
            self._outcomes[id(schema)] = _fault_of(schema)
        return self._outcomes[id(schema)]

    def in_parts(self, schema: Schema) -> Fault | None:
        """The same for a schema that refers to nothing but whole definitions: it and each of them is compiled by itself."""
        definitions = schema.get("$defs") if isinstance(schema, dict) else None
        if not definitions:
            return self.whole(schema)
        if id(schema) not in self._outcomes:
            self._outcomes[id(schema)] = self._of_parts(schema, definitions)
        return self._outcomes[id(schema)]

    def _of_parts(self, schema: Schema, definitions: dict[str, Schema]) -> Fault | None:
        stubs: dict[str, Schema] = dict.fromkeys(definitions, True)
        for name, one in definitions.items():
            if id(one) not in self._outcomes:
                self._outcomes[id(one)] = _fault_of({**one, "$defs": stubs} if isinstance(one, dict) else one)
            if fault := self._outcomes[id(one)]:
                return Fault(("$defs", name, *fault.path), fault.what)
        return _fault_of({**schema, "$defs": stubs} if isinstance(schema, dict) else schema) or self._together(
            schema, definitions
        )

    def _together(self, schema: Schema, definitions: dict[str, Schema]) -> Fault | None:
        """Return what is wrong with parts that are right each by itself: references in a circle, or that multiply."""
        targets = {ref_to(name): one for name, one in definitions.items()}
        ways, waiting = 0, [schema]
        while waiting and ways <= MOST_WAYS:
            one = waiting.pop()
            if id(one) not in self._in_place:
                self._in_place[id(one)] = in_place(one)
            own, references = self._in_place[id(one)]
            ways += own
            waiting += (targets[ref] for ref in references if ref in targets)
        return Fault((), UNFOLDS) if ways > MOST_WAYS else None


def _fault_of(schema: Schema) -> Fault | None:
    try:
        SchemaChecker(schema)
    except SchemaError as error:
        return Fault(steps(error.path), error.problem)
    return None


def _wrong(one: Read, checks: _Checks) -> Iterator[Found]:
    contract = one.contract
    fault = _fault_of(params_schema(contract.params)) if contract.params else None
    if fault:
        yield Found(_param_place(one, fault.path), fault.what, _operation(one))
    schemas = dict(contract.responses) if contract.request is None else {"request": contract.request, **contract.responses}
    for part, schema in schemas.items():
        fault = checks.in_parts(schema) if part in one.places else checks.whole(schema)
        if fault:
            yield Found(_schema_place(one, part, fault.path), f"is no usable schema: {fault.what}", _operation(one))


def _operation(one: Read) -> str:
    """Name the contract only where several may share the part that is wrong."""
    return f"{one.contract.method} {one.contract.endpoint}".strip() if one.places else ""


def _param_place(one: Read, path: Path) -> Path:
    """Return where a parameter's rule stands; `path` is one in the schema that was made of all of them."""
    names = [str(param["name"]) for param in one.contract.params]
    if len(path) < 2 or path[1] not in names:
        return one.path
    name = str(path[1])
    return one.places.get(f"param:{name}") or (*one.path, "expectedParams", names.index(name), *path[2:])


def _schema_place(one: Read, part: str, path: Path) -> Path:
    if one.places and len(path) > 1 and path[0] == "$defs":
        return (*one.path[:1], *place_of(str(path[1])), *path[2:])
    if part in one.places:
        return (*one.places[part], *path)
    names: dict[str, Path] = {"request": ("expectedRequest",), SUCCESS: ("expectedResponse",)}
    return (*one.path, *names.get(part, ("expectedResponses", part)), *path)
