"""The way to a value inside a JSON value, as in `data.items[3]["odd key"]`; `$` is the root."""

import json

ROOT = "$"


def step(key: str | int) -> str:
    """Return one step: `.name`, `["odd key"]` or `[3]`."""
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if key.isidentifier() else f"[{json.dumps(key, ensure_ascii=False)}]"


def extend(path: str, key: str | int) -> str:
    """Return the path of `key` in the value at `path`; the empty path is the root."""
    return path + step(key) if path else step(key).removeprefix(".")
