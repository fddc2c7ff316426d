"""Nothing from outside hides, runs backwards or becomes markup."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from console.qt.text import clip, plain_tooltip, visible


@given(st.text())
def test_what_is_shown_holds_no_control_no_bidi_and_no_surrogate(text: str) -> None:
    assert not [c for c in visible(text) if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [
        c
        for c in visible(text)
        if unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI")
    ]


@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_signs_are_named() -> None:
    assert visible("a\x00b\nc\td\x7f") == "a␀b↵c⇥d␡"
    assert visible("abc\u202egnp.exe") == "abc⟨U+202E⟩gnp.exe"
    assert visible("a\u200bb\ud800") == "a⟨U+200B⟩b⟨U+D800⟩"
    assert visible("a\n\tb\r", lines=True) == "a\n\tb␍"


def test_tooltips_are_escaped_and_bounded() -> None:
    assert "&lt;b&gt;" in plain_tooltip("<b>bold</b>")
    assert len(plain_tooltip("x" * 10**6)) < 3_000
    assert plain_tooltip("") == ""


def test_clip() -> None:
    assert clip("abcdef", 4) == "abc…"
    assert clip("abcd", 4) == "abcd"
