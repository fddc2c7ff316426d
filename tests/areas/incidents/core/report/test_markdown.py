"""A small safe subset of Markdown."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.report.markdown import LONGEST, markdown
from tests.areas.incidents.core.report.page import Page

ALLOWED = {"p", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "br", "hr"}


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# Title #", "<h4>Title</h4>"),
        ("###### deep", "<h6>deep</h6>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("- a\n* b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("words\n- a", "<p>words</p><ul><li>a</li></ul>"),
        ("> said\n> so", "<blockquote>said<br>so</blockquote>"),
        ("---", "<hr>"),
        ("```py\na <b> *c*\n```\nd", "<pre>a &lt;b&gt; *c*</pre><p>d</p>"),
        ("```\nnever closed", "<pre>never closed</pre>"),
        ("**b** *i* `**c**`", "<p><strong>b</strong> <em>i</em> <code>**c**</code></p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("[words](http://x/?a=1 'title')", "<p>words (<code>http://x/?a=1</code>)</p>"),
        ("![alt](javascript:alert)", "<p>alt (<code>javascript:alert</code>)</p>"),
        ("<b>x</b> &amp; <!-- -->", "<p>&lt;b&gt;x&lt;/b&gt; &amp;amp; &lt;!-- --&gt;</p>"),
    ],
)
def test_the_subset(source: str, html: str) -> None:
    assert markdown(source) == html


@given(st.text(alphabet="ab \n*`_#>-1.[]()!~<&\"'\\|", max_size=200))
def test_anything_is_well_formed_and_loads_nothing(source: str) -> None:
    page = Page(markdown(source))
    assert page.open == []
    assert page.tags() <= ALLOWED
    assert not [attributes for _, attributes in page.elements if attributes]
    if not any(mark in source for mark in ("](", "```", "~~~")):  # titles of links and languages of code are not shown
        assert page.words.count("a") == source.count("a"), "no word is lost"


@pytest.mark.parametrize("unit", ["[](a", "*a", "`", "[", "![", "**", "> ", "- ", "# ", "```\n", "[a](", "\n"])
def test_no_note_takes_long(unit: str) -> None:
    source = unit * (LONGEST // len(unit))
    started = time.perf_counter()
    markdown(source)
    markdown(source.replace("\n", " "))
    assert time.perf_counter() - started < 5


def test_a_note_that_is_too_long_says_so() -> None:
    assert "cut: the note has 200,001 characters" in markdown("x" * (LONGEST + 1))
