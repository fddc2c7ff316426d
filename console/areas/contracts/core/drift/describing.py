"""Expected beside observed, place by place."""

from __future__ import annotations

from console.areas.contracts.core.drift.chance import OBSERVED
from console.areas.contracts.core.drift.detecting import detect_drift
from console.areas.contracts.core.drift.finding import BREAKING
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.parts import PARAMS, REQUEST
from console.areas.contracts.core.drift.path_view import PathView, places_of, view_of
from console.areas.contracts.core.drift.promised import Promise, Reader
from console.areas.contracts.core.drift.promises import promises_of
from console.areas.contracts.core.drift.slot import Slot
from console.areas.contracts.core.drift.widening import Steps
from console.areas.contracts.core.drift.words import promise_words
from console.reporter.contracts.contract import Contract, Schema
from console.reporter.contracts.paths import ANY_ITEM, text_of

AS_PROMISED, UNDECLARED, NEVER_SEEN, BREAKS = "as promised", "undeclared", "never seen", "breaks"
MOST_ROWS = 1_000


def describe(
    observed: Observed, contract: Contract | None, direction: str, status: str
) -> tuple[tuple[PathView, str, str], ...]:
    """Return (what was observed, what is expected in words, how they stand) for each place, seen or declared.

    Of what was never seen only the places right below seen objects are listed.
    """
    state = observed.settle()
    promises = promises_of(contract, direction, status)
    findings = detect_drift(observed, contract, direction, status, state.last_ms)
    broken = {one.path for one in findings if one.severity == BREAKING and one.chance == OBSERVED}
    rows = _Rows(promises.reader, True if promises.schema is None else promises.schema, direction, broken)
    rows.has_contract = promises.schema is not None
    return tuple(rows.of(state.root))


class _Rows:
    def __init__(self, reader: Reader, schema: Schema, direction: str, broken: set[str]) -> None:
        self._reader, self._schema, self._direction, self._broken = reader, schema, direction, broken
        self.has_contract = False

    def of(self, root: Slot) -> list[tuple[PathView, str, str]]:
        """Return the rows of all places from the root on."""
        rows: list[tuple[PathView, str, str]] = []
        schemas: dict[int, Schema] = {id(root): self._schema}
        declared: dict[int, tuple[bool, bool]] = {id(root): (True, False)}
        for steps, slot, above in places_of(root):
            if len(rows) >= MOST_ROWS:
                break
            schema = schemas[id(slot)]
            promise = self._reader.read(schema)
            for step, part in slot.parts():
                schemas[id(part)], declared[id(part)] = self._below(schema, promise, step)
            if self._is_shown(steps):
                rows.append(self._row(view_of(self._path(steps), slot, above), promise, *declared[id(slot)]))
            if slot.objects and slot.star is None:
                rows += self._unseen(steps, slot, promise)
        return rows

    def _below(self, schema: Schema, promise: Promise, step: str | int) -> tuple[Schema, tuple[bool, bool]]:
        if isinstance(step, str):
            is_declared = step in promise.properties or (promise.has_others and promise.others is not False)
            return promise.properties.get(step, promise.others), (is_declared, step in promise.required)
        below = promise.items if step == ANY_ITEM else self._reader.any_property(schema)
        return below, (below is not True, False)

    def _row(self, view: PathView, promise: Promise, is_declared: bool, is_required: bool) -> tuple[PathView, str, str]:
        if not self.has_contract:
            return view, "", ""
        words = f"{promise_words(promise)}{', required' if is_required else ''}" if is_declared else ""
        standing = BREAKS if view.path in self._broken else AS_PROMISED if is_declared else UNDECLARED
        return view, words, standing

    def _unseen(self, steps: Steps, slot: Slot, promise: Promise) -> list[tuple[PathView, str, str]]:
        rows = []
        for name in promise.properties.keys() - slot.children.keys():
            if self._is_shown((*steps, name)):
                view = view_of(self._path((*steps, name)), Slot(), slot)
                below = self._reader.read(promise.properties[name])
                words = f"{promise_words(below)}{', required' if name in promise.required else ''}"
                rows.append((view, words, BREAKS if view.path in self._broken else NEVER_SEEN))
        return rows

    def _is_shown(self, steps: Steps) -> bool:
        return self._direction != REQUEST or (bool(steps) and steps != (PARAMS,))

    def _path(self, steps: Steps) -> str:
        return text_of(steps[1:] if self._direction == REQUEST and steps[:1] == (PARAMS,) else steps)
