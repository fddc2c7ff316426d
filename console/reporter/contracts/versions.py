"""The order of versions: as Semantic Versioning has it, and forgiving of everything else that services write."""

from __future__ import annotations

import re
from typing import TypeAlias

Ident: TypeAlias = tuple[int, int, str]
VersionKey: TypeAlias = tuple[tuple[Ident, ...], bool, tuple[Ident, ...], str]

_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?", re.ASCII)
_LONGEST_NUMBER = 18
_ZERO: Ident = (0, 0, "")


def version_key(text: str) -> VersionKey:
    """Return what versions are sorted by: numbers before texts, pre-releases before their release; `1.2` is `1.2.0`.

    A leading `v` and what follows `+` do not count, but tell versions apart that are equal otherwise.
    """
    core = text.strip().removeprefix("v").removeprefix("V").partition("+")[0]
    release, _, pre = (core.replace("-", "."), "", "") if _DATE.fullmatch(core) else core.partition("-")
    idents = _idents(release)
    while idents and idents[-1] == _ZERO:
        idents.pop()
    return tuple(idents), not pre, tuple(_idents(pre)), text


def is_major_bump(old: str, new: str) -> bool:
    """Return whether `new` is a later version that may break what `old` promised.

    That is another first number; below 1.0 another second one too; of versions that are dates, or names, any later one.
    """
    before, after = version_key(old), version_key(new)
    if after[:3] <= before[:3]:
        return False
    if _DATE.fullmatch(old.strip()) and _DATE.fullmatch(new.strip()):
        return True
    return _major(before) != _major(after)


def _major(key: VersionKey) -> tuple[Ident, ...]:
    first, second = (*key[0], _ZERO, _ZERO)[:2]
    return (first, second) if first == _ZERO else (first,)


def _idents(text: str) -> list[Ident]:
    return [_ident(one) for one in text.split(".")] if text else []


def _ident(text: str) -> Ident:
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return (0, int(text), "") if is_number else (1, 0, text)
