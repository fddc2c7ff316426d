"""What a merge is told beside the three sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias, get_args

Policy: TypeAlias = Literal["server", "client", "max", "min", "counter", "set", "text", "ignore"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
LONG_TEXT = 80
"""Characters from which on a text of one line is merged by words."""


@dataclass(frozen=True)
class MergeOptions:
    """How to merge. Patterns of paths are those of `pattern`; the first that matches counts.

    `policies` are (pattern, policy), `keys` (pattern, name): which member identifies the items of the list there; `id`
    where none matches. `server` says which side is the server's; the other is the client's.
    """

    policies: tuple[tuple[str, Policy], ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    long_text: int = LONG_TEXT
    server: Literal["local", "remote"] = "remote"

    def __post_init__(self) -> None:
        """Refuse policies that do not exist with `ValueError`."""
        for _, policy in self.policies:
            if policy not in POLICIES:
                raise ValueError(f"no policy: {policy} (one of {', '.join(POLICIES)})")

    @cached_property
    def counts(self) -> bool:
        """Whether equal changes of both sides may have to be added up."""
        return any(policy == "counter" for _, policy in self.policies)

    def to_json(self) -> dict[str, Any]:
        """Return the options as JSON; see `from_json`."""
        return {
            "policies": [list(rule) for rule in self.policies],
            "keys": [list(rule) for rule in self.keys],
            "longText": self.long_text,
            "server": self.server,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "MergeOptions":
        """Read what `to_json` wrote. Raises `KeyError`, `TypeError` or `ValueError` for anything else."""
        return cls(
            tuple((str(pattern), policy) for pattern, policy in told["policies"]),
            tuple((str(pattern), str(name)) for pattern, name in told["keys"]),
            int(told["longText"]),
            "local" if told["server"] == "local" else "remote",
        )


DEFAULTS = MergeOptions()
