"""The next release of the API: it goes out after a while, with its version unchanged and some promises forgotten."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from console.demo.pacing import DEPLOY_AFTER_S
from console.reporter import Reporter

_SLOWEST_AFTER_S = 45.0
_NULL_EVERY = 100


@dataclass
class Release:
    """What changes with the release. `after_s` counts from when this was made; `clock` returns seconds."""

    after_s: float = DEPLOY_AFTER_S
    clock: Callable[[], float] = time.monotonic
    _began_s: float = field(init=False)
    _reads: int = 0

    def __post_init__(self) -> None:
        self._began_s = self.clock()

    @property
    def age_s(self) -> float:
        """How long it has been out, negative before."""
        return self.clock() - self._began_s - self.after_s

    @property
    def is_out(self) -> bool:
        """Whether it has been deployed."""
        return self.age_s >= 0

    def misses_cache(self) -> bool:
        """Whether a read of the release's cache comes at the moment between two fillings: one in a hundred."""
        self._reads += self.is_out
        return self.is_out and self._reads % _NULL_EVERY == 0

    def slowness(self) -> float:
        """How far a list that the release never prunes has grown, from 0 to 1."""
        return min(1.0, max(0.0, self.age_s / _SLOWEST_AFTER_S))


async def announce(release: Release, reporter: Reporter) -> None:
    """Report the deployment when it happens."""
    await asyncio.sleep(max(0.0, -release.age_s))
    reporter.info("release 1.5.0 is deployed", release="1.5.0", component="deployment")
