"""What a comparison tells: changes, each with its verdict and the rule behind it in plain words."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple, TypeAlias

from console.reporter.contracts.contract import Schema

Verdict: TypeAlias = Literal["BREAKING", "RISKY", "ADDITIVE", "COSMETIC"]
Direction: TypeAlias = Literal["request", "response"]
VERDICTS: tuple[Verdict, ...] = ("BREAKING", "RISKY", "ADDITIVE", "COSMETIC")
"""The worst first."""


class Change(NamedTuple):
    """One difference between an old and a new contract.

    `direction` is request, response or "" for what concerns both. `status` is the class or status of the answer ("" for
    requests). `path` is a place: `body.title`, `hits[].id`, the name of a parameter, "" for the endpoint as a whole. `kind`
    is one of few words with hyphens, `rule` says in plain words why the verdict is what it is; `old`, `new` are brief texts.

    BREAKING: some exchange that kept to the old contract no longer works, provably. RISKY: it may break callers that are
    stricter than the contract, or cannot be decided. ADDITIVE: all that worked still works. COSMETIC: words and order.
    """

    service: str
    method: str
    endpoint: str
    direction: str
    status: str
    path: str
    kind: str
    verdict: Verdict
    rule: str
    old: str
    new: str


class Comparison(NamedTuple):
    """All changes, the worst first; `verdict` is the worst or "", `versions` the old and the new ones in words.

    `is_unbumped`: something is BREAKING in a contract whose version did not say so (no new major version).
    """

    changes: tuple[Change, ...]
    verdict: str
    is_unbumped: bool
    versions: tuple[str, str]


class Effect:
    """What a difference does to the set of values."""

    WIDENS = "widens"
    NARROWS = "narrows"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    SAME = "same"


class Difference(NamedTuple):
    """One difference between two schemas, before its direction is weighed.

    `what` says in plain words what is new, `why` what follows from it where the effect alone does not tell. `verdict` stands
    where the effect does not decide. The nodes are the schemas at that place, or what of them counts. `is_within`: the place
    lies in one of several alternatives, so that another may make up for it.
    """

    path: str
    kind: str
    effect: str
    what: str
    old: Any
    new: Any
    old_node: Schema = True
    new_node: Schema = True
    verdict: Verdict | None = None
    why: str | None = None
    is_within: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether no proof changes the verdict: the values do not decide it."""
        return self.verdict is not None and self.effect == Effect.SAME

    @property
    def is_softened(self) -> bool:
        """Whether values come that were ruled out, in a way that most callers bear."""
        return self.verdict is not None and self.effect != Effect.SAME


_TAILS = {
    ("request", Effect.NARROWS): "what callers were free to send is now refused",
    ("request", Effect.DIFFERS): "what callers were free to send is now refused",
    ("request", Effect.WIDENS): "all that callers send is still accepted",
    ("response", Effect.NARROWS): "all that is answered still is what was promised",
    ("response", Effect.DIFFERS): "callers may get what the old contract ruled out",
    ("response", Effect.WIDENS): "callers may get what the old contract ruled out",
}
UNDECIDED = "whether this breaks a caller cannot be decided: review it"
UNCHANGED = "no value changes its standing"
TOO_LARGE = "too-large"
"""The kind of what was not compared whole."""


def is_harmful(effect: str, direction: Direction) -> bool:
    """Whether some value that may be sent in this direction is no longer understood."""
    return effect == Effect.DIFFERS or effect == (Effect.NARROWS if direction == "request" else Effect.WIDENS)


def judged(difference: Difference, direction: Direction) -> tuple[Verdict, str]:
    """Return the verdict and the rule in words."""
    if difference.verdict is not None:
        return difference.verdict, sentence(difference.what, difference.why or "")
    if difference.effect == Effect.UNKNOWN:
        return "RISKY", sentence(difference.what, UNDECIDED)
    if difference.effect == Effect.SAME:
        return "COSMETIC", sentence(difference.what, UNCHANGED)
    verdict: Verdict = "BREAKING" if is_harmful(difference.effect, direction) else "ADDITIVE"
    why = _TAILS[direction, difference.effect] if difference.why is None else difference.why
    return verdict, sentence(difference.what, why)


def sentence(what: str, why: str) -> str:
    """Return what is new and why that counts, as one line."""
    return f"{what}: {why}" if why else what


def brief(value: Any, limit: int = 120) -> str:
    """Return a value of a schema as a short text; None is nothing."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def worst(verdicts: list[Verdict]) -> str:
    """Return the worst of the verdicts, "" of none."""
    return next((one for one in VERDICTS if one in verdicts), "")
