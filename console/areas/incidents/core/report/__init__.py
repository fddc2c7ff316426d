"""The readable report of an incident: one self-contained HTML page.

`console.areas.incidents.store.reporting.facts_of` reads what it tells; `build_report` writes it.
"""

from console.areas.incidents.core.report.about import about_of
from console.areas.incidents.core.report.document import build_report
from console.areas.incidents.core.report.facts import About, Masked, Note, ReportFacts

__all__ = ["About", "Masked", "Note", "ReportFacts", "about_of", "build_report"]
