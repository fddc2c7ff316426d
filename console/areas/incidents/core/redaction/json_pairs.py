"""Names that stand beside their values in JSON, not before them: pairs, patches, headers and arguments in lists, tables."""

import re
from collections.abc import Mapping, Sequence

from console.areas.incidents.core.redaction.names import Holds, Names, Told, plain_name

NAME_KEYS = frozenset((
    "name", "key", "field", "fieldname", "id", "label", "k", "parameterkey", "parametername", "property", "header", "option",
    "variable", "attribute", "column", "param",
))  # fmt: skip
VALUE_KEYS = frozenset(("value", "val", "v", "parametervalue", "stringvalue", "defaultvalue"))
PROSE_KEYS = frozenset(("content", "text", "default"))
"""Beside a name they may be the value, and as well what people say of it: only what has no blank is taken."""
CHANGE_KEYS = frozenset((
    "old", "new", "from", "to", "before", "after", "oldvalue", "newvalue", "previous", "current", "lhs", "rhs", "was", "now",
))  # fmt: skip
ALL_VALUE_KEYS = VALUE_KEYS | PROSE_KEYS | CHANGE_KEYS
PART_KEYS = frozenset(("body", "data", "content", "value", "text"))
"""What holds the part of a form, beside its headers."""
TELLING_KEYS = ALL_VALUE_KEYS | PART_KEYS | frozenset(("kty", "kind", "protected", "jsonrpc"))
"""Without one of these (compared without case, `-` and `_`) `told` finds nothing."""
_TYPE_KEYS = frozenset(("type", "inputtype", "fieldtype", "kind", "format"))
SECRET_TYPES = frozenset(("password", "secret", "passphrase", "credential", "credentials", "apikey", "securestring"))
_PART_NAME = re.compile(r"name=\"?([^\";]{1,128})", re.IGNORECASE)
DISPOSITION = "contentdisposition"
_JWK_PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "k", "oth"))
_KUBERNETES = frozenset(("data", "stringData"))
_JWS_PARTS = frozenset(("payload", "signature"))
_FLAG = re.compile(r"--?[A-Za-z][\w.-]{0,126}")
_SHORT_FLAGS = frozenset(("-p", "-u", "-k", "-t", "-w", "-a", "--user"))
_VARIABLE = re.compile(r"([A-Za-z_]\w{0,127})\s{0,8}:\s{0,8}\$([A-Za-z_]\w{0,127})")
_SIGNING_IN = re.compile(r"auth|log.?in|sign.?in|passw|unlock|secret|token|credential", re.IGNORECASE)
_CONTROLS = frozenset(range(32)) - {9, 10, 13}
_ID = re.compile(r'"([\w.-]{0,60}[iI][dD])"\s{0,8}:\s{0,8}"([^"\\]{12,128})"')
_PROTOCOL_PART = re.compile(r"[^,\s.]+")


def told(said: Mapping[str, str], names: Names) -> dict[str, Told]:
    """Return, by key as it is written, what the values of an object hold by what others in it say.

    `said`: all its keys, with the text under each (empty for what is no text).
    """
    plain = {key: plain_name(key) for key in said}
    found: dict[str, Told] = {}
    values = [key for key in said if plain[key] in ALL_VALUE_KEYS]
    if values:
        kind = _named(said, plain, names)
        for key in values if kind else ():
            if plain[key] not in PROSE_KEYS or (said[key] and not any(char.isspace() for char in said[key])):
                found[key] = kind
    disposition = next((text for key, text in said.items() if plain[key] == DISPOSITION), "")
    part = part_kind(disposition, names) if disposition else ""
    if part:
        found |= {key: part for key in said if plain[key] in PART_KEYS}
    if "kty" in said:
        found |= dict.fromkeys(_JWK_PRIVATE & said.keys(), "secret")
    if said.get("kind") == "Secret":
        found |= dict.fromkeys(_KUBERNETES & said.keys(), "secret")
    if "protected" in said and "signature" in said:
        found |= dict.fromkeys(_JWS_PARTS & said.keys(), "perhaps")
    if "jsonrpc" in said and _SIGNING_IN.search(said.get("method", "")):
        found["params"] = "perhaps"
    return found


