"""Which values stand for others that were taken out before anybody could look at them."""

from __future__ import annotations

import re
from typing import Any

_MASKED = re.compile(
    r"[\[<({](?:masked|redacted|filtered|hidden|removed|secret)(?:[:\s][^\])>}]{0,80})?[\])>}]|[*•]{3,}", re.IGNORECASE
)
_LONGEST = 4_096


def is_masked(value: Any) -> bool:
    """Tell whether this is what a masking has left: `[masked]`, `Bearer [REDACTED]`, `***`; it says nothing of the value."""
    return isinstance(value, str) and len(value) <= _LONGEST and _MASKED.search(value) is not None


def is_masked_list(value: Any) -> bool:
    """Tell whether a value, or one in a list of them, is masked."""
    return any(map(is_masked, value)) if isinstance(value, list) else is_masked(value)
