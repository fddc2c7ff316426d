"""SQL laid out for reading, and its parameters beside their places. No token is lost, moved or changed but in case."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

MAX_FORMATTED = 200_000
"""Longer statements stay as they came."""
_LIST_CHARS = 88
"""A list longer than that has an item a line."""
_VALUE_CHARS = 80
_MOST_INDENT = 24

Kind = Literal["space", "line comment", "comment", "string", "name", "placeholder", "word", "number", "sign"]


class Token(NamedTuple):
    """A piece of a statement; `kind` "name" is a quoted identifier."""

    kind: Kind
    text: str


# Strings, quoted names and comments that never end go to the end of the text.
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<line_comment>--[^\n]*)
      | (?P<comment>/\*.*?(?:\*/|\Z))
      | (?P<string>[eE]'(?:[^'\\]|\\.|'')*+(?:'|\\?\Z) | [nNbBxX]?'(?:[^']|'')*+(?:'|\Z)
          | \$(?P<tag>[A-Za-z_]\w*|)\$.*?(?:\$(?P=tag)\$|\Z))
      | (?P<name>"(?:[^"]|"")*+(?:"|\Z) | `[^`]*(?:`|\Z))
      | (?P<placeholder>\$\d+ | \?\d* | %s | %\(\w+\)s | (?<![:\w]):[A-Za-z_]\w* | @\w+)
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\w*)
      | (?P<word>[^\W\d]\w*)
      | (?P<sign>::|<=>|->>|->|\#>>|\#>|<=|>=|<>|!=|\|\||&&|:=|.)""",
    re.VERBOSE | re.DOTALL,
)

