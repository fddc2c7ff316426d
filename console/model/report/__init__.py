"""What an event says about an error, in order: sections of facts, and the parts that have a face of their own.

`read_sections` shows everything and drops nothing; `console.model.report.parts` finds the request, the statement,
the two sides of a conflict and so on, whatever dialect they came in.
"""

from console.model.report.sections import SECTIONS, Fact, Section, read_sections

__all__ = ["SECTIONS", "Fact", "Section", "read_sections"]
