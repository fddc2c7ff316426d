"""Redaction: what must not leave is masked, everything else stays byte for byte.

In order: `Redactor` over all that is packed (in as many processes as there are; their `masked` and `report` merge), then
`Sweep(masked)` over all of it (what was masked in one place may stand openly in another, also before it), then
`FinalSearch(masked, profile)` over the finished members.
"""

from console.areas.incidents.core.redaction.final_search import FinalSearch, Hit
from console.areas.incidents.core.redaction.masked import Masked
from console.areas.incidents.core.redaction.profile import Profile, ProfileError, read_profile
from console.areas.incidents.core.redaction.redactor import Redactor
from console.areas.incidents.core.redaction.report import Report, Sample
from console.areas.incidents.core.redaction.sampling import Span, try_sample
from console.areas.incidents.core.redaction.shipped import default_profile, default_text
from console.areas.incidents.core.redaction.sweep import Sweep

__all__ = [
    "FinalSearch",
    "Hit",
    "Masked",
    "Profile",
    "ProfileError",
    "Redactor",
    "Report",
    "Sample",
    "Span",
    "Sweep",
    "default_profile",
    "default_text",
    "read_profile",
    "try_sample",
]
