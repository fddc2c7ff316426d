"""What a profile would mask in a sample, for a window in which one is written."""

from typing import NamedTuple

from console.areas.incidents.core.redaction.profile import Profile
from console.areas.incidents.core.redaction.redactor import Redactor

_SAMPLE_KEY = bytes(32)
"""Pseudonyms of a sample are for the eye only: a bundle has a key of its own."""


class Span(NamedTuple):
    """A part of the sample that would be replaced."""

    start: int
    end: int
    rule: str
    path: str
    replacement: str


def try_sample(profile: Profile, text: str) -> list[Span]:
    """Return what the rules find in a sample (JSON or any text), in order; path rules hold for JSON."""
    return [Span(*cut[:5]) for cut in Redactor(profile, _SAMPLE_KEY).spans(text)]
