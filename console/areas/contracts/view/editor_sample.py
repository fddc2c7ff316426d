"""A sample beside the contract: does this answer keep to it, and where not."""

from typing import Any, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.areas.contracts.view.editor_text import EditorText
from console.model.decoding import decode
from console.qt.plain import plain_label
from console.qt.text import clip, visible
from console.qt.words import counted
from console.reporter.contracts.contract import SUCCESS, Contract, Schema
from console.reporter.contracts.params import params_schema, read_params
from console.reporter.contracts.schema import SchemaError, checker_for

_TYPED_MS = 250
_MOST = 12
_LINE_CHARS = 400
PARAMS, REQUEST = "params", "request"


class Told(NamedTuple):
    """What is said of a sample. `holds` is None where nothing can be said."""

    holds: bool | None
    words: str


def parts_of(contract: Contract | None) -> list[tuple[str, str]]:
    """Return (words, key) of what a sample can be held against: answers first, then the request."""
    if contract is None:
        return []
    keys = sorted(contract.responses, key=lambda key: (key != SUCCESS, key))
    parts = [(f"an answer {visible(key)}", key) for key in keys]
    parts += [("a request's body", REQUEST)] if contract.request is not None else []
    return parts + ([("parameters, as an object", PARAMS)] if contract.params else [])


def check_sample(contract: Contract, part: str, text: str) -> Told:
    """Hold a JSON text against a part of a contract. Runs off the main thread."""
    if not text.strip():
        return Told(None, "Paste an answer above: it is checked as you type.")
    decoded = decode(text)
    if decoded.problem is not None:
        return Told(None, clip(visible(decoded.problem), _LINE_CHARS))
    schema, value = _question(contract, part, decoded.value)
    if schema is None:
        return Told(None, "The contract promises nothing of this.")
    try:
        problems, is_undecided = checker_for(schema).judge(value, _MOST)
    except SchemaError as error:
        return Told(None, clip(visible(str(error)), _LINE_CHARS))
    if not problems and is_undecided:
        return Told(None, "Not decided: a pattern of the contract takes too long for this value.")
    if not problems:
        return Told(True, "✓ It keeps to the contract.")
    more = " or more" if len(problems) == _MOST else ""
    lines = [f"✖ It breaks the contract in {counted(len(problems), 'place')}{more}:"]
    lines += [f"• {clip(visible(one.message), _LINE_CHARS)} ({visible(one.keyword)})" for one in problems]
    return Told(False, "\n".join(lines))


def _question(contract: Contract, part: str, value: Any) -> tuple[Schema | None, Any]:
    if part == PARAMS:
        given = read_params(value, contract.params) if isinstance(value, dict) else value
        return params_schema(contract.params), given
    return (contract.request if part == REQUEST else contract.responses.get(part)), value


class SamplePane(QWidget):
    """`changed` a little after the last letter, or when another part is chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.part = QComboBox()
        self.part.setAccessibleName("What the sample is")
        self.edit = EditorText("Sample, as JSON")
        self.edit.setPlaceholderText("Paste an answer here to see whether it keeps to the contract.")
        self.result = plain_label("", selectable=True)
        self.result.setAccessibleName("Whether the sample keeps to the contract")
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.changed)
        self.edit.textChanged.connect(self._typed.start)
        self.edit.refused.connect(lambda words: self.show_told(Told(None, words)))
        self.part.activated.connect(lambda _: self.changed.emit())
        label = QLabel("Try")
        label.setBuddy(self.part)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.part, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self.edit, 1)
        layout.addWidget(self.result)
        self.show_contract(None)

    def show_contract(self, contract: Contract | None) -> None:
        """Offer the parts of a contract, and keep the chosen one."""
        parts, chosen = parts_of(contract), self.chosen()
        if [self.part.itemData(place) for place in range(self.part.count())] != [key for _, key in parts]:
            self.part.clear()
            for words, key in parts:
                self.part.addItem(words, key)
            self.part.setCurrentIndex(max(0, self.part.findData(chosen)) if parts else -1)
        self.part.setEnabled(bool(parts))
        if not parts:
            self.show_told(Told(None, "A sample is checked once the contract has no mistake and promises something."))

    def chosen(self) -> str:
        """Return the key of the chosen part, "" for none."""
        key = self.part.currentData()
        return key if isinstance(key, str) else ""

    def show_told(self, told: Told) -> None:
        self.result.setText(told.words)
        self.result.setObjectName({True: "good", False: "error", None: "muted"}[told.holds])
        self.result.style().unpolish(self.result)
        self.result.style().polish(self.result)
