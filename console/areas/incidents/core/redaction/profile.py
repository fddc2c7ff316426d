"""A profile: which names, patterns and paths are masked, read from TOML; errors say where and what."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.areas.incidents.core.redaction.bounded_regex import compile_bounded
from console.areas.incidents.core.redaction.paths import PathRules
from console.areas.incidents.core.redaction.pattern import CHECKS, Pattern
from console.areas.incidents.core.redaction.profile_lines import line_of

_TABLES = {"keys": ("secret", "perhaps", "allow", "user", "session"), "paths": ("mask", "allow")}
_PATTERN_KEYS = frozenset(("name", "regex", "group", "hints", "check", "example"))
_MOST_ENTRIES = 1_000
_NAME_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class ProfileError(ValueError):
    """A profile that cannot be used: `line` (from 1, 0 when unknown) and what is wrong with it."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}" if line else what)
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True)
class Profile:
    """What is masked. Names are compared without case, `-` and `_`; `user` names may be pairs (`user.id`, `*.user`).

    Under `perhaps` names a value is masked only when it looks like a secret.
    """

    secret: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    user: tuple[str, ...] = ()
    session: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    mask_paths: tuple[str, ...] = ()
    allow_paths: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()

    def extended(self, other: "Profile") -> "Profile":
        """Return this profile with another's rules added; a pattern of the same name is replaced."""
        names = {pattern.name for pattern in other.patterns}
        return Profile(
            self.secret + other.secret,
            self.allow + other.allow,
            self.user + other.user,
            self.session + other.session,
            (*(pattern for pattern in self.patterns if pattern.name not in names), *other.patterns),
            self.mask_paths + other.mask_paths,
            self.allow_paths + other.allow_paths,
            self.perhaps + other.perhaps,
        )


def read_profile(text: str, base: Profile | None = None) -> Profile:
    """Return the profile that a TOML text describes, added to `base`. Raises ProfileError."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(line_of(text, str(error)), f"is no TOML: {error}") from None
    for name in read:
        if name not in _TABLES and name != "pattern":
            raise ProfileError(line_of(text, name), f"unknown name “{name}”; there are [keys], [paths] and [[pattern]]")
    keys = _lists(text, read, "keys")
    paths = _lists(text, read, "paths")
    profile = Profile(
        keys["secret"], keys["allow"], keys["user"], keys["session"], _patterns(text, read.get("pattern", [])),
        paths["mask"], paths["allow"], keys["perhaps"],
    )  # fmt: skip
    return base.extended(profile) if base is not None else profile


def _lists(text: str, read: Mapping[str, Any], table: str) -> dict[str, tuple[str, ...]]:
    found = read.get(table, {})
    if not isinstance(found, dict):
        raise ProfileError(line_of(text, table), f"“{table}” is a table: [{table}]")
    for name, items in found.items():
        line = line_of(text, name, table)
        if name not in _TABLES[table]:
            raise ProfileError(line, f"unknown name “{name}” in [{table}]; there are {', '.join(_TABLES[table])}")
        if not isinstance(items, list) or len(items) > _MOST_ENTRIES:
            raise ProfileError(line, f"“{name}” is a list of at most {_MOST_ENTRIES} texts")
        for item in items:
            if not isinstance(item, str) or not item.strip():
                raise ProfileError(line, f"“{name}” holds {item!r}, which is no name")
            if table == "paths":
                _check_path(line, item)
    return {name: tuple(found.get(name, ())) for name in _TABLES[table]}


def _check_path(line: int, path: str) -> None:
    try:
        PathRules((path,), ())
    except ValueError as error:
        raise ProfileError(line, f"the path “{path}” {error}") from None


def _patterns(text: str, entries: Any) -> tuple[Pattern, ...]:
    if not isinstance(entries, list) or len(entries) > _MOST_ENTRIES:
        raise ProfileError(line_of(text, "pattern"), f"patterns are at most {_MOST_ENTRIES} tables: [[pattern]]")
    patterns: dict[str, Pattern] = {}
    for number, entry in enumerate(entries):
        line = line_of(text, "[[pattern]]", count=number)
        try:
            pattern = _pattern(entry)
            if pattern.name in patterns:
                raise ValueError("has the name of another one")
        except ValueError as error:
            label = entry.get("name", number + 1) if isinstance(entry, dict) else number + 1
            raise ProfileError(line, f"the pattern “{label}” {error}") from None
        patterns[pattern.name] = pattern
    return tuple(patterns.values())


def _pattern(entry: Any) -> Pattern:
    if not isinstance(entry, dict):
        raise ValueError("is a table: [[pattern]]")
    unknown = sorted(set(entry) - _PATTERN_KEYS)
    if unknown:
        raise ValueError(f"has an unknown name “{unknown[0]}”")
    for key in ("name", "regex", "example"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise ValueError(f"needs a text “{key}”")
    if not set(entry["name"]) <= _NAME_SIGNS or len(entry["name"]) > 40:
        raise ValueError("needs a name of at most 40 lower-case letters, digits and -")
    regex = compile_bounded(entry["regex"])
    group = entry.get("group", 0)
    if group not in regex.groupindex and not (isinstance(group, int) and 0 <= group <= regex.groups):
        raise ValueError(f"has no group {group!r}")
    hints = entry.get("hints", [])
    if not isinstance(hints, list) or not all(isinstance(hint, str) and hint and hint == hint.lower() for hint in hints):
        raise ValueError("needs hints in lower case, as a list of texts")
    check = entry.get("check", "")
    if check not in ("", *CHECKS):
        raise ValueError(f"knows no check “{check}”; there are {' and '.join(f'“{known}”' for known in CHECKS)}")
    pattern = Pattern(entry["name"], regex, group, tuple(hints), check, entry["example"])
    if not any(pattern.spans(pattern.example)):
        raise ValueError("does not match its own example")
    if hints and not any(hint in pattern.example.lower() for hint in hints):
        raise ValueError("has an example without any of its hints")
    return pattern
