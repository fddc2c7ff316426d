"""Ways to a place in a JSON value, as texts: `hits[3].id` for one value, `hits[].id` for that place in every item.

Written as `console.model.json_path` writes them (the reporter stands alone, so the few lines are here again), with `[]` for
any item and `.*` for any key of a map; the root is `$`.
"""

import json
from collections.abc import Iterable

ROOT = "$"
ANY_ITEM = -1
"""In the place of an index: any of them."""
ANY_KEY = -2
"""In the place of a key: any of them."""
_LONGEST_KEY = 120


def text_of(steps: Iterable[str | int], root: str = "") -> str:
    """Return the path of these steps below `root`."""
    path = root + "".join(_step(one) for one in steps)
    return (path if root else path.removeprefix(".")) or ROOT


def clean(text: str) -> str:
    """Return the text with lone surrogates replaced, so that every database and socket takes it."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _step(one: str | int) -> str:
    if isinstance(one, int):
        return {ANY_ITEM: "[]", ANY_KEY: ".*"}.get(one) or f"[{one}]"
    if len(one) > _LONGEST_KEY:
        one = one[: _LONGEST_KEY - 1] + "…"
    return f".{one}" if one.isidentifier() else f"[{clean(json.dumps(one, ensure_ascii=False))}]"
