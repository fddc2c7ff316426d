"""Values in SQL beside the columns that they belong to: literals, parameters, what a database says of a row."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from console.areas.incidents.core.redaction.cuts import is_mask
from console.areas.incidents.core.redaction.names import Holds, Names

_INSERT = re.compile(r"\(([^()]{1,4000})\)\s*(?:OVERRIDING\s+\w+\s+VALUE\s+)?VALUES\s*(?=\()", re.IGNORECASE)
_LITERAL = (
    r"(?:[A-Za-z_]{0,9}'(?:[^']|'')*'(?:::\w+)?|\$\$.{0,4000}?\$\$"
    r"|\w{1,40}\([^()']{0,200}(?:'(?:[^']|'')*'[^()']{0,200})*\)|[^,()'\s][^,()']{0,4000})"
)
"""A text, a text between dollars, a call (`crypt('…', gen)`), anything else up to a comma."""
_ITEM = re.compile(rf"\s*({_LITERAL})\s*", re.DOTALL)
_COMPARED = re.compile(
    r"(?<![\w.$])[\"`\[]?(?:[\w$]{1,64}\.)?[\"`\[]?([A-Za-z_][\w$]{0,63})[\"`\]]?\s*(?:=|<>|!=|\bI?LIKE\b|\bIN\b)\s*\(?\s*"
    r"([A-Za-z]{0,2}'(?:[^']|'')*'(?:\s*,\s*'(?:[^']|'')*')*)",
    re.IGNORECASE,
)
_DETAIL = re.compile(r"\(([^()]{1,2000})\)=\(([^()]{1,8000})\)")
_ROW = re.compile(r"Failing row contains \(([^\r\n]{1,8000})\)", re.IGNORECASE)
_STATED = re.compile(
    r"\b(?:(?:WITH|ENCRYPTED|UNENCRYPTED)\s{1,8}PASSWORD|IDENTIFIED\s{1,8}(?:WITH\s{1,8}\S{1,64}\s{1,8})?(?:BY|AS)(?:\s{1,8}PASSWORD)?|SET\s{1,8}PASSWORD)"
    r"\s{0,8}=?\s{0,8}(?:PASSWORD\s{0,4}\()?\s{0,8}'([^']{1,4000})'",
    re.IGNORECASE,
)
_CIPHER = re.compile(
    r"\b(?:crypt|pgp_sym_(?:en|de)crypt(?:_bytea)?|aes_(?:en|de)crypt|hmac|password|old_password|sha2?|md5|encrypt|decrypt)"
    r"\(([^()]{0,4000})\)",
    re.IGNORECASE,
)
_TEXT = re.compile(r"'((?:[^']|''){1,4000})'")
_ALGORITHM = re.compile(
    r"(?:md5|sha-?\d{0,3}|aes|bf|xdes|des|hex|base64|escape|[a-z]{1,10}-algo=\w{1,20}|\w{1,8}-cbc[\w/:]{0,20})",
    re.IGNORECASE,
)
_CONFIG = re.compile(r"\bset_config\(\s{0,8}'([^']{1,200})'\s{0,8},\s{0,8}'([^']{1,4000})'", re.IGNORECASE)
_SELECTED = re.compile(r"\(([^()]{1,4000})\)\s{1,8}SELECT\s(?=([^;]{1,8000}))", re.IGNORECASE)
_INTO = re.compile(r"\bINTO\s{1,8}([\w.\"`$]{1,130})\s{1,8}VALUES\s{0,8}\(([^()]{1,8000})\)", re.IGNORECASE)
_LONGEST_STATEMENT = 20_000
_LISTED = "[parameters: "
_BIND = re.compile(r"(?<!\[)\b(?:bind|params?|parameters)\b[\w ]{0,20}[:=]\s*([\[({][^\r\n]{1,8000})", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_][\w$]{0,63}")
_ASSIGNED = re.compile(
    r"([A-Za-z_][\w$]{0,63})[\"`\]]?\s*(?:=|<>|!=|\bI?LIKE\b)\s*(\$\d{1,4}|\?|%s|[:@]\w{1,64}|%\(\w{1,64}\)s)", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\$\d{1,4}|\?|%s|(?<!:)[:@][A-Za-z_]\w{0,63}|%\(\w{1,64}\)s")
_NOTHING = frozenset(("null", "default", "true", "false", "''"))


class Literal(NamedTuple):
    """A value in a statement and what its column holds."""

    start: int
    end: int
    holds: Holds


def find_literals(text: str, names: Names) -> Iterator[Literal]:
    """Yield the literals that stand beside columns of secrets or user ids, and rows that cannot be told apart."""
    for found in _INSERT.finditer(text):
        yield from _inserted(text, found, names)
    for found in _COMPARED.finditer(text):
        holds = names.holds(found[1])
        if holds:
            yield from _unquoted(text, *found.span(2), holds)
    for found in _DETAIL.finditer(text):
        columns = [column.strip(' "') for column in found[1].split(",")]
        kinds = [names.holds(column) for column in columns]
        if "secret" in kinds or (any(kinds) and len(kinds) > 1):
            yield Literal(*found.span(2), "secret")
        elif any(kinds):
            yield Literal(*found.span(2), kinds[0])
    for found in _ROW.finditer(text):
        yield Literal(*found.span(1), "secret")
    yield from _listed(text, names)
    yield from _stated(text, names)
    for found in _BIND.finditer(text):
        if names_secret(text[max(0, found.start() - _LONGEST_STATEMENT) : found.start()], names):
            yield Literal(*found.span(1), "secret")


def _stated(text: str, names: Names) -> Iterator[Literal]:
    """Yield the literals that are secrets for the words around them: `IDENTIFIED BY '…'`, `crypt('…', x)`, `set_config`."""
    for found in _STATED.finditer(text):
        yield Literal(*found.span(1), "secret")
    for found in _CIPHER.finditer(text):
        for literal in _TEXT.finditer(found[1]):
            if not _ALGORITHM.fullmatch(literal[1]):
                start = found.start(1) + literal.start(1)
                yield Literal(start, start + len(literal[1]), "secret")
    for found in _CONFIG.finditer(text):
        holds = names.holds(found[1]) or names.holds(found[1].rpartition(".")[2])
        if holds:
            yield Literal(*found.span(2), holds)
    yield from _without_columns(text, names)


def _without_columns(text: str, names: Names) -> Iterator[Literal]:
    """Yield what is selected into columns of secrets, and all texts of a row of a table of secrets."""
    for found in _SELECTED.finditer(text):
        kinds = [names.holds(column.strip(' "`[]\r\n\t')) for column in found[1].split(",")]
        place = found.start(2)
        for kind in kinds if any(kinds) else ():
            item = _ITEM.match(text, place, found.end(2))
            if item is None:
                break
            if kind and item[1].startswith(("'", "E'", "e'", "N'", "$$")):
                yield from _unquoted(text, *item.span(1), kind)
            if text[item.end() : item.end() + 1] != ",":
                break
            place = item.end() + 1
    for found in _INTO.finditer(text):
        if names.holds(found[1].strip('"`').rpartition(".")[2]) == "secret":
            for literal in _TEXT.finditer(found[2]):
                start = found.start(2) + literal.start(1)
                yield Literal(start, start + len(literal[1]), "secret")


def _listed(text: str, names: Names) -> Iterator[Literal]:
    """Yield the parameters that SQLAlchemy lists behind a statement: `[SQL: …]` and in the next line `[parameters: …]`."""
    place = 0
    while (start := text.find(_LISTED, place)) >= 0:
        line_end = text.find("\n", start)
        end = text.rfind("]", start, line_end if line_end >= 0 else len(text))
        statement = text.rfind("[SQL: ", max(0, start - _LONGEST_STATEMENT), start)
        place = max(start + len(_LISTED), end)
        if place == end and statement >= 0 and names_secret(text[statement:start], names):
            yield Literal(start + len(_LISTED), end, "secret")


def _inserted(text: str, found: re.Match[str], names: Names) -> Iterator[Literal]:
    kinds = [names.holds(column.strip(' "`[]\r\n\t')) for column in found[1].split(",")]
    if not any(kinds):
        return
    place = found.end()
    while text[place : place + 1] == "(":
        place += 1
        for kind in [*kinds, ""]:
            item = _ITEM.match(text, place)
            if item is None:
                break
            if kind:
                yield from _unquoted(text, *item.span(1), kind)
            place = item.end()
            if text[place : place + 1] != ",":
                break
            place += 1
        if text[place : place + 1] != ")":
            return
        place += 1
        while text[place : place + 1] in (",", " ", "\n", "\r", "\t"):
            place += 1


def _unquoted(text: str, start: int, end: int, holds: Holds) -> Iterator[Literal]:
    """A single quoted literal is masked within its quotes; anything else as it stands, but no placeholder."""
    raw = text[start:end]
    quote = raw.find("'")
    last = raw.rfind("'")
    if (
        quote >= 0
        and last > quote
        and raw[:quote].isalnum() | (quote == 0)
        and "'" not in raw[quote + 1 : last].replace("''", "")
    ):
        start, end = start + quote + 1, start + last
    value = text[start:end].strip()
    if value and value.lower() not in _NOTHING and not is_mask(value) and not _PLACEHOLDER.fullmatch(value):
        yield Literal(start, end, holds)


def names_secret(statement: str, names: Names) -> bool:
    """Tell whether any word of a statement is the name of a secret or of a user's id."""
    return any(names.holds(word) for word in set(_WORD.findall(statement[:_LONGEST_STATEMENT])))


