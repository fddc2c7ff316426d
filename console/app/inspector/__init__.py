"""The inspector: one event whole, in sections, with its neighbours one key away.

`page` builds what is shown off the main thread, as `blocks`; `document` and `block_widgets` lay it out.
"""

from console.app.inspector.inspector import MIN_WIDTH_PX, Inspector

__all__ = ["MIN_WIDTH_PX", "Inspector"]
