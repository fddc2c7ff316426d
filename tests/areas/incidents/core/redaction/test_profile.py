"""Profiles: what is read, and what a broken one says."""

import re

import pytest

from console.areas.incidents.core.redaction import ProfileError, Redactor, default_profile, default_text, read_profile
from console.areas.incidents.core.redaction.bounded_regex import compile_bounded, find_all
from console.areas.incidents.core.redaction.paths import PathRules

PATTERN = '[[pattern]]\nname = "order"\nregex = \'ORD-(\\d{6})\'\ngroup = 1\nexample = "ORD-123456"\n'


def test_the_default_profile_is_read_and_each_pattern_masks_its_example() -> None:
    profile = read_profile(default_text())
    assert profile == default_profile()
    assert len(profile.patterns) >= 20
    for pattern in profile.patterns:
        redactor = Redactor(profile, b"k" * 32)
        assert redactor.text(pattern.example, "x") != pattern.example, pattern.name


def test_a_profile_extends_another() -> None:
    profile = read_profile(
        f'[keys]\nsecret = ["shoe size"]\nallow = ["password"]\nuser = ["staff.no"]\n{PATTERN}', default_profile()
    )
    redactor = Redactor(profile, b"k" * 32)
    text = '{"Shoe_Size":44,"password":"visible","staff":{"no":"s-12"},"m":"ORD-123456 ORD-12"}'
    masked = redactor.json_text(text, "")
    assert masked.startswith('{"Shoe_Size":"[masked:key]","password":"visible","staff":{"no":"user_')
    assert masked.endswith('"m":"ORD-[masked:order] ORD-12"}')


def test_a_pattern_of_the_same_name_takes_the_place_of_the_default() -> None:
    text = '[[pattern]]\nname = "email"\nregex = "nobody@nowhere"\nexample = "nobody@nowhere"\n'
    redactor = Redactor(read_profile(text, default_profile()), b"k" * 32)
    assert redactor.text("a@example.com nobody@nowhere", "x") == "a@example.com [masked:email]"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[keys\n", 1, "is no TOML"),
        ("\n[keyz]\n", 2, "unknown name “keyz”"),
        ('[keys]\nsecret = "pin"\n', 2, "“secret” is a list"),
        ('[keys]\nsecret = []\nhidden = ["x"]\n', 3, "unknown name “hidden” in [keys]"),
        ('[keys]\n\nuser = ["a", 3]\n', 3, "holds 3"),
        ('[keys]\nperhaps = "code"\n', 2, "“perhaps” is a list"),
        ('[keys]\nperhaps = [" "]\n', 2, "which is no name"),
        ('[paths]\nmask = ["a..b"]\n', 2, "“a..b” cannot be read from"),
        ("[[pattern]]\nname = 'x'\n", 1, "the pattern “x” needs a text “regex”"),
        (f"{PATTERN}{PATTERN}", 6, "has the name of another one"),
        (PATTERN.replace("ORD-(", "(("), 1, "is no regular expression"),
        (PATTERN.replace("group = 1", "group = 2"), 1, "has no group 2"),
        (PATTERN.replace("group = 1", "color = 2"), 1, "unknown name “color”"),
        (PATTERN.replace('"ORD-123456"', '"ORD-1"'), 1, "does not match its own example"),
        (PATTERN.replace("group = 1", 'hints = ["Ord"]'), 1, "hints in lower case"),
        (PATTERN.replace("group = 1", 'hints = ["xyz"]'), 1, "example without any of its hints"),
        (PATTERN.replace("group = 1", 'check = "mod11"'), 1, "knows no check"),
        (PATTERN.replace('"order"', '"Order!"'), 1, "needs a name"),
    ],
)
def test_errors_say_where_and_what(text: str, line: int, what: str) -> None:
    with pytest.raises(ProfileError) as refused:
        read_profile(text)
    assert refused.value.line == line
    assert what in refused.value.what
    assert str(refused.value).startswith(f"line {line}: ")


@pytest.mark.parametrize(
    "regex", ["(a+)+b", "(a*)*", "(?:a|b+)*c", "(\\w+\\s?)+$", "(a)\\1", ".*.*x", "a*", "x" * 2_001, "(?:(?:ab)+c)+"]
)
def test_slow_regular_expressions_are_refused(regex: str) -> None:
    with pytest.raises(ValueError, match=r"repeat|for ever|empty|longer"):
        compile_bounded(regex)


@pytest.mark.parametrize(
    "regex", ["ab+c", "(?:a{2,8}-){1,4}x", "[a-z]+@[a-z]+", "(?i)key=(\\S{4,})", "(?<![a-z])x+y", "(?:(?>ab)+c){1,9}"]
)
def test_plain_ones_are_taken(regex: str) -> None:
    assert compile_bounded(regex).flags == re.compile(regex).flags


@pytest.mark.parametrize(
    ("rule", "path", "hit"),
    [
        *(
            ("a.b", "a.b", True),
            ("a.b", "a.b.c[].d", True),
            ("a.b", "a.bc", False),
            ("a.b", "x.a.b", False),
            ("a", "a[]", True),
        ),
        *(("a[].b", "a[].b", True), ("a[].b", "a.b", False), ("a.*.b", "a.x.b", True), ("a.*.b", "a.x.y.b", False)),
        *(
            ("**.b", "b", True),
            ("**.b", "a[].b", True),
            ("**.b", "a.xb", False),
            ("$.a", "a", True),
            ('["x-y"].b', "x-y.b", True),
        ),
    ],
)
def test_paths(rule: str, path: str, hit: bool) -> None:
    assert PathRules((rule,), ()).ruling(path) == ("mask" if hit else "")


@pytest.mark.parametrize("before", [0, 6_000, 8_150, 8_191, 20_000, 70_000])
@pytest.mark.parametrize("length", [20, 3_000, 20_000])
def test_what_lies_across_pieces_is_found_whole(before: int, length: int) -> None:
    regex = compile_bounded("(?<![a-z])k=[a-z]{20,}")
    text = f"{'- ' * (before // 2)}k={'x' * length} {'- ' * 10_000}"
    assert {found.span() for found in find_all(regex, text)} == {(before // 2 * 2, before // 2 * 2 + 2 + length)}


@pytest.mark.parametrize("before", range(6_120, 6_170))
def test_a_border_between_pieces_ends_no_word(before: int) -> None:
    regex = compile_bounded(r"(?<![\w])k=\d{8}(?!\d)")
    text = f"{'x' * before}k=12345678 {'-' * 2_010} k=123456789 yk=12345678 k=87654321{' -' * 9_000}"
    assert {found[0] for found in find_all(regex, text)} == {"k=87654321"}
