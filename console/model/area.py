"""What an area (one feature of the console) declares about itself, and how places are pointed at.

An area is one folder under `console/areas` with up to four rooms: its `__init__` holds an `AREA: Area`,
`core` is pure, `store` has its tables (`MIGRATIONS`) and its fold (`projection()`), `view` its face.
The rooms are named as text, so that declaring an area loads none of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """One feature: `name` is its folder, `title` its word in the area bar, `shortcut` a Qt key sequence."""

    name: str
    title: str
    description: str
    shortcut: str
    has_store: bool = True
    needs_events: bool = True
    """Without any, the window says how to get some in the place of its view."""
    view_class: str = ""
    """Class in `console.areas.<name>.view`; empty for an area without a face."""

    @property
    def store_module(self) -> str:
        return f"console.areas.{self.name}.store"

    @property
    def view_module(self) -> str:
        return f"console.areas.{self.name}.view"


@dataclass(frozen=True, slots=True)
class Ref:
    """A place in the console: an area, something in it, and optionally the range and filter to show it under.

    Written as `console://<area>/<id>?since=<ms>&until=<ms>&filter=<text>` (see `console.model.place`).
    """

    area: str
    id: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    filter_text: str | None = None
