"""The filter language: what each form means, where each mistake is shown, and that nothing else ever comes out."""

import pickle
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from console.store.filter import (
    FIELDS,
    MAX_LENGTH,
    MAX_NESTING,
    Absolute,
    All,
    And,
    EntityRef,
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
    resolve_moment,
)

A, B, C, D = (Text(letter) for letter in "abcd")


def field(name: str, *values: str, op: str = ":") -> Field:
    return Field(name, op, tuple(Pattern(value) for value in values))  # type: ignore[arg-type]


MEANINGS: list[tuple[str, Node]] = [
    # nothing, words, phrases
    ("", All()),
    (" \t\n", All()),
    ("timeout", Text("timeout")),
    ("a b", And((A, B))),
    ("a AND b", And((A, B))),
    ("and or not", And((Text("and"), Text("or"), Text("not")))),
    ("time*", Text("time", prefix=True)),
    ("*", Text("*")),
    ('"connection refused"', Text("connection refused", phrase=True)),
    ('"connection ref"*', Text("connection ref", phrase=True, prefix=True)),
    (r'"say \"hi\" \\ C:\new"', Text(r'say "hi" \ C:\new', phrase=True)),
    ('"AND"', Text("AND", phrase=True)),
    ("user@example.com", Text("user@example.com")),
    ("/api/v1/acus", Text("/api/v1/acus")),
    ("a.b_c", Text("a.b_c")),
    ("msg-17", Text("msg-17")),
    ("--verbose", Text("--verbose")),
    ("x=5", Text("x=5")),
    ("größe 日本語 🦊", And((Text("größe"), Text("日本語"), Text("🦊")))),
    ("http://x:80/path?a=b", Text("http://x:80/path?a=b")),
    ("console://errors/7f3a", Text("console://errors/7f3a")),
    ("https://x*", Text("https://x", prefix=True)),
    # structure
    ("a OR b", Or((A, B))),
    ("a b OR c d", Or((And((A, B)), And((C, D))))),
    ("a (b OR c)", And((A, Or((B, C))))),
    ("(a b) c", And((A, B, C))),
    ("(a OR b) OR c", Or((A, B, C))),
    ("((a))", A),
    ("-a", Not(A)),
    ("NOT a", Not(A)),
    ("NOT -a", A),
    ("-(a OR b)", Not(Or((A, B)))),
    ('-"a phrase"', Not(Text("a phrase", phrase=True))),
    ("-service:pwa", Not(field("service", "pwa"))),
    ("NOT (a b)", Not(And((A, B)))),
    ("NOT --verbose", Not(Text("--verbose"))),
    ("duration AND >5", And((Text("duration"), Text(">5")))),
    # fields
    ("level:error", Field("level", ":", ("error",))),
    ("level:error,critical", Field("level", ":", ("error", "critical"))),
    ("LEVEL:Warn", Field("level", ":", ("warning",))),
    ("level!=debug,info", Field("level", "!=", ("debug", "info"))),
    ("level>=warning", Field("level", ">=", "warning")),
    ("severity:high", Field("severity", ":", ("high",))),
    ("severity=high", Field("severity", ":", ("high",))),
    ("severity>=high", Field("severity", ">=", "high")),
    ("severity < fatal", Field("severity", "<", "fatal")),
    ("severity:>=high", Field("severity", ">=", "high")),
    ("category:DATABASE*", Field("category", ":", (Pattern("DATABASE", True),))),
    ("category:*", Field("category", ":", (Pattern("", True),))),
    ('category:"a*"', field("category", "a*")),
    ('category:"a b"*', Field("category", ":", (Pattern("a b", True),))),
    ("layer:data", field("layer", "data")),
    ("service:server", field("service", "server")),
    ('service:"my service",pwa', field("service", "my service", "pwa")),
    ("service!=pwa", field("service", "pwa", op="!=")),
    ("service:pwa,pwa", field("service", "pwa")),
    ("service:http://x:80", field("service", "http://x:80")),
    ("service:-x", field("service", "-x")),
    ('service:"=x"', field("service", "=x")),
    ("type:sync_update", field("type", "sync_update")),
    ("source:staging", field("source", "staging")),
    ("correlation:req-7f3a", field("correlation", "req-7f3a")),
    ("fingerprint:a1b2", field("fingerprint", "a1b2")),
    ("id:1042", field("id", "1042")),
    ("entity:message/message_31", Field("entity", ":", (EntityRef("message", "message_31"),))),
    ("entity:message_31", Field("entity", ":", (EntityRef(None, "message_31"),))),
    ("entity:message", Field("entity", ":", (EntityRef(None, "message"),))),
    ("entity:message/*", Field("entity", ":", (EntityRef("message", "", True),))),
    ("entity:a/b/c,/x", Field("entity", ":", (EntityRef("a", "b/c"), EntityRef(None, "/x")))),
    ("duration>500", Field("duration", ">", 500.0)),
    ("duration > 500", Field("duration", ">", 500.0)),
    ("duration>=1.5s", Field("duration", ">=", 1500.0)),
    ("duration<250us", Field("duration", "<", 0.25)),
    ("duration<250µs", Field("duration", "<", 0.25)),
    ("duration!=2m", Field("duration", "!=", 120_000.0)),
    ("duration:20ms", Field("duration", "=", 20.0)),
    ("duration==20", Field("duration", "=", 20.0)),
    ("since:15m", Field("since", ":", Relative(900))),
    ("since:2h30m", Field("since", ":", Relative(9000))),
    ("until:0s", Field("until", ":", Relative(0))),
    ("since:1w", Field("since", ":", Relative(604_800))),
    ("since:13:05", Field("since", ":", TimeOfDay(47_100))),
    ("until:23:59:59", Field("until", ":", TimeOfDay(86_399))),
    ("since:2026-11-23T13:00Z", Field("since", ":", Absolute(1_795_438_800_000))),
    ("since:2026-11-23T13:00:00.250+01:00", Field("since", ":", Absolute(1_795_435_200_250))),
    ("is:gap", Field("is", ":", ("gap",))),
    ("is:degraded,quarantined", Field("is", ":", ("degraded", "quarantined"))),
    ("is:pinned is:error", And((Field("is", ":", ("pinned",)), Field("is", ":", ("error",))))),
    ("has:stack,correlation,entity,duration", Field("has", ":", ("stack", "correlation", "entity", "duration"))),
    (
        "level:error service:server -category:sync (timeout OR refused) since:15m",
        And(
            (
                Field("level", ":", ("error",)),
                field("service", "server"),
                Not(field("category", "sync")),
                Or((Text("timeout"), Text("refused"))),
                Field("since", ":", Relative(900)),
            )
        ),
    ),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_each_form_has_its_meaning_and_survives_formatting(text: str, meaning: Node) -> None:
    assert parse_filter(text) == meaning
    assert parse_filter(format_filter(meaning)) == meaning


@pytest.mark.parametrize("name", FIELDS)
def test_the_example_of_every_field_is_valid(name: str) -> None:
    node = parse_filter(FIELDS[name].example)
    assert isinstance(node, Field)
    assert node.name == name


# The faulty part stands between ‹ and ›.
MISTAKES = [
    ("a ‹sevrity›:high", "did you mean severity?"),
    ("‹sev›:high", "did you mean severity?"),
    ("‹severty›>=high", "did you mean severity?"),
    ("‹did›:key:z6Mk", 'put it in quotes: "did:key:z6Mk"'),
    ("at ‹12›:30", 'put it in quotes: "12:30"'),
    ("x ‹:›b", "no field before"),
    ("level‹:›", "has no value"),
    ("(level‹:›)", "has no value"),
    ("level‹:› error", "has no value"),
    ("duration ‹>› ", "has no value"),
    ("severity‹>=›", "has no value"),
    ('service:‹""›', "nothing between the quotes"),
    ("service:a‹,›", "no value behind"),
    ("service:a‹,›,b", "no value behind"),
    ("service:‹,›a", "cannot begin with ','"),
    ("service:‹(›a)", "cannot begin with '('"),
    ("service:a‹*›b", "only at the end"),
    ("entity:‹message/›", "no id behind"),
    ('‹"›abc', "never closed"),
    ('service:‹"›abc', "never closed"),
    ('a ‹"›b\\"', "never closed"),
    ('‹""›', "nothing between the quotes"),
    ("a (b ‹(›c", "never closed"),
    ("a ‹)› b", "closes nothing"),
    ("a ‹()›", "nothing between the parentheses"),
    ("a ‹OR›", "term behind it"),
    ("(a ‹OR›) b", "term behind it"),
    ("a ‹OR› OR b", "term behind it"),
    ("‹OR› a", "term before it"),
    ("‹AND› a", "term before it"),
    ("a ‹NOT›", "term behind it"),
    ("a ‹-›", "negates the term right behind it"),
    ("a ‹-› b", "negates the term right behind it"),
    ("‹-›AND", "term behind it"),
    ("duration>‹fast›", "is no number"),
    ("duration>‹-5›", "is no number"),
    ("duration>5‹x›", "unknown unit 'x'"),
    ("duration=1,‹2›", "takes one value"),
    ("duration>‹99999999999999999999s›", "beyond all measure"),
    ("severity>low,‹high›", "takes one value"),
    ("is:‹gapp›", "did you mean gap?"),
    ("severity:low,‹hgh›", "did you mean high?"),
    ("severity:‹zzz›", "one of info, low, medium, high, critical, fatal"),
    ("service‹>›3", "service cannot be compared with '>'"),
    ("is‹!=›gap", "is cannot be compared with '!='"),
    ("since‹=›5m", "since cannot be compared with '='"),
    ("since:‹15›", "'15' has no unit"),
    ("since:15‹x›", "unknown unit 'x'"),
    ("since:‹soon›", "is no time"),
    ("since:‹25:00›", "is no time"),
    ("since:‹2026-13-40›", "is no date"),
    ("since:‹0001-01-01›", "out of range"),
    ("since:‹9999-12-31T23:59›", "out of range"),
    ("since:‹99999999999w›", "before all events"),
    ("a‹\0›", "delete it"),
    ("a‹\ud800›", "delete it"),
]


@pytest.mark.parametrize(("marked", "message"), MISTAKES)
def test_each_mistake_is_shown_at_its_place(marked: str, message: str) -> None:
    position, end = marked.index("‹"), marked.index("›") - 1
    with pytest.raises(FilterError) as caught:
        parse_filter(marked.replace("‹", "").replace("›", ""))
    assert (caught.value.position, caught.value.length) == (position, end - position)
    assert message in caught.value.message


def test_an_error_reads_as_two_lines_with_carets() -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter("日本 sevrity:hgh")
    shown, carets = str(caught.value).splitlines()
    assert shown == "日本 sevrity:hgh"
    assert carets.startswith("     ^^^^^^^ unknown field 'sevrity' (did you mean severity?)")


def test_a_long_filter_is_shown_around_its_fault_on_one_line_even_with_control_characters() -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter("x\n" * 100 + "is:\u202egap " + "y " * 100)
    shown, carets = str(caught.value).splitlines()
    assert len(shown) <= 102
    assert shown[carets.index("^") :].startswith("\N{REPLACEMENT CHARACTER}gap")


def test_an_error_survives_the_way_between_processes() -> None:
    error = FilterError("wrong", "a text", 2, 4)
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error)


