"""Streams of observations out of specifications (`tests/fixtures/drift/`): the same seed gives the same stream.

A value is described by a text (`uuid`, `int:1:9`, `word:a|b`, `tail:30`…), an object (`name?0.4`: there in 40 %; `name~30`:
there and away in runs of about 30), `[items, fewest, most]`, or an object with one of `null` (share, of), `map` (keys,
fewest, most, values), `growing` (a new key every so many events, values), `one` (one of several, by a client's version).
"""

import json
import random
import string
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from console.reporter.contracts.contract import Contract

FIXTURES = Path(__file__).parents[4] / "fixtures" / "drift"
START = 1_790_000_000_000
_WORDS = ["moss", "fern", "soil", "Möhre", "雨水", "оранжерея", "harvest", "bed", "seed", "🌱 sprout", "compost", "Ñandú"]


class Observation(NamedTuple):
    """What one exchange shows: a value, a class of status, a duration, and when."""

    value: Any
    status: str
    duration_ms: float
    ts_ms: int
    event_id: int


def load(name: str) -> list[dict[str, Any]]:
    """Return the specifications of one file, each with its shape filled in."""
    shapes = json.loads((FIXTURES / "shapes.json").read_text(encoding="utf-8"))
    specs = [json.loads(line) for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines() if line]
    return [
        {**spec, "value": shapes[spec["shape"]]["value"], "direction": shapes[spec["shape"]]["direction"]} for spec in specs
    ]


def observations(spec: dict[str, Any], n: int) -> Iterator[Observation]:
    """Yield n observations; from the one at `at` on (counted from 0) the change counts, in the share of it that is told."""
    maker = _Maker(spec["seed"])
    change = spec.get("change", {})
    now = START
    for i in range(n):
        maker.begin(i)
        value = maker.make(spec["value"])
        status, duration = "2xx", maker.rng.lognormvariate(3.0, spec.get("jitter", 0.4))
        changed = change and i >= spec["at"] and maker.rng.random() < change.get("share", 1.0)
        if changed and "slower" in change:
            duration *= (
                change["slower"]
                if "over" not in change
                else 1 + (change["slower"] - 1) * min(1, (i - spec["at"]) / change["over"])
            )
        elif changed and "status" in change:
            status = change["status"]
        elif changed:
            apply(value, change["path"].split("/"), change, maker)
        now += round(spec.get("every_ms", 500) * maker.rng.expovariate(1)) + (
            3_600_000 if i % 400 == 399 and spec.get("gaps") else 0
        )
        yield Observation(value, status, duration, now, i + 1)


def apply(value: Any, steps: list[str], change: dict[str, Any], maker: "_Maker") -> None:
    """Change the places of the value that the steps lead to (`[]`: every item, `*`: every key)."""
    step, rest = steps[0], steps[1:]
    if step == "[]":
        for i, item in enumerate(value):
            if rest:
                apply(item, rest, change, maker)
            elif "as" in change:
                value[i] = maker.make(change["as"])
        return
    if step == "*":
        for key in list(value):
            apply(value, [key, *rest], change, maker)
        return
    if rest:
        if isinstance(value.get(step), dict | list):
            apply(value[step], rest, change, maker)
    elif change["do"] == "drop":
        value.pop(step, None)
    elif change["do"] == "add" or step in value:
        value[step] = maker.make(change["as"])


