"""Decisions of the timeline, free of Qt, clock and store: repeats, edits, jumps, comparison, the time axis."""

from console.areas.timeline.core.comparing import Comparison, Difference, compare_payloads
from console.areas.timeline.core.jump import JUMP_FORMS, JumpError, parse_jump
from console.areas.timeline.core.listing import Edits, Run, diff_sorted, fold_repeats

__all__ = [
    "JUMP_FORMS",
    "Comparison",
    "Difference",
    "Edits",
    "JumpError",
    "Run",
    "compare_payloads",
    "diff_sorted",
    "fold_repeats",
    "parse_jump",
]
