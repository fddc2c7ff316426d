"""The filter language over any text: a tree or an error comes out, and every tree survives its text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.store.filter import (
    FIELDS,
    Absolute,
    And,
    Field,
    FilterError,
    Node,
    Not,
    Or,
    Pattern,
    Relative,
    Text,
    TimeOfDay,
    format_filter,
    parse_filter,
)


def fault_of(text: str) -> FilterError | None:
    try:
        parse_filter(text)
    except FilterError as error:
        return error
    return None


def check_only_a_tree_or_a_filter_error(text: str) -> None:
    if error := fault_of(text):
        assert 0 <= error.position < error.position + error.length <= len(text)
        assert len(str(error).splitlines()) == 2
    else:
        node = parse_filter(text)
        canonical = format_filter(node)
        assert parse_filter(canonical) == node
        assert format_filter(parse_filter(canonical)) == canonical


LONGEST = [
    "a " * 2000,
    "a OR " * 799 + "a",
    "service:" + "a," * 1990 + "b",
    "(" * 50 + "a " * 1900 + ")" * 50,
    "since:" + "1" * 3990 + "!",
    "since:" + "1m" * 1990 + "!",
    "duration>" + "9" * 3980 + "!",
    '"' + "\\" * 3999,
    "-" * 4000,
    "duration" + " " * 3990,
]


@pytest.mark.timeout(5)  # an expression that backtracks would take for ever, not a little longer
@pytest.mark.parametrize("text", LONGEST, ids=lambda text: text[:12])
def test_the_longest_filters_are_read_at_once(text: str) -> None:
    check_only_a_tree_or_a_filter_error(text)


@given(st.text(max_size=80))
@example("ſeverity:high")
@example("\u212aind:x")
@example("since:١٥m")
@example("since:1٣m")
@example("duration>\n5")
def test_hostile_text_gives_a_tree_or_a_filter_error(text: str) -> None:
    check_only_a_tree_or_a_filter_error(text)


@settings(max_examples=400)
@given(st.text(alphabet='ab"\\()-*:,<>=!/. 15sAND\n', max_size=40))
def test_text_of_the_languages_own_characters_does_too(text: str) -> None:
    check_only_a_tree_or_a_filter_error(text)


PIECES = [
    *'()-*:,"\\<>=!/',
    " ",
    "AND ",
    "OR ",
    "NOT ",
    "a",
    '"x y"',
    "5",
    "ms",
    "1.5s",
    "15m",
    "13:05",
    "gap",
    "high",
]
PIECES += [
    *FIELDS,
    *(f"{name}:" for name in FIELDS),
    *(f"{spec.example} " for spec in FIELDS.values()),
    "severty>",
    "://",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_shuffled_pieces_of_the_language_do_too(text: str) -> None:
    check_only_a_tree_or_a_filter_error(text)


phrases = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8).filter(str.strip)
leaves = st.one_of(
    st.builds(Text, phrases, st.just(True), st.booleans()),
    st.sampled_from(["a", "time-out", "--x", ">5", "duration", "http://x:1/y", "x=1"]).map(Text),
    st.builds(
        lambda name, op, patterns: Field(name, op, tuple(dict.fromkeys(patterns))),
        st.sampled_from([name for name, spec in FIELDS.items() if spec.kind == "open"]),
        st.sampled_from([":", "!="]),
        st.lists(st.builds(Pattern, phrases, st.booleans()), min_size=1, max_size=3),
    ),
    st.builds(Field, st.just("severity"), st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(["low", "fatal"])),
    st.builds(Field, st.just("duration"), st.sampled_from(["=", "!=", "<", ">="]), st.floats(0, 1e15)),
    st.builds(Field, st.just("since"), st.just(":"), st.integers(0, 10**9).map(Relative)),
    st.builds(Field, st.just("until"), st.just(":"), st.integers(0, 4 * 10**12).map(Absolute)),
    st.builds(Field, st.just("until"), st.just(":"), st.integers(0, 86_399).map(TimeOfDay)),
)


def joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    children: list[Node] = []
    for node in nodes:
        children.extend(node.children if isinstance(node, kind) else [node])
    return kind(tuple(children))


trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: joined(And, nodes)),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: joined(Or, nodes)),
        inner.map(lambda node: node.child if isinstance(node, Not) else Not(node)),
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(trees)
def test_every_tree_survives_its_text(tree: Node) -> None:
    assert parse_filter(format_filter(tree)) == tree
