"""Where a window only reads, what writes stays disabled whatever its view does, and says why."""

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from console.qt.holding import hold, refuses
from console.qt.shell import Shell

REASON = "Only to read <here>."


class Said(Shell):
    def __init__(self, reason: str) -> None:
        super().__init__()
        self.read_only, self.said = reason, list[str]()

    def notify(self, text: str, *, error: bool = False) -> None:
        self.said.append(text)


def test_a_held_button_cannot_be_enabled_and_keeps_its_reason(qtbot: QtBot) -> None:
    shell, button = Said(REASON), QPushButton("Resolve")
    qtbot.addWidget(button)
    clicked: list[bool] = []
    button.clicked.connect(clicked.append)
    hold(shell, button)
    button.setEnabled(True)
    button.setToolTip("Resolve it")
    button.click()
    assert (button.isEnabled(), clicked) == (False, [])
    assert "Only to read &lt;here&gt;." in button.toolTip()
    assert button.accessibleDescription() == REASON


def test_where_writing_is_fine_nothing_is_held(qtbot: QtBot) -> None:
    shell, button = Said(""), QPushButton("Resolve")
    qtbot.addWidget(button)
    hold(shell, button)
    assert button.isEnabled()
    assert not refuses(shell)
    assert shell.said == []


def test_a_command_that_writes_is_refused_with_the_reason_and_one_that_reads_is_not() -> None:
    shell = Said(REASON)
    assert not refuses(shell, False)
    assert refuses(shell, True)
    assert shell.said == [REASON]
