"""The kinds of file that an export can make."""

from pathlib import Path
from typing import NamedTuple

from console.qt.words import counted


class Kind(NamedTuple):
    """`what` says what such a file holds and what not; `form` is its name for the process that makes it."""

    form: str
    words: str
    ending: str
    files: str
    what: str
    noun: str

    @property
    def is_bundle(self) -> bool:
        return self.form == "bundle"

    def named(self, path: Path) -> Path:
        """Return the path with this kind's ending in the place of another kind's, or where there is none."""
        endings = ("", *(kind.ending for kind in KINDS))
        return path.with_suffix(self.ending) if path.name and path.suffix in endings else path

    def amount(self, events: int, packed: str, plain: str) -> str:
        """Say how much there will be; `packed` and `plain` are sizes in words: of a bundle, and of the events' texts."""
        if self.is_bundle:
            return f"{counted(events, 'event')}, about {packed} in the file"
        if self.form == "jsonl":
            return f"{counted(events, 'event')}, about {plain} in the file"
        return f"The requests in {counted(events, 'event')}"


_MASKED = "Secrets are masked by the same rules as in a bundle. Title, notes, report and picture are not in it."
KINDS = (
    Kind("bundle", "Incident bundle (.vcb)", ".vcb", "Incident bundles (*.vcb)", "", "event"),
    Kind("har", "HAR (.har): requests and responses", ".har", "HAR files (*.har)",
         f"For browser tools and the like: the events that hold a request and its response, and nothing else. {_MASKED}",
         "request"),
    Kind("jsonl", "JSON lines (.jsonl): the events alone", ".jsonl", "JSON lines (*.jsonl)",
         f"For scripts: each event as one line of JSON. Error groups, contracts and decisions are not in it. {_MASKED}",
         "event"),
)  # fmt: skip
BUNDLE = KINDS[0]


def kind_of(form: str) -> Kind:
    """Return the kind with this name."""
    return next(kind for kind in KINDS if kind.form == form)
