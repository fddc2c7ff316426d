"""The browser behind a user agent, in two words."""

import re
from functools import lru_cache

_LONGEST = 1_000
_REMEMBERED = 1_024
# Order matters: all of these name Chrome too, and Chrome calls itself Safari.
_BROWSERS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("Edge", r"Edg(?:e|A|iOS)?/(\d{1,5})"),
        ("Opera", r"OPR/(\d{1,5})"),
        ("Samsung Internet", r"SamsungBrowser/(\d{1,5})"),
        ("Electron", r"Electron/(\d{1,5})"),
        ("Firefox", r"(?:Firefox|FxiOS)/(\d{1,5})"),
        ("Chrome", r"(?:Headless)?(?:Chrome|CriOS)/(\d{1,5})"),
        ("Safari", r"Version/(\d{1,5})[\d.]* (?:Mobile/\w+ )?Safari/"),
    )
)


def browser_of(agent: str) -> str:
    """Return name and major version ("Chrome 131"); of another agent its first word, or all of a short name."""
    return _browser_of(agent[:_LONGEST])


@lru_cache(_REMEMBERED)
def _browser_of(agent: str) -> str:
    for name, pattern in _BROWSERS:
        if found := pattern.search(agent):
            return f"{name} {found[1]}"
    return (agent.partition(" ")[0] if "/" in agent else agent)[:40]
