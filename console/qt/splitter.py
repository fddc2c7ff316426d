"""Parts of a view beside or above each other, with a handle between them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from console.qt.shell import Shell

_MOST_PX = 10_000


def split(orientation: Qt.Orientation, name: str, *parts: tuple[QWidget, int], sizes: Sequence[int] = ()) -> QSplitter:
    """Return parts that cannot be drawn shut, each with its stretch; `name` is for a screen reader, `sizes` in pixels."""
    splitter = QSplitter(orientation)
    splitter.setAccessibleName(name)
    splitter.setChildrenCollapsible(False)
    for number, (widget, stretch) in enumerate(parts):
        splitter.addWidget(widget)
        splitter.setStretchFactor(number, stretch)
    if sizes:
        splitter.setSizes(sizes)
    return splitter


def keep_sizes(splitter: QSplitter, shell: Shell, setting: str, first: Sequence[int]) -> None:
    """Give the parts the sizes of last time, else `first` (pixels); what a person changes is kept under `setting`."""
    kept = shell.setting(setting)
    good = isinstance(kept, list) and len(kept) == len(first)
    good = good and all(type(size) is int and 0 < size < _MOST_PX for size in kept)
    splitter.setSizes(kept if good else first)
    splitter.splitterMoved.connect(lambda *_: shell.set_setting(setting, splitter.sizes()))
