"""Commands of the window as Qt actions: one table feeds menus, keys and the palette."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from console.qt.shell import Action


def qt_action(action: Action, parent: QObject) -> QAction:
    """Return a QAction for `action`. A checkable one runs on each toggle by a person."""
    made = QAction(action.title, parent)
    made.setObjectName(action.id)
    if action.shortcut:
        made.setShortcuts([QKeySequence(key) for key in action.shortcut.split("|")])
        made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    if action.icon is not None:
        made.setIcon(action.icon)
    made.setCheckable(action.checkable)
    made.triggered.connect(lambda *_: action.run())
    return made


def is_enabled(action: Action) -> bool:
    """Tell whether an action may run now."""
    return action.enabled is None or action.enabled()


def shortcut_words(action: Action) -> str:
    """Return the keys of an action as people read them, e.g. `Ctrl+K`."""
    keys = (QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcut.split("|"))
    return " or ".join(key for key in keys if key)
