"""A contract's document as text, JSON or YAML, and from one to the other. Runs off the main thread."""

import json
from typing import Any

from console.areas.contracts.core.exporting import yaml_text
from console.areas.contracts.core.source import read_source
from console.areas.contracts.view.editor_check import Language
from console.areas.contracts.view.editor_text import escaped, is_plain

TEMPLATE: dict[str, Any] = {
    "serviceName": "", "endpoint": "", "method": "GET", "contractVersion": "1.0.0", "expectedParams": [],
    "expectedResponse": {"type": "object", "required": [], "properties": {}}, "timeout": 5000,
}  # fmt: skip
"""What a new contract starts from."""


def document_text(value: Any, language: Language) -> str:
    """Return a decoded document as text that reads back as the same; nothing in it hides."""
    if language == "json":
        return escaped(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"
    if is_plain(json.dumps(value, ensure_ascii=False)):
        return yaml_text(value)
    import yaml  # loaded only where it is asked for

    return str(yaml.safe_dump(value, sort_keys=False, default_style='"', width=100))


def converted(text: str, language: Language, to: Language) -> str:
    """Return a text in the other language, or laid out anew in its own. Raises ValueError where it cannot be read."""
    source = read_source(text, f"contract.{language}")
    if source.error is not None:
        line = f" in line {source.error.line:,}" if source.error.line else ""
        raise ValueError(f"it {source.error.what}{line}")
    if source.has_doubles:
        raise ValueError("a key stands twice in it, and one would be lost")
    if len(source.values) != 1:
        raise ValueError(f"it holds {len(source.values):,} documents")
    return document_text(source.values[0], to)
