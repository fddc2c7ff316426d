"""Looking at nouns only finds the same as the pattern tried at each word."""

from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.redaction.said import _PROSE, _prose

WORDS = st.sampled_from([
    "password", "the api key", "API_KEY", "my-secret", "session-key", "x.token", "access key", "accesskey",
    "creds", "Cookies", "İ", "is", "was", "->", "=", '"', "aB3dE5fG7hI9", "hunter2", "private key",
    "master_key", "passcode", "foo_pwd", "-", "_", ".", "key", "keys", "pass phrase", "a" * 50 + "_token",
    "otp", "pin", "PIN", "recovery code", "backup_codes", "set to", "for bob:", "|", "has been reset to",
])  # fmt: skip
BLANKS = st.sampled_from(["", " ", "  ", "\t", "\n"])


@given(st.lists(st.tuples(WORDS, BLANKS), max_size=10))
def test_the_same_is_found_as_at_each_word(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + blank for word, blank in parts)
    assert [found.span() for found in _prose(text)] == [found.span() for found in _PROSE.finditer(text)]
