"""What the command line hands to the window."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A stream to attach to. The token is kept out of `repr`, which ends up in logs."""

    name: str
    url: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to open the window. `place` is an address (`console://…`); `screenshots` a folder for pictures, then exit.

    `ingest` says whether to start the ingest child; without it the window only reads a store that another
    process writes. `settings` overrides where layout and profiles are kept. An empty `theme` is none: the remembered one.
    `incident` is a bundle, or another file of events, to open read-only; `db` is then not used.
    """

    db: Path
    sources: list[SourceSpec] = field(default_factory=list)
    demo: bool = False
    demo_rate: float = 100
    demo_seed: int = 1
    theme: str | None = None
    place: str | None = None
    screenshots: Path | None = None
    screenshot_after_s: float = 40.0
    ingest: bool = True
    settings: Path | None = None
    incident: Path | None = None
