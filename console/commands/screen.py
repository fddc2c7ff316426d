"""Is there a screen, and is Qt there to draw on it?"""

import os
import sys
from importlib.util import find_spec


def has_screen() -> bool:
    """Tell whether a window could be shown (or is drawn offscreen on purpose)."""
    if os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal", "vnc"):
        return True
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def window_problem() -> str | None:
    """Return why no window can open and what to do about it, None when one can."""
    if find_spec("PySide6") is None or find_spec("pyqtgraph") is None:
        return "the window needs the extra [gui]: pip install 'vivim-console[gui]' (packaging/run does it)"
    if not has_screen():
        return "there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    return None
