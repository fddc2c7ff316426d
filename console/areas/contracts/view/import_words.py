"""What became of an import, in words."""

from dataclasses import dataclass, field
from typing import Any

from console.qt.text import clip, visible
from console.qt.words import counted

_LISTED = 10
_CHARS = 300


@dataclass(slots=True)
class Outcome:
    """The sums over all parts. `failure` is why the rest was not imported, "" when nothing was left."""

    added: int = 0
    same: int = 0
    replaced: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    failure: str = ""

    @property
    def changed(self) -> int:
        return self.added + self.replaced

    def add(self, result: dict[str, Any]) -> None:
        """Take the answer to one part."""
        self.added += int(result.get("added") or 0)
        self.same += int(result.get("same") or 0)
        self.replaced += int(result.get("replaced") or 0)
        self.refused += [(str(name), str(words)) for name, words in result.get("refused") or []]


def outcome_words(outcome: Outcome) -> str:
    """Return "12 contracts imported, 1 replaced, 3 there already", and below it what was refused and why."""
    parts = [f"{counted(outcome.added, 'contract')} imported"] if outcome.added or not outcome.replaced else []
    parts += [f"{outcome.replaced:,} replaced"] if outcome.replaced else []
    parts += [f"{outcome.same:,} there already"] if outcome.same else []
    parts += [f"{len(outcome.refused):,} refused"] if outcome.refused else []
    lines = [", ".join(parts) + "."]
    lines += [clip(visible(f"✖ {name}: {words}"), _CHARS) for name, words in outcome.refused[:_LISTED]]
    if len(outcome.refused) > _LISTED:
        lines.append(f"… and {counted(len(outcome.refused) - _LISTED, 'other')}")
    return "\n".join(lines + ([f"The rest was not imported: {outcome.failure}"] if outcome.failure else []))