def test_length_and_nesting_have_limits() -> None:
    deepest = "(" * MAX_NESTING + "a" + ")" * MAX_NESTING
    assert parse_filter(deepest) == A
    with pytest.raises(FilterError, match="parentheses") as caught:
        parse_filter(f"({deepest})")
    assert caught.value.position == MAX_NESTING
    assert parse_filter("a" * MAX_LENGTH) == Text("a" * MAX_LENGTH)
    with pytest.raises(FilterError, match="4,001 characters"):
        parse_filter("a" * (MAX_LENGTH + 1))
    assert parse_filter("NOT " * 999 + "a") == Not(A)


def test_moments_are_resolved_from_now_in_local_time() -> None:
    now_ms = round(datetime(2026, 11, 23, 12, 30, tzinfo=UTC).timestamp() * 1000)
    assert resolve_moment(Relative(90), now_ms) == now_ms - 90_000
    assert resolve_moment(Absolute(17), now_ms) == 17
    local = datetime.fromtimestamp(resolve_moment(TimeOfDay(47_101), now_ms) / 1000).astimezone()
    assert (local.hour, local.minute, local.second) == (13, 5, 1)
    assert local.date() == datetime.fromtimestamp(now_ms / 1000).astimezone().date()


def test_importing_the_module_loads_no_parser() -> None:
    script = "import sys, console.store.filter as f; print('lark' in sys.modules); f.parse_filter('a')"
    script += "; print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"]
