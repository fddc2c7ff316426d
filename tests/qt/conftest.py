"""What all tests of the shared widgets need."""

from pathlib import Path

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    """Qt's offscreen platform warns of this once per shown window; it says nothing about the console."""
    if item.path.is_relative_to(Path(__file__).parent):
        item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))