def secret_parameters(statement: str, names: Names, count: int) -> dict[int | str, Holds]:
    """Return which of a statement's parameters (from 0, or by name) hold secrets or ids; all when that cannot be told."""
    order = [found[0] for found in _PLACEHOLDER.finditer(statement)]
    starts = {found.start(): at for at, found in enumerate(_PLACEHOLDER.finditer(statement))}
    found_in: dict[int, str] = {}
    for insert in _INSERT.finditer(statement):
        items = statement[insert.end() + 1 :].split(")")[0].split(",") if "(" in statement[insert.end() :] else []
        place = insert.end() + 1
        names_of = [column.strip(' "`[]\r\n\t') for column in insert[1].split(",")]
        for column, item in zip(names_of, items, strict=False):
            inside = _PLACEHOLDER.search(statement, place, place + len(item))
            if inside:
                found_in[starts.get(inside.start(), -1)] = column
            place += len(item) + 1
    for found in _ASSIGNED.finditer(statement):
        at = starts.get(found.start(2))
        if at is not None:
            found_in[at] = found[1]
    held: dict[int | str, Holds] = {}
    for at, sign in enumerate(order):
        column = found_in.get(at, "")
        key: int | str = int(sign[1:]) - 1 if sign[0] == "$" else at
        if sign[0] in ":@" or sign.startswith("%("):
            key = sign.strip(":@%()").removesuffix(")s") if sign[0] != "%" else sign[2:-2]
        holds = names.holds(column) if column else ""
        if holds:
            held[key] = holds
    if not held and any(names.holds(word) == "secret" for word in set(_WORD.findall(statement[:_LONGEST_STATEMENT]))):
        return dict.fromkeys(range(count), "secret")
    return held
