"""SQL laid out for reading: nothing is lost, and a second layout changes nothing."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.model.rendering import format_sql, sql_with_params
from console.model.rendering.statements import MAX_FORMATTED, tokens_of

fragments = st.sampled_from(
    (
        *(
            "select",
            "FROM",
            "where",
            "and",
            "OR",
            "group by",
            "order",
            "by",
            "between",
            "case",
            "when",
            "then",
            "end",
            "insert",
        ),
        *(
            "into",
            "values",
            "update",
            "set",
            "delete",
            "on conflict",
            "do",
            "left join",
            "join",
            "in",
            "union all",
            "with",
            "as",
        ),
        *(
            "(",
            ")",
            ",",
            ";",
            ".",
            "::",
            ":",
            "::int",
            "?",
            "$1",
            "%s",
            "%(a)s",
            ":name",
            "@p",
            "=",
            "->>",
            "-",
            "--",
            "-- x\n",
        ),
        *(
            "/* c */",
            "/*",
            "*/",
            "'it''s'",
            "E'\\''",
            "'",
            '"',
            '"a b"',
            "`q`",
            "$$x$$",
            "$t$ y $t$",
            "$",
            "1",
            "1.5e3",
            "é",
            "ß",
        ),
        *("t", "col", "N'x'", "in'x'", "[1]", " ", "\n", "\t", ""),
    )
)
statements = (
    st.lists(fragments, max_size=30).map("".join) | st.lists(fragments, max_size=30).map(" ".join) | st.text(max_size=40)
)


def stream(sql: str) -> list[tuple[str, str]]:
    """The tokens, words in one case."""
    return [
        (token.kind, token.text.lower() if token.kind == "word" and token.text.isascii() else token.text)
        for token in tokens_of(sql)
        if token.kind != "space"
    ]


@settings(max_examples=1000, deadline=None)
@given(statements)
@example("select 'a' -- tail")
@example("a:from b,:c")
def test_no_token_is_lost_and_a_second_layout_changes_nothing(sql: str) -> None:
    assert "".join(token.text for token in tokens_of(sql)) == sql
    formatted = format_sql(sql)
    assert stream(formatted) == stream(sql)
    assert format_sql(formatted) == formatted


def test_the_layout() -> None:
    sql = (
        "select a.id,count(*) as n from acus a left join circles c on c.id=a.circle_id where a.at between $1 and $2 and "
        "(x=1 or y=2) and a.id in (select id from b where k='select' and case when p and q then 1 end = 1) "
        "group by a.id order by n desc limit 10"
    )
    assert format_sql(sql).splitlines() == [
        "SELECT a.id, count(*) AS n",
        "FROM acus a",
        "LEFT JOIN circles c ON c.id=a.circle_id",
        "WHERE a.at BETWEEN $1 AND $2",
        "  AND (x=1 OR y=2)",
        "  AND a.id IN (",
        "    SELECT id",
        "    FROM b",
        "    WHERE k='select'",
        "      AND CASE WHEN p AND q THEN 1 END = 1",
        "  )",
        "GROUP BY a.id",
        "ORDER BY n DESC",
        "LIMIT 10",
    ]


@pytest.mark.parametrize(
    ("sql", "lines"),
    [
        (
            'insert into "t" ("a","b") values ($1,$2) on conflict (a) do update set b=1 returning id',
            ['INSERT INTO "t" ("a", "b")', "VALUES ($1, $2)", "ON CONFLICT (a) DO UPDATE", "SET b=1", "RETURNING id"],
        ),
        ("delete from t where a is distinct from b", ["DELETE FROM t", "WHERE a IS DISTINCT FROM b"]),
        ("select extract(year from d) from t", ["SELECT extract(year FROM d)", "FROM t"]),
        ("select 1 -- one\n, 2; select 3", ["SELECT 1 -- one", ", 2;", "SELECT 3"]),
        (
            f"select {'a' * 40}, {'b' * 45}, c from t",
            [f"SELECT {'a' * 40},", f"  {'b' * 45},", "  c", "FROM t"],
        ),
        ('select t.from, "from" from t', ['SELECT t.from, "from"', "FROM t"]),
    ],
)
def test_clauses(sql: str, lines: list[str]) -> None:
    assert format_sql(sql).splitlines() == lines


def test_huge_and_hostile_statements_return_soon() -> None:
    long = "select " + "x," * MAX_FORMATTED
    assert format_sql(long) == long
    signs = ("'" * 99_999, "$a" * 50_000, "/*" * 50_000, "-" * 100_000, "select " * 20_000)
    for text in (*signs, "((a,b)" * 20_000, "(" * 50_000 + ")" * 50_000, "(select " * 20_000 + ")" * 20_000):
        formatted = format_sql(text)
        assert stream(formatted) == stream(text)
        assert len(formatted) < 20 * len(text)


@pytest.mark.parametrize(
    ("sql", "params", "shown"),
    [
        ("a=$2 and b=$1", ["x", None], "a=$2 /* NULL */ and b=$1 /* 'x' */"),
        ("a ? 'k' and b=$1", [True], "a ? 'k' and b=$1 /* TRUE */"),
        ("?, ?, ?", [1, "it's"], "? /* 1 */, ? /* 'it''s' */, ?"),
        ("%s, '%s', \"?\"", [[1, 2]], "%s /* '[1, 2]' */, '%s', \"?\""),
        ("%(a)s :b @c :d x::int", {"a": 1, "b": 2.5, "c": "*/ x"}, "%(a)s /* 1 */ :b /* 2.5 */ @c /* '* / x' */ :d x::int"),
        ("?1 ?2", ["a\nb", "z" * 200], f"?1 /* 'a↵b' */ ?2 /* '{'z' * 80}…' */"),
        ("$1 $99999999999999999999", ["a"], "$1 /* 'a' */ $99999999999999999999"),
        ("$1", None, "$1"),
    ],
)
def test_parameters_stand_beside_their_places(sql: str, params: list[object] | dict[str, object] | None, shown: str) -> None:
    assert sql_with_params(sql, params) == shown


@settings(max_examples=300, deadline=None)
@given(statements, st.lists(st.none() | st.text(max_size=10) | st.integers(), max_size=4))
def test_parameters_only_add_comments(sql: str, params: list[object]) -> None:
    with_params = sql_with_params(sql, params)
    kept = iter(with_params)
    assert all(character in kept for character in sql), "the statement is not within"
