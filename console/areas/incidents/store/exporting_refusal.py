"""Why an export is not made."""

from collections.abc import Sequence

from console.areas.incidents.core.redaction import Hit

_SAID = 5


class ExportRefused(Exception):
    """Nothing to export, too much of it, or something in it that must not leave: the text says what; `hits` say where."""

    def __init__(self, words: str, hits: Sequence[Hit] = ()) -> None:
        super().__init__(words)
        self.hits = tuple(hits)


def refuse_hits(hits: Sequence[Hit]) -> None:
    """Raise ExportRefused where the last look found anything."""
    if not hits:
        return
    places = ", ".join(f"{hit.member} line {hit.line:,} ({hit.rule}, {hit.form})" for hit in hits[:_SAID])
    more = f" and {len(hits) - _SAID:,} more places" if len(hits) > _SAID else ""
    raise ExportRefused(f"the finished bundle still held what must not leave: {places}{more}; nothing was written", hits)
