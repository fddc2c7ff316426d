"""Decisions of the timeline, free of Qt, clock and store: repeats, edits, jumps, the time axis."""

from console.areas.timeline.core.jump import JUMP_FORMS, JumpError, parse_jump
from console.areas.timeline.core.listing import Edits, Run, diff_sorted, fold_repeats

__all__ = [
    "JUMP_FORMS",
    "Edits",
    "JumpError",
    "Run",
    "diff_sorted",
    "fold_repeats",
    "parse_jump",
]
