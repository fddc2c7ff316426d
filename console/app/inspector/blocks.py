"""What a section of the inspector is made of, as data: built off the main thread, laid out on it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # what builds the blocks is loaded with the first event, after the first painted window
    from console.model.report.parts import Moment
    from console.model.stack import Stack
    from console.qt.code_box import Language
    from console.qt.diff_rows import DiffRows


@dataclass(frozen=True, slots=True)
class Line:
    """A name and a value, both as they came. `note` is said behind the value; `tone` is a severity, or "".

    A line that is a title has only a name: that of the lines below it.
    """

    name: str
    value: str
    path: str = ""
    note: str = ""
    tone: str = ""
    is_title: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Lines under a title ("" for none)."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text in fixed width; `folded` shows only its title at first."""

    title: str
    text: str
    language: "Language" = "text"
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Frames:
    """One stack."""

    stack: "Stack"


@dataclass(frozen=True, slots=True)
class Sides:
    """A comparison under a title."""

    title: str
    rows: "DiffRows"


@dataclass(frozen=True, slots=True)
class Moments:
    """A small timeline; `at_ms` is when the event happened, and what the times count from."""

    at_ms: int
    moments: "tuple[Moment, ...]"


@dataclass(frozen=True, slots=True)
class Copies:
    """Buttons that each copy a text: (words on the button, what is copied, the text)."""

    choices: tuple[tuple[str, str, str], ...]


Block: TypeAlias = Facts | Code | Frames | Sides | Moments | Copies


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section: `secrets` counts the values that are hidden in it."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    secrets: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """All sections of an event in order, and its text for the tree and the raw view."""

    sections: tuple[SectionPage, ...] = field(default=())
    text: str = ""
    secrets: int = 0

    def section(self, key: str) -> SectionPage | None:
        return next((one for one in self.sections if one.key == key), None)
