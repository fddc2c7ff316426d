"""`contracts recheck`: contracts judge the traffic that is stored already."""

import json
from pathlib import Path
from typing import Any

from console.commands.changing import NotDone, change
from console.commands.opening import say
from console.commands.printing import out
from console.model.clock import wall_clock


def run_recheck(path: Path, service: str, since_s: float | None, until_s: float | None, as_json: bool) -> int:
    """Check what is stored, by this process or by the one that writes the store; returns the exit code."""
    now_ms = wall_clock()
    args: dict[str, Any] = {"service": service}
    for key, ago_s in (("since_ms", since_s), ("until_ms", until_s)):
        if ago_s is not None:
            args[key] = now_ms - round(ago_s * 1_000)
    try:
        result = change(path, "contracts", "recheck", args)
    except NotDone as error:
        say(f"contracts: {error}")
        return error.code
    out(json.dumps(result) if as_json else result["words"])
    if result["violations"] and not as_json:
        out("See them: vivim-console contracts violations --all")
    return 0
