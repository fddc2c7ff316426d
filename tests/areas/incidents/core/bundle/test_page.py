"""A report in a bundle only shows: what could run or load anything is refused, our own never is."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.bundle.page import page_fault
from console.areas.incidents.core.report.markup import element, table
from console.areas.incidents.core.report.style import style

OWN = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    f"<title>It fails: &lt;b&gt; https://x/?a=1</title><style>{style()}</style></head>"
    '<body><a href="#summary">Summary</a><p class="quiet">url(http://x) javascript:x onclick=x<br></p>'
    '<svg viewBox="0 0 120 24" role="img" aria-label="at most 7"><rect x="0" y="1.5" class="line1"/></svg></body></html>\n'
)


def test_what_the_report_writes_is_taken() -> None:
    assert page_fault(OWN) is None
    assert page_fault("") is None


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<script>x</script>", "<script>"),
        ("<SCRIPT >x</SCRIPT >", "<script>"),
        ("<script/x>", "no report has"),
        ('<p onclick="x">', "'onclick'"),
        ('<svg onload="x">', "'onload'"),
        ("<p onclick=x>", "no report has"),
        ('<a href="javascript:x">', "out of the page: 'javascript:x'"),
        ('<a href=" #x">', "out of the page"),
        ('<a href="//evil.example">', "out of the page"),
        ('<a xlink:href="#x">', "'xlink:href'"),
        ('<img src="https://evil.example/x.png">', "<img>"),
        ('<iframe src="#">', "<iframe>"),
        ('<object data="x">', "<object>"),
        ('<embed src="x">', "<embed>"),
        ('<link rel="stylesheet" href="#x">', "<link>"),
        ('<base href="#">', "<base>"),
        ('<form action="x">', "<form>"),
        ('<meta http-equiv="refresh" content="0;url=https://evil.example">', "an order: 'refresh'"),
        ('<meta HTTP-EQUIV="Refresh" content="0">', "an order: 'Refresh'"),
        ('<p style="background:url(x)">', "'style'"),
        ('<body background="x">', "'background'"),
        ('<rect fill="url(https://evil.example)"/>', "'fill'"),
        ('<animate attributeName="href" to="javascript:x"/>', "<animate>"),
        ("<style>p{background:url(https://evil.example)}</style>", "load or run something: 'url('"),
        ("<style>p{background:URL (x)}</style>", "load or run"),
        ('<style>@import "https://evil.example";</style>', "'@import'"),
        ("<style>p{background:\\75rl(x)}</style>", "load or run"),
        ("<svg><style>p{background:&#117;rl(x)}</style></svg>", "load or run"),
        ("<style></b>p{background:url(x)}</style>", "markup inside its <style>"),
        ("<title></b><p></title>", "markup inside its <title>"),
        ('<title><p class="</title><script>x</script>"></title>', "no report has"),
        ('<textarea><p title="</textarea><script>x</script>"></textarea>', "<textarea>"),
        ("<noscript><b></noscript>", "<noscript>"),
        ("<!-- <p>-->", "no report has"),
        ("<![CDATA[x]]>", "no report has"),
        ("<?xml version='1.0'?>", "no report has"),
        ("<p", "no report has"),
        ("a < b", "no report has"),
    ],
)
def test_what_could_do_more_is_refused(markup: str, words: str) -> None:
    fault = page_fault(OWN.replace("<body>", f"<body>{markup}"))
    assert fault is not None
    assert words in fault


def test_a_hostile_page_is_judged_in_time() -> None:
    refused = ("<p" + " a" * 500_000, '<p a="' * 200_000)
    harmless = ("<p>" * 500_000, "x" * 5_000_000)
    assert all(page_fault(page) is not None for page in refused)
    assert all(page_fault(page) is None for page in harmless)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_out_of_what_the_report_makes(first: str, second: str) -> None:
    body = element("p", first, aria_label=second, class_=html.escape(first)) + table(["a", "b"], [[first, second]])
    assert page_fault(body) is None
