"""The dialog that adds or edits a source; the address is checked as it is typed."""

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.areas.sources.core import Source, validate_source
from console.areas.sources.tokens import variable_of
from console.qt.plain import wrapped_label

_EXPLAINED = (
    "A token goes to the system's keyring; without one, to a file that only you can read. It is sent over wss:// and "
    "sse+https://, and over ws:// and sse+http:// only to this machine (loopback)."
)


class SourceDialog(QDialog):
    """Asks for name, address and token. `others` are names that are taken."""

    def __init__(self, parent: QWidget, source: Source | None = None, others: tuple[str, ...] = ()) -> None:
        super().__init__(parent)
        self._before, self._others = source, others
        self.setWindowTitle("Edit source" if source else "Add source")
        self.name = _field("Name of the source", "server", source.name if source else "")
        self.url = _field("Address of the source", "ws://127.0.0.1:9000/stream", source.url if source else "")
        kept = source is not None and source.has_token
        self.token = _field("Token of the source", "kept – type to replace it" if kept else "none", "")
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.drop_token = QCheckBox("Forget the kept token")
        self.drop_token.setVisible(kept)
        self.enabled = QCheckBox("Attach now and at each start")
        self.enabled.setChecked(source is None or source.enabled)
        self.problems = wrapped_label()
        self.problems.setAccessibleName("What is wrong with this source")
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._build()
        for box in (self.name, self.url, self.token):
            box.textChanged.connect(self._check)
        self.drop_token.toggled.connect(self._check)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._check()

    def source(self) -> Source:
        """Return what was entered; the token is not part of it."""
        return Source(self.name.text(), self.url.text().strip(), self.enabled.isChecked(), self._has_token())

    def typed_token(self) -> str:
        """Return the token that was typed now, empty when the kept one stays."""
        return self.token.text().strip()

    def forget_token(self) -> None:
        """Take the typed token out of the window, once it is where it belongs."""
        self.token.clear()

    def _has_token(self) -> bool:
        kept = self._before is not None and self._before.has_token and not self.drop_token.isChecked()
        return kept or bool(self.typed_token())

    def _build(self) -> None:
        browse = QPushButton("File…")
        browse.setAccessibleName("Choose a JSONL file")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        address = QHBoxLayout()
        address.addWidget(self.url, 1)
        address.addWidget(browse)
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow("&Name", self.name)
        label = QLabel("&Address")
        label.setBuddy(self.url)
        form.addRow(label, address)
        form.addRow("&Token", self.token)
        form.addRow("", self.drop_token)
        form.addRow("", self.enabled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(wrapped_label(_EXPLAINED))
        layout.addWidget(self.problems)
        layout.addWidget(self._buttons)
        self.resize(520, 320)

    def _check(self) -> None:
        found = validate_source(self.name.text(), self.url.text(), self._has_token(), self._others)
        untouched = not self.name.text() and not self.url.text()
        variable = f"The environment variable {variable_of(self.name.text())} is used first where it is set."
        self.problems.setText(variable if not found else "" if untouched else "\n".join(f"▲ {text}" for text in found))
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not found)

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "JSONL file", "", "JSON lines (*.jsonl *.ndjson);;All files (*)")
        if path:
            self.url.setText(path)


def _field(name: str, placeholder: str, value: str) -> QLineEdit:
    field = QLineEdit(value)
    field.setAccessibleName(name)
    field.setPlaceholderText(placeholder)
    return field
