"""Secrets on command lines and in the words of protocols: `--password X`, `mysql -pX`, `curl -u a:X`, `AUTH X`, netrc."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from console.areas.incidents.core.redaction.looks import looks_secret
from console.areas.incidents.core.redaction.names import Names
from console.areas.incidents.core.redaction.said import Span

_FLAG = re.compile(
    r"(?<![\w-])--?([A-Za-z][\w.-]{1,60})[ \t]{1,8}(?:\"([^\"\r\n]{1,1000})|'([^'\r\n]{1,1000})|([^\s\"'-][^\s\"']{0,1000}))"
)
_PROSE = frozenset((
    "is", "was", "are", "has", "and", "or", "for", "to", "in", "of", "not", "must", "may", "can", "cannot", "will", "the",
    "a", "if", "flag", "option", "argument", "parameter", "requires", "required", "missing", "instead", "with", "from",
    "value", "file",
))  # fmt: skip
_TOOL = re.compile(
    r"(?<![\w-])(?:curl|wget|https?(?=[ \t])|mysql\w{0,16}|mariadb[\w-]{0,16}|sshpass"
    r"|redis-cli|ldap\w{3,8}|mongo\w{0,10})(?![\w-])"
)
_SHORT = re.compile(
    r"(?<!\S)-(?P<flag>-user|-proxy-user|u|p|a|w)(?P<sign>[ \t=]{0,8})(?P<quote>[\"']?)(?P<value>[^\s\"']{1,1000})"
)
_FLAGS = {
    "curl": ("-user", "-proxy-user", "u"), "wget": ("-user", "u"), "http": ("u", "a"), "sshpass": ("p",),
    "redis-cli": ("a",), "mysql": ("p",), "mariadb": ("p",), "ldap": ("w",), "mongo": ("p",),
}  # fmt: skip
_NEAR = 500
_ORACLE = re.compile(
    r"(?:\b(?:sqlplus|sqlldr|expdp|impdp|rman)[ \t]{1,4}(?:-\w{1,8}[ \t]{1,4}){0,8}|jdbc:oracle:\w{1,8}:)"
    r"[\w$#]{1,64}/([^\s@\"'/]{1,200})@"
)
_NETRC = re.compile(r"\blogin\s{1,8}\S{1,200}\s{1,8}(?:password|passwd)\s{1,8}([^\s\"']{1,1000})")
_REQUIRED = re.compile(r"\b(?:requirepass|masterauth)[\"']?\s{1,8}[\"']?([^\s\"']{1,1000})")
_PASSIN = re.compile(r"-pass(?:in|out)?[ \t]{1,8}pass:([^\s\"']{1,1000})")
_AUTH = re.compile(
    r"(?<![\w-])AUTH[ \t]{1,4}(?:(PLAIN|LOGIN|XOAUTH2|CRAM-MD5|OAUTHBEARER)[ \t]{1,4})?"
    r"([^\s\"']{1,4096})(?:[ \t]{1,4}([^\s\"']{1,4096}))?"
)
_ANSWER = re.compile(r"(?<!\d)334[^\r\n]{0,200}\r?\n(?:[^\r\n:]{0,40}:[ \t])?([A-Za-z0-9+/]{4,4096}={0,2})")
_PASS = re.compile(r"(?<![\w-])PASS[ \t]([^\s\"']{1,200})")
_USER = re.compile(r"(?<![\w-])USER[ \t]\S")
_LOGIN = re.compile(
    r"(?<!\S)\w{1,16} LOGIN[ \t](?:\"[^\"\r\n]{1,200}\"|[^\s\"]{1,200})[ \t](?:\"([^\"\r\n]{1,200})\"|([^\s\"]{4,200}))"
)
_MIXED = re.compile(r"(?=\S*\d)(?=\S*[^\W\d_])[^\s/\\]{6,}")


def find_arguments(text: str, names: Names) -> Iterator[Span]:
    """Yield the values of options that are named as secrets, and those that a tool is known to take as one."""
    for found in _FLAG.finditer(text):
        holds = names.holds(found[1])
        value = found[2] or found[3] or found[4]
        if holds == "secret" and value.lower().strip(".,;:") not in _PROSE:
            yield *found.span(2 if found[2] else 3 if found[3] else 4), holds
    yield from _short_options(text)
    for pattern in (_ORACLE, _NETRC, _PASSIN):
        for found in pattern.finditer(text):
            yield *found.span(1), "secret"


def _short_options(text: str) -> Iterator[Span]:
    tools = [(found.end(), found[0]) for found in _TOOL.finditer(text)]
    if not tools:
        return
    places = [end for end, _ in tools]
    for found in _SHORT.finditer(text):
        at = bisect_left(places, found.start() + 1) - 1
        if at < 0 or found.start() - places[at] > _NEAR:
            continue
        tool = tools[at][1]
        flags = next((flags for name, flags in _FLAGS.items() if tool.startswith(name)), ())
        if found["flag"] not in flags or (tool.startswith("mysql") and found["sign"]):
            continue
        start, end = found.span("value")
        if found["flag"] in ("u", "-user", "-proxy-user"):
            user, colon, password = found["value"].partition(":")
            if not colon or not password or password.startswith("//"):
                continue
            start += len(user) + 1
        yield start, end, "secret"


def find_commands(text: str, _: Names) -> Iterator[Span]:
    """Yield the passwords in what clients of mail, files and Redis say: `AUTH X`, `PASS X`, `a1 LOGIN user X`."""
    for found in _REQUIRED.finditer(text):
        if found[1].lower() not in _PROSE:
            yield *found.span(1), "secret"
    for found in _AUTH.finditer(text):
        if found[1]:
            yield *found.span(2), "secret"
            continue
        for group in (2, 3):  # a user's name may come first
            if found[group] and (_MIXED.fullmatch(found[group]) or looks_secret(found[group])):
                yield *found.span(group), "secret"
    for found in _ANSWER.finditer(text):
        yield *found.span(1), "secret"
    user = _USER.search(text)
    for found in _PASS.finditer(text):
        if (user and user.start() < found.start()) or looks_secret(found[1]):
            yield *found.span(1), "secret"
    for found in _LOGIN.finditer(text):
        value = found[1] or found[2]
        if found[1] or _MIXED.fullmatch(value) or looks_secret(value):
            yield *found.span(1 if found[1] else 2), "secret"
