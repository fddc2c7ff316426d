"""Run the console's own command as a process, as people do."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

PIPE = asyncio.subprocess.PIPE


@asynccontextmanager
async def console(*arguments: object, env: Mapping[str, str] | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start `python -m console …`; it is killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "console", *map(str, arguments), stdin=PIPE, stdout=PIPE, stderr=PIPE,
        env={**os.environ, **(env or {})}, limit=1 << 22,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def run_console(*arguments: object, env: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Run it to its end; returns exit code, stdout, stderr."""
    async with console(*arguments, env=env) as process:
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()


def last_object(out: str) -> dict[str, Any]:
    value = json.loads(out.splitlines()[-1])
    assert isinstance(value, dict)
    return value
