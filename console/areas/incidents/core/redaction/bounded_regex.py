"""Refuses regular expressions that could take very long: repeats inside repeats, and repeats that meet.

The check is small and errs on refusing. What passes still runs on pieces of 8 KiB only, and no match is longer than 64 KiB:
a repeat that meets another one (`a+b`) takes the square of the length, 2 s for the worst text of 1 MB.
"""

import re
from collections.abc import Iterator
from re import _constants, _parser
from typing import Any

PIECE = 8 * 1024
OVERLAP = 2 * 1024
"""How far two pieces overlap, so that what lies across a border begins in one of them."""
LONGEST_MATCH = 64 * 1024
LONGEST = 2_000
_GREEDY = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
_MANY = 16
"""A repeat of at most so many times may hold another one."""


def compile_bounded(regex: str) -> re.Pattern[str]:
    """Compile a regular expression from a profile. Raises ValueError with the reason when it is broken or too slow."""
    if len(regex) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    try:
        compiled = re.compile(regex)
        tree = _parser.parse(regex)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"is no regular expression: {error}") from None
    if compiled.match(""):
        raise ValueError("matches an empty text, so it would mask nothing everywhere")
    _check(tree, open_repeat=False)
    return compiled


def _check(tree: Any, *, open_repeat: bool) -> None:
    before = False
    for op, argument in tree:
        wide = False
        if op in _GREEDY:
            _, most, inner = argument
            if most is _constants.MAXREPEAT or most > _MANY:
                if open_repeat:
                    raise ValueError(
                        "has a repeat inside a repeat, which can take for ever; use {0,16} or possessive ++ inside"
                    )
                wide = _is_any(inner)
                if wide and before:
                    raise ValueError("has two open repeats of any character side by side, which is slow; join them")
                _check(inner, open_repeat=True)
            else:
                _check(inner, open_repeat=open_repeat)
        elif op is _constants.GROUPREF:
            raise ValueError("refers back to a group, which can take for ever")
        else:
            for inner in _inner(argument):
                _check(inner, open_repeat=open_repeat and op is not _constants.POSSESSIVE_REPEAT)
        before = wide


def _is_any(tree: Any) -> bool:
    return len(tree) == 1 and tree[0][0] in (_constants.ANY, _constants.NOT_LITERAL)


def _inner(argument: Any) -> Iterator[Any]:
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for item in argument:
            yield from _inner(item)


def find_all(regex: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches in a text, found piece by piece (some twice); one that meets the end of its piece is followed on."""
    for start in range(0, max(1, len(text) - OVERLAP), PIECE - OVERLAP):
        stop = min(len(text), start + PIECE)
        for found in regex.finditer(text, start, stop):
            if found.end() < stop or stop == len(text):
                yield found
            elif followed := regex.match(text, found.start(), found.start() + LONGEST_MATCH):
                yield followed  # else it only matched because its piece ended there
