"""What a new contract does to those who kept to the old one: pure, given two contracts, returning changes with verdicts.

A request is compatible when all that old callers send the new service accepts; a response, when all that the new service
answers the old callers accept.
"""

from console.areas.contracts.core.compatibility.changes import VERDICTS, Change, Comparison
from console.areas.contracts.core.compatibility.comparing import compare, compare_all

__all__ = ["VERDICTS", "Change", "Comparison", "compare", "compare_all"]
