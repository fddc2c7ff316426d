"""Hypothesis strategies: any JSON text, with everything that decoders trip over, and real events with a value broken."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

FIXTURES = Path(__file__).parent.parent / "fixtures"


class Raw(str):
    """JSON text that stands in an object as it is."""

    __slots__ = ()


def deep(levels: int) -> Raw:
    return Raw('{"a":[' * (levels // 2) + "1" + "]}" * (levels // 2))


hostile = st.sampled_from(
    [
        Raw(text)
        for text in (
            "NaN", "-Infinity", "1e400", "9" * 25, "-" + "9" * 400, "9" * 5_000, "0.1e-400",
            '"\\ud800"', '"\\udc00x\\ud800"',
            '"\\u0000"', '{"\\ud800":1}', '{"a":1,"a":2}', '"' + "x" * 9_000 + '"', '"\u2028\\u202e\u00e9"', "null", "true",
            "{}",
            "[]", '""', '"2026-13-45T99:99:99Z"', '"0001-01-01T00:00:00+23:59"', "1e18", "-1", '"NaN"',
        )
    ]
    + [deep(levels) for levels in (8, 66, 400, 900)]
)  # fmt: skip
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
values = st.one_of(hostile, plain)


def dump(value: Any) -> str:
    """Write JSON in which `Raw` stands as it is; texts keep their characters unescaped where JSON allows."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{dump(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    return json.dumps(value)


@cache
def fixture_events() -> list[dict[str, Any]]:
    """Return one real event of each shape that was recorded, and one of each shape that is documented."""
    shapes: dict[Any, dict[str, Any]] = {}
    for line in (FIXTURES / "vivim-debug-stream.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        shapes.setdefault((event["eventType"], *event, *event["data"]), event)
    for line in (FIXTURES / "vivim-error-posts.jsonl").read_text(encoding="utf-8").splitlines():
        for event in json.loads(line)["body"]["reports"]:
            shapes.setdefault((*event, *event["context"]), event)
    return [*shapes.values(), ENHANCED, {"eventType": "error", "timestamp": 1, "service": "s", "data": ENHANCED}, LOG_LINE]


ENHANCED: dict[str, Any] = {
    "errorId": "err_1", "category": "CONSTRAINT_VIOLATION", "severity": "fatal", "timestamp": 1_795_442_208_470,
    "message": "duplicate key", "correlationId": "corr_1", "fingerprint": "fp1",
    "source": {"service": "server", "module": "acus", "function": "save", "stack": "Error: x\n  at y"},
    "request": {"method": "POST", "url": "/x", "requestId": "req_1"}, "response": {"status": 500, "durationMs": 12.5},
    "sync": {"entityType": "acu", "entityId": "acu_1"}, "database": {"query": "INSERT"}, "environment": {"version": "1"},
}  # fmt: skip
LOG_LINE: dict[str, Any] = {
    "timestamp": "2026-11-23T13:56:48.470Z", "level": "ERROR", "message": "save failed", "module": "acus",
    "data": {"requestId": "req_9", "durationMs": 31}, "error": {"message": "boom", "stack": "Error: boom\n  at z"},
    "context": {"userId": "user_1"},
}  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in children for place in _places(item, (*path, key)))]


def _with(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    if not path:
        return change(value)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(copy[path[0]], path[1:], change)
    return copy


@st.composite
def mutated_texts(draw: st.DrawFn) -> str:
    """Draw the text of a real event of which up to three values were replaced, wrapped, removed or added to."""
    event: Any = draw(st.sampled_from(fixture_events()))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from([path for path in _places(event) if path]))
        new = draw(values)
        how = draw(st.sampled_from(("replace", "wrap", "nest", "remove")))
        if how == "remove":
            event = _with(event, place[:-1], lambda holder, key=place[-1]: _without(holder, key))
        else:
            made = {
                "replace": lambda _, v=new: v,
                "wrap": lambda old: [old],
                "nest": lambda old, v=new: {"was": old, "x": v},
            }
            event = _with(event, place, made[how])
        if not isinstance(event, dict) or len(_places(event)) < 2:
            break
    return dump(event)


def _without(holder: Any, key: Any) -> Any:
    if isinstance(holder, dict):
        return {name: item for name, item in holder.items() if name != key}
    return [item for index, item in enumerate(holder) if index != key]
