"""Colours for SQL: keywords, strings, numbers, parameters and comments; a pattern, not a parser."""

import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from console.qt.theme import current_theme

_KEYWORDS = (
    "add|all|alter|and|any|as|asc|begin|between|by|cascade|case|cast|check|coalesce|column|"
    "commit|conflict|constraint|create|cross|current_timestamp|database|default|delete|desc|distinct|do|drop|else|end|except|"
    "exists|explain|fetch|first|for|foreign|from|full|function|group|having|ilike|in|index|inner|insert|"
    "intersect|into|is|isolation|join|key|lateral|left|level|like|limit|lock|natural|not|nothing|null|"
    "offset|on|or|order|outer|over|partition|pragma|primary|references|release|returning|right|rollback|row|rows|"
    "savepoint|select|set|table|then|to|transaction|trigger|true|false|truncate|union|unique|update|using|values|"
    "view|when|where|window|with"
)
_TOKENS = re.compile(
    r"(?P<comment>--.*|/\*.*?(?:\*/|$))"
    r"|(?P<string>'(?:[^']|'')*(?:'|$))"
    r"|(?P<name>\"(?:[^\"]|\"\")*(?:\"|$)|`[^`]*(?:`|$))"
    r"|(?P<constant>\$\d+|\?\d*|(?<!:):[A-Za-z_]\w*|%s|%\([^)]*\)s)"
    r"|(?P<number>\b\d[\d.]*(?:[eE][+-]?\d+)?\b)"
    rf"|(?P<key>\b(?:{_KEYWORDS})\b)",
    re.IGNORECASE,
)
_IN_COMMENT = 1


class SqlHighlighter(QSyntaxHighlighter):
    """Colours by the theme worn when it is made; block comments may run over lines."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats = _formats()

    def highlightBlock(self, text: str) -> None:
        start = 0
        self.setCurrentBlockState(0)
        if self.previousBlockState() == _IN_COMMENT:
            end = text.find("*/")
            start = len(text) if end < 0 else end + 2
            self.setFormat(0, start, self._formats["comment"])
            if end < 0:
                self.setCurrentBlockState(_IN_COMMENT)
                return
        for found in _TOKENS.finditer(text, start):
            kind = found.lastgroup or "name"
            if kind in self._formats:
                self.setFormat(found.start(), found.end() - found.start(), self._formats[kind])
            if kind == "comment" and found[0].startswith("/*") and not found[0].endswith("*/"):
                self.setCurrentBlockState(_IN_COMMENT)


def _formats() -> dict[str, QTextCharFormat]:
    colors = current_theme().json | {"comment": current_theme().muted}
    formats = {}
    for kind in ("key", "string", "number", "constant", "comment"):
        formats[kind] = QTextCharFormat()
        formats[kind].setForeground(QColor(colors[kind]))
    formats["key"].setFontWeight(QFont.Weight.DemiBold)
    return formats
