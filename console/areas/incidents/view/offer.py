"""What a person may want to export from where they are: one line in the dialog for each."""

from typing import NamedTuple

from console.areas.incidents.core.bundle.selection import Selection


class Offer(NamedTuple):
    """`words` are visible already; `title` is proposed for the bundle, "" for none."""

    key: str
    words: str
    selection: Selection
    title: str = ""