def _named(said: Mapping[str, str], plain: Mapping[str, str], names: Names) -> Told:
    kinds: list[Told] = []
    for key, text in said.items():
        if not text or len(text) > 200:
            continue
        if plain[key] in NAME_KEYS:
            kinds.append(kind_of(text, names))
        elif plain[key] == "path":  # of a JSON Patch or a difference
            kinds.append(kind_of(re.split(r"[/.]", text)[-1], names))
        elif plain[key] in _TYPE_KEYS and plain_name(text) in SECRET_TYPES:
            kinds.append("secret")
    return chief(kinds)


def kind_of(name: str, names: Names) -> Told:
    """Return what a value of this name holds."""
    return names.holds(name) or names.depends(name)


def chief(kinds: Sequence[Told]) -> Told:
    """Return the strictest of these."""
    return next((kind for kind in ("secret", "user", "session", "perhaps") if kind in kinds), "")


def part_kind(disposition: str, names: Names) -> Told:
    """Return what the part of a form holds whose `Content-Disposition` this is."""
    found = _PART_NAME.search(disposition)
    return kind_of(found[1], names) if found else ""


def listed(said: Sequence[str], outer: str, names: Names) -> list[Told]:
    """Return what each item of a list holds by what stands before it; `said`: the texts, empty for what is none.

    `["Cookie", "…"]`, headers as Node lists them (name, value, name, value), arguments (`--password`, `x`), commands of
    Redis (`AUTH`, `x`).
    """
    count = len(said)
    kinds: list[Told] = [""] * count
    if count == 2 and said[0]:
        kinds[1] = names.holds(said[0]) or ""
    if count > 2 and count % 2 == 0 and plain_name(outer).endswith("headers") and all(said[::2]):
        kinds[1::2] = [kind_of(name, names) for name in said[::2]]
        return kinds
    in_command = -1
    for at, text in enumerate(said[:-1]):
        if text == "AUTH" and at < 3:
            in_command = at
        if in_command >= 0:
            kinds[at + 1] = "secret"
        elif not kinds[at + 1] and text:
            kinds[at + 1] = _behind(text, said[at + 1], names)
    return kinds


def _behind(text: str, following: str, names: Names) -> Told:
    """Return what an argument holds by the one before it."""
    if _FLAG.fullmatch(text):
        if following.startswith("-"):
            return ""
        return "perhaps" if text in _SHORT_FLAGS else kind_of(text.lstrip("-"), names)
    return "perhaps" if len(text) <= 128 and not text[0].isdigit() and names.holds(text) == "secret" else ""


def variables(query: str, names: Names) -> dict[str, Told]:
    """Return what the variables of a GraphQL query hold: `login(password: $p)`."""
    kinds: dict[str, Told] = {}
    for found in _VARIABLE.finditer(query):
        kind = kind_of(found[1], names)
        if kind:
            kinds[found[2]] = chief((kind, kinds.get(found[2], "")))
    return kinds


def columns(heads: Sequence[str], names: Names) -> list[Told]:
    """Return what the cells of each row of a table hold."""
    return [kind_of(head, names) if head else "" for head in heads]


def protocol_parts(said: str, names: Names) -> list[tuple[int, int, Told]]:
    """Return the parts of a `Sec-WebSocket-Protocol` that are tokens: perhaps all, surely those behind a secret's name."""
    parts: list[tuple[int, int, Told]] = []
    before: Holds = ""
    for found in _PROTOCOL_PART.finditer(said[:4_096]):
        holds = names.holds(found[0])
        if not holds:
            parts.append((*found.span(), before or "perhaps"))
        before = holds
    return parts


def bytes_of(written: str) -> str:
    """Return what a list of numbers says when they are the bytes of a readable UTF-8 text; empty for anything else."""
    try:
        raw = bytes(map(int, written.strip("[] \t\r\n").split(",")))
        return "" if not _CONTROLS.isdisjoint(raw) else raw.decode()
    except ValueError:  # a fraction, a number over 255, no UTF-8
        return ""


def ids_in(text: str, names: Names) -> frozenset[str]:
    """Return the ids in a JSON text by which events correlate: what stands under `id`, `entityId`, `request_id`."""
    return frozenset(value for name, value in _ID.findall(text) if kind_of(name, names) not in ("secret", "perhaps"))
