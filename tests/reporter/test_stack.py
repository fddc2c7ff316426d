"""Tracebacks read as Python prints them, but for the carets."""

import re
import traceback
from collections.abc import Callable

import pytest

from console.reporter.report import format_stack
from console.reporter.stack import MAX_FRAMES, format_chain


def plain() -> None:
    {}["missing"]


def caused() -> None:
    try:
        plain()
    except KeyError as error:
        raise ValueError("no such\nthing") from error


def while_handling() -> None:
    try:
        plain()
    except KeyError:
        int("x")


def hidden() -> None:
    try:
        plain()
    except KeyError:
        raise RuntimeError from None


def noted() -> None:
    error = TimeoutError("late")
    error.add_note("asked at noon")
    raise error


def recursing(depth: int = 12) -> None:
    if depth:
        recursing(depth - 1)
    raise OSError(2, "gone")


class Odd(Exception):
    """An exception of this module."""


def own() -> None:
    raise Odd


def syntax() -> None:
    compile("1 +", "<given>", "exec")


def group() -> None:
    raise ExceptionGroup("several", [ValueError("one"), KeyError("two")])


def caught(raising: Callable[[], None]) -> BaseException:
    try:
        raising()
    except BaseException as error:
        return error
    raise AssertionError("it did not raise")


@pytest.mark.parametrize("raising", [plain, caused, while_handling, hidden, noted, recursing, own, syntax, group])
def test_it_says_what_python_says(raising: Callable[[], None]) -> None:
    error = caught(raising)
    printed = "".join(traceback.format_exception(error))
    without_carets = re.sub(r"^ *[|+]? *[~^]+\n", "", printed, flags=re.MULTILINE)
    ours = format_stack(error)
    if raising not in (syntax, group):
        assert format_chain(error) is not None
        assert ours == without_carets
    else:
        assert ours == printed, "left to Python, carets and all"


def test_a_chain_that_turns_back_on_itself_ends() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert format_stack(first).count("ValueError: ") == 2


def test_deep_stacks_keep_their_innermost_frames() -> None:
    def ping(depth: int) -> None:
        pong(depth)

    def pong(depth: int) -> None:
        if depth == 0:
            raise ValueError("bottom")
        ping(depth - 1)

    text = format_stack(caught(lambda: ping(150)))
    assert re.search(r"… \d+ frames further out …", text)
    assert text.count("  File ") == MAX_FRAMES
    assert text.endswith("ValueError: bottom\n")
    assert 'raise ValueError("bottom")' in text