class _Maker:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._i = 0
        self._version = 0
        self._runs: dict[str, tuple[bool, int]] = {}
        self._grown: dict[int, list[str]] = {}

    def begin(self, i: int) -> None:
        self._i = i
        self._version = self.rng.randrange(1_000)

    def make(self, spec: Any) -> Any:
        if isinstance(spec, str):
            return self._leaf(*spec.split(":"))
        if isinstance(spec, list):
            items, fewest, most = spec
            return [self.make(items) for _ in range(self.rng.randint(fewest, most))]
        if not isinstance(spec, dict):
            return spec
        if "null" in spec:
            return None if self.rng.random() < spec["null"] else self.make(spec["of"])
        if "map" in spec:
            keys, fewest, most, values = spec["map"]
            return {str(self.make(keys)): self.make(values) for _ in range(self.rng.randint(fewest, most))}
        if "growing" in spec:
            return self._growing(*spec["growing"])
        if "one" in spec:
            return self.make(spec["one"][self._version % len(spec["one"])])
        return {
            name.partition("?")[0].partition("~")[0]: self.make(one) for name, one in spec.items() if self._is_there(name)
        }

    def _is_there(self, name: str) -> bool:
        if "?" in name:
            return self.rng.random() < float(name.partition("?")[2])
        if "~" not in name:
            return True
        state, left = self._runs.get(name, (True, 0))
        if left <= 0:
            state, left = not state, self.rng.randint(5, 2 * int(name.partition("~")[2]))
        self._runs[name] = (state, left - 1)
        return state

    def _growing(self, every: int, values: Any) -> dict[str, Any]:
        keys = self._grown.setdefault(id(values), [])
        if self._i % every == 0:
            keys.append("user-" + "".join(self.rng.choices(string.ascii_lowercase, k=6)))
        return {key: self.make(values) for key in keys}

    def _leaf(self, kind: str, *args: str) -> Any:  # noqa: C901
        rng = self.rng
        if kind == "uuid":
            return str(uuid.UUID(int=rng.getrandbits(128), version=4))
        if kind == "id":
            return 1_000_000 + self._i * 7 + rng.randrange(7)
        if kind == "int":
            return rng.randint(int(args[0]), int(args[1]))
        if kind == "float":
            return round(rng.uniform(float(args[0]), float(args[1])), 4)
        if kind == "word":
            return rng.choice(args[0].split("|"))
        if kind == "tail":
            return f"tag-{min(int(rng.paretovariate(0.8)), int(args[0]))}"
        if kind == "text":
            return " ".join(rng.choices(_WORDS, k=rng.randint(1, 5))) + f" {rng.randrange(10_000)}"
        if kind == "datetime":
            return f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randrange(24):02}:{rng.randrange(60):02}:07Z"
        if kind == "date":
            return f"20{rng.randint(20, 26)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        if kind == "email":
            return f"{rng.choice('abcdefg')}{rng.randrange(10**6)}@garden.example"
        if kind == "uri":
            return f"https://cdn.garden.example/{rng.getrandbits(48):x}.png"
        if kind == "hex":
            return f"{rng.getrandbits(64):016x}"
        if kind == "digits":
            return f"{rng.randrange(10**5):05}"
        if kind == "decimal":
            return f"{rng.random():.3f}"
        if kind == "long":
            return "x" * rng.randint(int(args[0]), int(args[1]))
        if kind == "bool":
            return rng.random() < 0.5
        if kind == "none":
            return None
        raise ValueError(kind)


_FORMATS = {"uuid": "uuid", "datetime": "date-time", "date": "date", "email": "email", "uri": "uri"}


def contract_of(spec: dict[str, Any]) -> Contract | None:
    """Return the contract that the unchanged stream keeps to: `full`, `types` (no formats, values, bounds) or `none`."""
    if spec["contract"] == "none":
        return None
    schema = schema_of(spec["value"], spec["contract"] == "full", spec.get("closed", False))
    timeout = spec.get("timeout", 1_000.0)
    if spec["direction"] == "response":
        return Contract("server", "/things/:id", "1.4.0", "GET", responses={"2xx": schema}, timeout_ms=timeout)
    params = schema["properties"].get("params", {"properties": {}, "required": []})
    rules = tuple(
        {"name": name, **one, "required": name in params["required"]} for name, one in params["properties"].items()
    )
    return Contract("server", "/things", "1.4.0", "POST", rules, schema["properties"].get("body"), timeout_ms=timeout)


def schema_of(spec: Any, full: bool, closed: bool) -> dict[str, Any]:
    """Return the schema of what the description makes."""
    if isinstance(spec, str):
        return _leaf_schema(full, *spec.split(":"))
    if isinstance(spec, list):
        return {"type": "array", "items": schema_of(spec[0], full, closed), **({"maxItems": spec[2]} if full else {})}
    if "null" in spec:
        return {"anyOf": [schema_of(spec["of"], full, closed), {"type": "null"}]}
    if "map" in spec:
        return {"type": "object", "additionalProperties": schema_of(spec["map"][3], full, closed)}
    if "growing" in spec:
        return {"type": "object", "additionalProperties": schema_of(spec["growing"][1], full, closed)}
    if "one" in spec:
        return {"anyOf": [schema_of(one, full, closed) for one in spec["one"]]}
    properties = {name.partition("?")[0].partition("~")[0]: schema_of(one, full, closed) for name, one in spec.items()}
    required = [name for name in spec if "?" not in name and "~" not in name]
    others = {"additionalProperties": False} if closed else {}
    return {"type": "object", "properties": properties, "required": required, **others}


def _leaf_schema(full: bool, kind: str, *args: str) -> dict[str, Any]:
    if kind in ("id", "int"):
        return {"type": "integer", **({"minimum": int(args[0]), "maximum": int(args[1])} if full and args else {})}
    if kind == "float":
        return {"type": "number", **({"minimum": float(args[0]), "maximum": float(args[1])} if full else {})}
    if kind == "bool":
        return {"type": "boolean"}
    found: dict[str, Any] = {"type": "string"}
    if full and kind == "word":
        found["enum"] = args[0].split("|")
    if full and kind in _FORMATS:
        found["format"] = _FORMATS[kind]
    if full and kind == "text":
        found["maxLength"] = 200
    return found