_KEYWORDS = frozenset(
    (
        *("SELECT", "DISTINCT", "ALL", "FROM", "WHERE", "GROUP", "BY", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH"),
        *("UNION", "INTERSECT", "EXCEPT", "WITH", "RECURSIVE", "AS", "INSERT", "INTO", "VALUES", "UPDATE", "SET"),
        *("DELETE", "RETURNING", "CONFLICT", "DO", "NOTHING", "ON", "USING", "JOIN", "LEFT", "RIGHT", "INNER"),
        *("OUTER", "FULL", "CROSS", "NATURAL", "LATERAL", "AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "ILIKE"),
        *("BETWEEN", "EXISTS", "ANY", "SOME", "CASE", "WHEN", "THEN", "ELSE", "END", "ASC", "DESC", "NULLS", "FOR"),
        *("CREATE", "ALTER", "DROP", "TABLE", "INDEX", "UNIQUE", "PRIMARY", "FOREIGN", "REFERENCES", "CONSTRAINT"),
        *("CHECK", "DEFAULT", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "TRUE", "FALSE", "CAST", "COLLATE"),
        *("ESCAPE", "OVER", "PARTITION", "WINDOW", "EXPLAIN"),
    )
)
_KINDS: dict[str, Kind] = {
    "space": "space",
    "line_comment": "line comment",
    "comment": "comment",
    "string": "string",
    "tag": "string",
    "name": "name",
    "placeholder": "placeholder",
    "number": "number",
    "word": "word",
    "sign": "sign",
}
_CLAUSES = frozenset(
    (
        *("SELECT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "UNION", "INTERSECT"),
        *("EXCEPT", "SET", "VALUES", "RETURNING", "WINDOW", "INSERT"),
    )
)
_JOINS = frozenset(("JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS", "NATURAL", "OUTER"))
_QUERIES = frozenset(("SELECT", "WITH", "VALUES"))


def tokens_of(sql: str) -> Iterator[Token]:
    """Yield all tokens, white space too: joined they are the text."""
    for found in _TOKEN.finditer(sql):
        yield Token(_KINDS[found.lastgroup or "sign"], found[0])


def format_sql(sql: str) -> str:
    """Return a statement with a clause a line, subqueries and long lists indented, keywords in upper case.

    Strings, quoted names and comments stay as they are; what is over MAX_FORMATTED characters stays whole as it is.
    """
    return _Layout(sql).text() if len(sql) <= MAX_FORMATTED else sql


@dataclass(slots=True)
class _Open:
    """What is open: the statement, a subquery, or plain brackets.

    `wide`: its list, or its clause's, has an item a line; `hanging`: the line began with AND or OR, one level in.
    """

    indent: int
    is_query: bool
    wide: bool
    hanging: bool = False
    cases: int = 0
    betweens: int = 0
    verb: str = ""

    def count(self, word: str) -> None:
        """Keep account of a word: which AND belongs to a BETWEEN or stands in a CASE, and which verb a SET has."""
        if word == "CASE":
            self.cases += 1
        elif word == "END":
            self.cases = max(0, self.cases - 1)
        elif word == "BETWEEN":
            self.betweens += 1
        elif word == "AND":
            self.betweens = max(0, self.betweens - 1)
        elif word in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            self.verb = word


class _Layout:
    """One pass over the tokens; the gaps depend on the tokens alone, so that a second pass changes nothing."""

    def __init__(self, sql: str) -> None:
        every = list(tokens_of(sql))
        self._tokens = [token for token in every if token.kind != "space"]
        self._spaced = [i > 0 and every[i - 1].kind == "space" for i, token in enumerate(every) if token.kind != "space"]
        self._words = [token.text.upper() if token.kind == "word" else token.text for token in self._tokens]
        self._lengths = _list_lengths(self._words)
        self._open = [_Open(0, is_query=True, wide=False)]

    def text(self) -> str:
        parts: list[str] = []
        for i in range(len(self._tokens)):
            parts += [self._gap(i) if i else "", self._written(i)]
            self._account(i)
        return "".join(parts)

    def _near(self, i: int) -> str:
        return self._words[i] if 0 <= i < len(self._words) else ""

    def _is_part_of_name(self, i: int) -> bool:
        return "." in (self._near(i - 1), self._near(i + 1))

    def _written(self, i: int) -> str:
        token, word = self._tokens[i], self._words[i]
        is_keyword = token.kind == "word" and word in _KEYWORDS and token.text.isascii()
        return word if is_keyword and not self._is_part_of_name(i) else token.text

    def _gap(self, i: int) -> str:
        """Return the space before token i."""
        top, previous, word = self._open[-1], self._near(i - 1), self._words[i]
        line = "\n" + "  " * top.indent
        if top.is_query and word == ")" and len(self._open) > 1:
            return line[:-2]
        if top.is_query and (previous == "(" or self._starts_clause(i)):
            return line
        if self._hangs(i):
            return line + "  "
        if self._tokens[i - 1].kind == "line comment" or previous == ";":
            return line
        if previous == ",":
            return (line + "  " if top.is_query else line) if top.wide else " "
        return " " if self._spaced[i] else ""

    def _hangs(self, i: int) -> bool:
        """Tell whether token i is an AND or OR that joins conditions of a clause, each of which has its line."""
        top, word = self._open[-1], self._words[i]
        return top.is_query and not top.cases and (word == "OR" or (word == "AND" and not top.betweens))

    def _starts_clause(self, i: int) -> bool:
        word, previous, following = self._words[i], self._near(i - 1), self._near(i + 1)
        if self._tokens[i].kind != "word" or self._is_part_of_name(i):
            return False
        if word in _JOINS:
            return previous not in _JOINS and following != "("
        if word in ("GROUP", "ORDER"):
            return following == "BY"
        if word == "FROM":  # DELETE FROM, IS DISTINCT FROM
            return previous not in ("DELETE", "DISTINCT")
        if word == "SET":  # and not ON DELETE SET NULL
            return self._open[-1].verb == "UPDATE"
        return word in _CLAUSES or (word == "ON" and following == "CONFLICT")

    def _account(self, i: int) -> None:
        """Take note of what token i opens and closes."""
        top, word = self._open[-1], self._words[i]
        wide = self._lengths.get(i, 0) > _LIST_CHARS
        if word == "(":
            is_query = self._near(i + 1) in _QUERIES
            indent = top.indent + (2 if top.is_query and (top.hanging or not is_query) else 1)
            self._open.append(_Open(min(indent, _MOST_INDENT), is_query, wide and not is_query))
        elif word == ")" and len(self._open) > 1:
            self._open.pop()
        elif self._tokens[i].kind == "word":
            top.hanging = self._hangs(i) or (top.hanging and not self._starts_clause(i))
            top.count(word)
            if top.is_query and word in _CLAUSES:
                top.wide = wide


def _list_lengths(words: list[str]) -> dict[int, int]:
    """Return how long the list is that a bracket or a clause's word opens, by its position.

    Every token counts with one space, however it is spaced, so that laying out the result again changes nothing.
    """
    lengths: dict[int, int] = {}
    opened: list[tuple[int, int]] = []
    length = 0
    for i, word in enumerate(words):
        if word == ")":
            while opened:
                start, at = opened.pop()
                lengths[start] = length - at
                if words[start] == "(":
                    break
        elif word in _CLAUSES and opened and words[opened[-1][0]] != "(":
            start, at = opened.pop()
            lengths[start] = length - at
        length += len(word) + 1
        if word == "(" or word in _CLAUSES:
            opened.append((i, length))
    return lengths | {start: length - at for start, at in opened}


def sql_with_params(sql: str, params: Sequence[Any] | dict[str, Any] | None) -> str:
    """Return a statement, for reading, with each value as a comment behind its placeholder: `$1 /* 'abc' */`.

    Knows `$1`, `?`, `?1`, `%s`, `%(name)s`, `:name` and `@name`. A placeholder without a value stays as it is; in a
    statement with `$1` a `?` is an operator.
    """
    if not params:
        return sql
    tokens = list(tokens_of(sql))
    numbered = any(token.kind == "placeholder" and token.text[0] == "$" for token in tokens)
    values = {str(key): value for key, value in params.items()} if isinstance(params, dict) else {}
    listed = params if not isinstance(params, dict) else []
    parts: list[str] = []
    place = 0
    for token in tokens:
        parts.append(token.text)
        if token.kind != "placeholder" or (numbered and token.text == "?"):
            continue
        name = "" if token.text in ("%s", "?") else _name_of(token.text)
        if not name:
            place += 1
        index = int(name) if name.isdigit() else place
        if name in values:
            parts.append(f" /* {literal_of(values[name])} */")
        elif (not name or name.isdigit()) and 0 < index <= len(listed):
            parts.append(f" /* {literal_of(listed[index - 1])} */")
    return "".join(parts)


def _name_of(placeholder: str) -> str:
    """Return `name` of `:name`, `@name` and `%(name)s`, and `1` of `$1` and `?1`."""
    return placeholder[2:-2] if placeholder.startswith("%(") else placeholder[1:]


def literal_of(value: Any) -> str:
    """Return a value as SQL writes it, at most about 80 characters, safe inside a comment."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = "…"
    if len(text) > _VALUE_CHARS:
        text = f"{text[:_VALUE_CHARS]}…"
    text = text.replace("\n", "↵").replace("*/", "* /").replace("/*", "/ *")
    return text if isinstance(value, int | float) else "'" + text.replace("'", "''") + "'"
