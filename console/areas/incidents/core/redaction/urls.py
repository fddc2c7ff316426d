"""Secrets in addresses: before the host (`https://user:password@host`), and in paths (`/reset-password/…`)."""

import re
from collections.abc import Iterator

from console.areas.incidents.core.redaction.cuts import is_mask
from console.areas.incidents.core.redaction.looks import looks_secret
from console.areas.incidents.core.redaction.names import Names
from console.areas.incidents.core.redaction.said import Span

_USERINFO = re.compile(
    r"://(?:([^\s/?#\"'<>\\]{1,1000})|([^\s/?#\"'<>\\:@]{1,100}:(?!\d{1,5}[/?#])[^\s\"'<>\\@?#]{1,300}))@(?=[\w\[.:%-])"
)
"""A password with a slash in it is none to a parser of URLs, but people write it; digits and a slash are a port."""
_SECRET_STEP = re.compile(
    r"/(?:[a-z]{1,12}[-_]){0,3}(?:tokens?|reset|password|invites?|invitations?|magic|magic-?links?|verify|verification"
    r"|confirm|confirmation|activate|activation|unsubscribe|shared?|hooks?|webhooks?|apikeys?|keys?|callback|otp|onboard|join|signin|login)"
    r"(?=((?:/[^/\s?#\"'<>\\]{1,512}){1,4}))",
    re.IGNORECASE,
)
_STEP = re.compile(r"[^/]+")
PATH_HINTS = (
    *("token", "/reset", "-reset/", "password", "invit", "magic", "/verif", "-verif", "/confirm", "-confirm", "/activat"),
    *("unsubscribe", "/share", "hook/", "hooks/", "key/", "keys/", "callback/", "/otp/", "onboard", "join/", "signin/"),
    "login/",
)


def find_userinfo(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the user and password of an address stand, without the @."""
    for found in _USERINFO.finditer(text):
        span = found.span(1 if found[1] is not None else 2)
        if not is_mask(text[slice(*span)]):
            yield span


def find_steps(text: str, _: Names) -> Iterator[Span]:
    """Yield the steps of a path that look like secrets, behind one that says so: `/reset-password/…`, `/hooks/catch/7/…`."""
    for found in _SECRET_STEP.finditer(text):
        for step in _STEP.finditer(found[1]):
            if looks_secret(step[0]):
                start = found.start(1) + step.start()
                yield start, start + len(step[0]), "secret"
