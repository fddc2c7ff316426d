"""The report is one page that loads nothing, runs nothing, and shows every text as it is."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.incidents.core.report import About, ReportFacts, build_report
from console.areas.incidents.core.report.facts import (
    DecisionRow,
    FindingRow,
    GapRow,
    IssueRow,
    Masked,
    Note,
    SourceRow,
    ViolationRow,
)
from console.qt.palettes import contrast
from tests.areas.incidents.core.report.hostile import AT, EVIL, hostile_facts
from tests.areas.incidents.core.report.page import FETCHING, Page

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "div", "a", "h1", "h2", "h3", "h4",
    "h5", "h6", "p", "b", "i", "em", "strong", "span", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead",
    "tbody", "tr", "th", "td", "pre", "code", "blockquote", "svg", "g", "rect", "line", "circle", "polyline", "text",
}  # fmt: skip


def assert_inert(page: Page) -> None:
    assert page.tags() <= ALLOWED
    assert page.open == []
    anchors = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        for name in FETCHING & attributes.keys():
            assert (tag, name) == ("a", "href"), (tag, name)
            assert attributes["href"].removeprefix("#") in anchors
    policies = [one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policies == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]
    assert not re.search(r"url\(|@import|expression|https?:", page.style)


def test_hostile_texts_stay_texts() -> None:
    html = build_report(hostile_facts())
    page = Page(html)
    assert_inert(page)
    shown = EVIL.replace("\u202e", "⟨U+202E⟩")
    assert "\u202e" not in html
    assert page.words.count(shown) > 60, "each text is shown, and shown whole"


@settings(deadline=None)  # of the machine, not of the page
@given(st.text(max_size=60))
def test_no_text_whatever_becomes_markup(evil: str) -> None:
    assert_inert(Page(build_report(hostile_facts(evil))))


def test_an_empty_store_has_a_report() -> None:
    page = Page(build_report(ReportFacts(About())))
    assert_inert(page)
    assert "no event" in page.words
    assert "Nothing is known of a redaction" in page.words


def test_each_part_has_a_link_and_each_link_a_part() -> None:
    page = Page(build_report(hostile_facts("x")))
    links = [attributes["href"] for attributes in page.all("a")]
    assert links == [f"#{one['id']}" for one in page.all("section")]
    assert len(links) == 10


def test_what_is_missing_is_said_loudly() -> None:
    facts = ReportFacts(
        About(), gaps=(GapRow("server", AT, AT, 41, "evicted"), GapRow("pwa", AT, AT + 5, None, "link lost"))
    )
    page = Page(build_report(facts))
    assert "41 events did not arrive" in page.words
    assert "In 1 interval nobody knows" in page.words
    assert "evicted" in page.words
    assert any(one.get("class") == "loud" and one.get("role") == "note" for one in page.all("div"))


@pytest.mark.parametrize(("field", "words"), [("quarantined", "could not be read"), ("degraded", "of a wrong kind")])
def test_what_was_odd_is_said_too(field: str, words: str) -> None:
    assert words in Page(build_report(replace(ReportFacts(About()), **{field: 3}))).words


def test_nothing_missing_is_no_alarm() -> None:
    page = Page(build_report(ReportFacts(About(masked=()))))
    assert "No gap is known" in page.words
    assert not any("loud" in attributes.get("class", "") for _, attributes in page.elements)


def test_known_figures_stand_in_the_page() -> None:
    words = Page(build_report(hostile_facts("x"))).words
    for figure in (
        "5 of 12",
        "told 3 times",
        "9 events share the correlation id",
        "of which the first 2",
        "… and 3 issues more",
    ):
        assert figure in words, figure


def test_long_texts_are_cut_and_long_stacks_lose_their_middle() -> None:
    facts = hostile_facts("x")
    assert facts.worst is not None
    stack = "Error: first\n" + "    at f (/a.ts:1:1)\n" * 20_000 + "    at last (/z.ts:9:9)"
    worst = replace(facts.worst, payload={"message": "m" * 1_000_000, "source": {"service": "s", "stack": stack}})
    html = build_report(replace(facts, worst=worst))
    assert len(html) < 200_000
    assert "Error: first" in html
    assert "at last" in html
    assert re.search(r"… 4\d\d,\d{3} characters …", html)


def test_the_page_is_for_paper_and_the_dark_too() -> None:
    page = Page(build_report(ReportFacts(About())))
    assert "@media print" in page.style
    assert "@media screen and (prefers-color-scheme:dark)" in page.style, "paper stays white in the dark"
    used = set(re.findall(r"var\((--\w+)\)", page.style))
    light, dark = (set(re.findall(r"(--\w+):", part)) for part in page.style.split("@media", 2)[:2])
    assert used <= light
    assert light == dark


@pytest.mark.parametrize("part", [0, 1], ids=["light", "dark"])
def test_words_can_be_read_on_what_is_behind_them(part: int) -> None:
    sheet = Page(build_report(ReportFacts(About()))).style.split("@media", 2)[part]
    colors = {name: color if len(color) == 7 else "#ffffff" for name, color in re.findall(r"--(\w+):(#\w+)", sheet)}
    for name in ("text", "muted", "accent", "fatal", "critical", "high", "medium", "low", "info"):
        assert contrast(colors[name], colors["bg"]) >= 4.5, name
    assert contrast(colors["gap"], colors["gapbg"]) >= 4.5
    assert contrast(colors["text"], colors["panel"]) >= 4.5
    for name in ("l1", "l2", "l3"):
        assert contrast(colors[name], colors["bg"]) >= 3, name


def test_the_page_has_a_bound_and_says_what_it_leaves_out() -> None:
    """Each list as long as a store gives it, each text as long as one can be."""
    long = "<x> " * 2_000
    decisions = (DecisionRow(1, long, long, long),) * 100
    facts = replace(
        hostile_facts(),
        about=About(long, notes=(Note(long, long * 100),) * 20, masked=(Masked("key", long, 1),) * 500),
        sources=(SourceRow(long, long, (long,) * 9, 1, 1, 2),) * 2_000,
        gaps=(GapRow(long, 1, 2, 3, long),) * 200,
        issues=(IssueRow(long, long, long, "high", long, 1, 2, 3, long, (long,), ((long, long),) * 3, decisions, 120),)
        * 200,
        violations=(ViolationRow(*(long,) * 8, 3, 1),) * 200,
        findings=(FindingRow(*(long,) * 9, 3, long),) * 200,
        totals={"issues": 5_000, "violations": 5_000, "findings": 200, "gaps": 1_000, "missing": 3_000},
    )
    html = build_report(facts)
    assert len(html) < 20_000_000
    words = Page(html).words
    left_out = (
        "notes more, for which this page has no room",
        "rows more, for which this page has no room",
        "… and 20 decisions more.",
        "issues more.",
        "… and 4,800 violations more.",
        "… and 800 more, shorter ones.",
    )
    for said in left_out:
        assert said in words, said
    assert "3,000 events did not arrive" in words


def test_nothing_is_left_out_of_a_small_page() -> None:
    assert "no room" not in Page(build_report(hostile_facts())).words
