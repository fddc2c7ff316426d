"""Half a pair of surrogates, as JavaScript makes of an emoji that it cuts, stops no redaction."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.redaction import Redactor, default_profile

TEXTS = st.text(st.characters(categories=["Cs", "L", "Nd", "P"]), max_size=40)
SECRET = "Bearer 6f1d8a0c77e94b"


@given(TEXTS, TEXTS)
def test_any_text_with_such_halves_is_redacted(before: str, after: str) -> None:
    redactor = Redactor(default_profile(), b"key")
    said = redactor.text(f"{before} Authorization: {SECRET} {after}", "message")
    assert SECRET not in said
    event = {"message": before, "headers": {"authorization": SECRET}, before + "x": after}
    for ascii_only in (True, False):
        masked = redactor.json_text(json.dumps(event, ensure_ascii=ascii_only), "")
        assert SECRET not in masked
        assert json.loads(masked)["message"] is not None


@pytest.mark.parametrize("text", ["half \ud800 a pair", '{"message": "half \ud83d"}', "\udfff"])
def test_a_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert Redactor(default_profile(), b"key").json_text(text, "") == text
