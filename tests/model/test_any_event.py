"""Whatever a producer sends: no exception, the text kept exactly, an event or a reason, and the event can be stored."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.model.dialects import piece_of, split_message
from console.model.reader import read_event
from console.store.recording import unbindable
from tests.model.json_values import mutated_texts

NOW_MS = 1_795_442_300_000


def check(text: str) -> None:
    for piece in split_message(text):
        assert piece.text in text
        if piece.data is None:
            assert piece.note, "what is quarantined has a reason"
            continue
        event = read_event(piece, NOW_MS, "source")
        assert event.text == piece.text
        assert unbindable(event) is None
        assert isinstance(event.ts_ms, int)
        assert event.service or event.degraded
        assert event.message
        assert len(event.message) <= 500
        for column in (event.uid, event.correlation_id, event.entity_type, event.entity_id, event.fingerprint):
            assert column is None or (isinstance(column, str) and 0 < len(column) <= 400)
        assert event.duration_ms is None or abs(event.duration_ms) < float("inf")


@settings(max_examples=200, deadline=None)
@given(mutated_texts())
@example('{"eventType":"performance","timestamp":1,"service":"s","data":{},"performance":{"duration":' + "9" * 400 + "}}")
@example('{"eventType":"info","timestamp":1,"service":"s","data":' + '{"a":' * 400 + '"\\ud800"' + "}" * 402)
@example('{"eventType":"sync_update","service":"","data":{"issue":{"issueType":' + "[" * 900 + "]" * 900 + "}}}")
def test_a_broken_real_event_is_an_event_or_has_a_reason(text: str) -> None:
    check(text)
    assert piece_of(text).text == text


@settings(max_examples=60, deadline=None)
@given(st.lists(mutated_texts(), min_size=1, max_size=4), st.sampled_from(("array", "lines", "reports", "request")))
def test_every_way_to_send_many_keeps_every_text(texts: list[str], way: str) -> None:
    body = '{"reports":[' + ",".join(texts) + '],"metadata":{}}'
    message = {
        "array": "[" + ",".join(texts) + "]",
        "lines": "\n".join(texts),
        "reports": body,
        "request": '{"method":"POST","url":"/api/v1/errors","body":' + body + "}",
    }[way]
    check(message)
    kept = "".join(piece.text for piece in split_message(message))
    assert all(text in kept for text in texts)


@settings(max_examples=150, deadline=None)
@given(st.text() | st.text(alphabet='{}[]":,\\u0d89ENaIn \n\ufeff\u2028'))
@example("[{}] and more")
@example('[{"a":1},oops,{"b":2}]')
@example("")
def test_any_text_at_all_is_read_and_nothing_of_it_is_dropped(text: str) -> None:
    check(text)
    punctuation = "[], \n" if text.removeprefix("\ufeff").strip().startswith("[") else ""
    kept = _without(text, punctuation)
    assert _without("".join(piece.text for piece in split_message(text)), punctuation) == kept


def _without(text: str, punctuation: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in punctuation + "\ufeff")
