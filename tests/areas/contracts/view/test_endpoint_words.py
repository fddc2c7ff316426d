"""Counts, shares and standings in words: exact at the ends, never colour alone, hostile text made visible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.store.answers import CLASSES
from console.areas.contracts.view.contract_head import count_facts, version_facts
from console.areas.contracts.view.endpoint_words import (
    PATH_GLYPHS,
    STANDING_GLYPHS,
    STANDINGS,
    drift_parts,
    drift_words,
    endpoint_name,
    latency_color,
    latency_standing,
    latency_words,
    of_timeout_words,
    path_standing_color,
    rate_words,
    share_of_timeout,
    share_words,
    standing_words,
    types_words,
    values_words,
    version_words,
    violated_words,
)
from console.areas.contracts.view.observed_tab import path_sentence
from console.areas.contracts.view.timeline_tab import marks_of, versions_words
from console.areas.contracts.view.versions_tab import promise_words
from console.qt.palettes import DARK, LIGHT, contrast
from tests.areas.contracts.view.contract_store import NOW_MS
from tests.areas.contracts.view.rows import endpoint_page, endpoint_row, observed_path, version_row


@pytest.mark.parametrize(
    ("violated", "checks", "words"),
    [(0, 0, "–"), (0, 9, "0 %"), (9, 9, "100 %"), (1, 100_000, "<0.1 %"), (99_999, 100_000, ">99.9 %"), (1, 3, "33.3 %")],
)
def test_a_rate_never_reads_as_none_or_all_when_it_is_not(violated: int, checks: int, words: str) -> None:
    assert rate_words(violated, checks) == words


@given(st.integers(1, 10**9), st.data())
def test_rates_of_some_are_neither_none_nor_all(checks: int, data: st.DataObject) -> None:
    violated = data.draw(st.integers(0, checks))
    words = rate_words(violated, checks)
    assert (words == "0 %") == (violated == 0)
    assert (words == "100 %") == (violated == checks)


@given(st.floats(0, 1))
def test_shares_of_some_are_neither_none_nor_all(share: float) -> None:
    words = share_words(share)
    assert (words == "0 %") == (share == 0)
    assert (words == "100 %") == (share == 1)


def test_p95_stands_beside_its_timeout() -> None:
    assert latency_words(endpoint_row()) == "120 ms of 1.50 s"
    assert latency_words(endpoint_row(timeout_ms=None)) == "120 ms"
    assert latency_words(endpoint_row(p95_ms=None)) == "– of 1.50 s"
    assert share_of_timeout(endpoint_row()) == pytest.approx(0.08)
    assert share_of_timeout(endpoint_row(timeout_ms=None)) is None
    assert [of_timeout_words(share) for share in (0.0, 0.004, 0.12, 1.5, 12.0)] == ["0 %", "<1 %", "12 %", "150 %", ">999 %"]
    standings = [latency_standing(share) for share in (0.5, 0.8, 1.0)]
    assert standings == ["within the time-out", "near the time-out", "over the time-out"]


def test_drift_is_told_by_class_the_worst_first() -> None:
    row = endpoint_row(drift={"ADDITIVE": 3, "BREAKING": 2, "STALE": 0}, unbumped=1)
    assert drift_words(row) == "✖ 2 breaking (1 unbumped), + 3 additive"
    assert drift_words(endpoint_row()) == "–"
    assert [name for name, _ in drift_parts(dict.fromkeys(CLASSES, 1))] == list(CLASSES)


def test_versions_and_standings_have_words() -> None:
    assert version_words(endpoint_row(versions=("2.0.0", "1.0.0"))) == "2.0.0, from file, 1 more"
    assert version_words(endpoint_row(standing="unseen")) == "2.0.0, from file, never seen"
    assert version_words(endpoint_row(standing="undeclared", versions=(), version="", origin="")) == (
        "? no contract declares it"
    )
    assert len({standing_words(standing) for standing in STANDINGS}) == len(STANDINGS)
    assert len(set(STANDING_GLYPHS.values())) == len(STANDING_GLYPHS)
    assert len(set(PATH_GLYPHS.values())) == len(PATH_GLYPHS)


def test_colours_are_readable_in_both_themes() -> None:
    for theme in (LIGHT, DARK):
        colors = [path_standing_color(standing, theme) for standing in (*PATH_GLYPHS, "")]
        colors += [latency_color(share, theme) for share in (0.1, 0.9, 1.2)]
        assert min(contrast(color, theme.base) for color in colors) >= 4.5


def test_hostile_names_are_made_visible_and_short() -> None:
    assert endpoint_name("GET", "/a\u202e\x1b[31m") == "GET /a⟨U+202E⟩␛[31m"
    assert len(endpoint_name("GET", "/" + "x" * 100_000)) == 300


def test_what_was_observed_is_told_in_full() -> None:
    assert types_words({"string": 1, "number": 3}) == "number 75 %, string 25 %"
    assert types_words({"number": 3}) == "number"
    assert types_words({}) == "–"
    row = observed_path(values=tuple((f"v{n}", 9 - n) for n in range(6)), formats=("uuid",))
    assert values_words(row) == "v0 ×9, v1 ×8, v2 ×7, v3 ×6, 2 more, uuid, 0.1 to 0.9"
    sentence = path_sentence(observed_path(standing="breaks", types={"string": 1, "number": 999}, presence=0.999), NOW_MS)
    assert sentence == (
        "answer 2xx, hits[].quality: ✖ breaks · expected number · observed number 99.9 %, string 0.1 % in 1,000 observations"
        " · present in 99.9 % · values 0.1 to 0.9 · first 1 min ago, last just now"
    )
    assert path_sentence(observed_path(n=0, expected="", standing="never seen"), NOW_MS).endswith("never observed")


def test_the_head_tells_version_counts_latency_and_drift() -> None:
    assert version_facts(endpoint_page(), NOW_MS) == (
        "version 2.0.0 · from a file · known 1 min ago · checked · time-out 1.50 s"
    )
    older = version_row(2, "1.0.0", note="the old one")
    assert "not checked: 2.0.0 is · time-out 1.50 s · the old one" in version_facts(endpoint_page(shown=older), NOW_MS)
    row = endpoint_row(violated=2, told=3, disagreements=1, drift={"RISKY": 1})
    assert count_facts(endpoint_page(row=row, statuses={"200": 190, "404": 10})) == (
        "200 checks, 2 violated (1.0 %) · told by services: 3 · ≠ disagreements: 1"
        " · p95 120 ms of 1.50 s (8 %, within the time-out) · answers 200 ×190, 404 ×10 · drift ▲ 1 risky"
    )
    undeclared = endpoint_row(version="", p95_ms=None)
    assert count_facts(endpoint_page(row=undeclared)) == "200 exchanges observed, no contract to check them against"
    assert (violated_words(undeclared), violated_words(endpoint_row())) == ("–", "0 %")
    assert count_facts(endpoint_page(row=endpoint_row(checks=0, p95_ms=None))) == "no exchange in this range"


def test_versions_that_began_close_together_share_a_mark() -> None:
    versions = [version_row(n, f"{n}.0.0", since_ms=at) for n, at in enumerate((9_000, 1_000, 1_500, 2_500))]
    assert marks_of(versions, 1_000) == [(1.0, "1.0.0, 2.0.0"), (2.5, "3.0.0"), (9.0, "0.0.0")]
    assert marks_of([], 1_000) == []


def test_a_version_tells_what_it_promises_and_when_it_began() -> None:
    assert promise_words(version_row(1, "2.0.0")) == "2 parameters, answers 2xx, time-out 1.50 s"
    page = endpoint_page()
    assert versions_words(page, 0, NOW_MS).startswith("Versions that began: 2.0.0 (file) since 20")
    assert versions_words(page, 0, 1) == "No version began in this range; 2.0.0 is the newest."
    assert versions_words(endpoint_page(versions=(), shown=None), 0, 1) == "No version: nobody declared a contract."
