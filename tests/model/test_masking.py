"""The text of a payload with its secrets hidden says the same as the payload with its secrets hidden."""

import json

from hypothesis import given
from hypothesis import strategies as st

from console.model.decoding import decode
from console.model.masking import DOTS, mask_payload, mask_words
from console.model.secrets import MASK, mask_value

keys = st.sampled_from(["a", "token", "headers", "authorization", "name", "value", "ключ", 'q"u,o{t}e', "maxTokens"])
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["", "x", 'a"b\\', "Bearer abcdef123", "p=1&token=zzz", "{[", MASK])
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
)


@given(values, st.sampled_from([None, 1, 3]))
def test_text_and_payload_agree(payload: object, indent: int | None) -> None:
    text = json.dumps(payload, indent=indent, ensure_ascii=indent is None)
    masked = mask_payload(payload, text)
    assert json.loads(masked.text) == masked.payload
    assert (masked.text != text) == (mask_value("", payload) != payload)


@given(values)
def test_nothing_that_the_rules_call_secret_stays(payload: object) -> None:
    masked = mask_payload(payload, json.dumps(payload))
    assert mask_value("", masked.payload) == json.loads(json.dumps(mask_value("", masked.payload)))
    assert "abcdef123" not in masked.text
    assert "token=zzz" not in masked.text


def test_only_the_secret_tokens_of_the_text_change() -> None:
    text = '{ "n": 1.10, "token" :  "abc\\u0041", "list":[1e3,{"password":{"x":[1,{"y":2}]}}],\n"after": 007e1 }'.replace(
        "007e1", "7e1"
    )
    masked = mask_payload(json.loads(text), text)
    assert masked.text.startswith('{ "n": 1.10, "token" :  "••••••", "list":[1e3,{"password":{"x":[')
    assert masked.text.endswith('\n"after": 7e1 }')
    assert json.loads(masked.text) == masked.payload


def test_the_first_of_two_equal_keys_is_hidden_too() -> None:
    text = '{"token": "first", "token": "second", "note": "token=abcde", "note": "plain"}'
    masked = mask_payload(json.loads(text), text)
    assert "first" not in masked.text
    assert "second" not in masked.text
    assert "abcde" not in masked.text
    assert "plain" in masked.text


def test_what_is_masked_already_is_told_apart() -> None:
    payload = {"authorization": MASK, "cookie": "sid=1", "text": f"{MASK} and token=abc"}
    shown = mask_payload(payload, json.dumps(payload)).payload
    assert shown == {"authorization": MASK, "cookie": DOTS, "text": f"{DOTS} and token={DOTS}"}
    assert mask_words("Bearer abcdef123") == f"Bearer {DOTS}"


def test_deep_and_wide_payloads_take_bounded_time() -> None:
    deep = '{"a":' * 300 + '"Bearer abcdef123"' + "}" * 300
    masked = mask_payload(decode(deep).value, deep)
    assert "abcdef123" not in masked.text
    wide = json.dumps({f"token {i}": {"token": i} for i in range(20_000)})
    assert mask_payload(json.loads(wide), wide).text.count(DOTS) == 20_000
