"""Two payloads, field by field, as texts for a table."""

from typing import Any, Literal, NamedTuple

from console.model.rendering import brief_json, diff_values

Change = Literal["equal", "changed", "added", "removed"]


class Difference(NamedTuple):
    """One field: its path from `$`, and what stands left and right as JSON text ("" where it is absent)."""

    path: str
    change: Change
    left: str
    right: str


class Comparison(NamedTuple):
    """`cut` is True when more than the allowed number of fields were met and the rest was left out."""

    differences: list[Difference]
    cut: bool


def compare_payloads(left: Any, right: Any, max_fields: int = 20_000) -> Comparison:
    """Compare two decoded JSON values as `diff_values` does."""
    found = diff_values(left, right, max_fields)
    return Comparison(
        [
            Difference(
                one.path,
                "equal" if one.kind == "same" else one.kind,
                "" if one.kind == "added" else brief_json(one.left),
                "" if one.kind == "removed" else brief_json(one.right),
            )
            for one in found.fields
        ],
        found.cut,
    )
