"""The platform's recorded posts: `{"reports": […], "metadata": …}`, bare or as the request that carried it.

A file holds one a line (then `jsonl.read_jsonl` reads it, as ingest would), or is one JSON document: a post, a request,
or an array of either. What belongs to no report, such as the headers of the post, is no event and is left.
"""

from collections.abc import Iterator

import msgspec

from console.areas.incidents.core.found import FileRefused, Found, found
from console.model.decoding import decode
from console.model.dialects import split_message


class _Body(msgspec.Struct):
    reports: list[msgspec.Raw]


class _Request(msgspec.Struct):
    method: str
    url: str
    body: _Body


_BODY = msgspec.json.Decoder(_Body)
_REQUEST = msgspec.json.Decoder(_Request)
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])


def is_post(text: str) -> bool:
    """Tell whether a JSON text is a post, bare or as a request, and no event that happens to hold `reports`."""
    for decoder in (_REQUEST, _BODY):
        try:
            decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            continue
        pieces = split_message(text)
        return not (len(pieces) == 1 and pieces[0].text == text.strip())
    return False


def read_document(text: str) -> Iterator[Found]:
    """Yield the events of a file that is one JSON document, whatever holds them. Raises FileRefused, with the line."""
    if problem := decode(text).problem:
        raise FileRefused(problem)
    try:
        posts = [str(raw, "utf-8") for raw in _ARRAY.decode(text)]
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        posts = [text]
    for number, post in enumerate(posts, 1):
        pieces = split_message(post) if is_post(post) else split_message(f"[{post}]")
        for place, piece in enumerate(pieces, 1):
            yield found(f"item {number:,}" + (f", report {place:,}" if len(pieces) > 1 else ""), piece)
