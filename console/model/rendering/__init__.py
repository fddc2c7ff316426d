"""What an event holds, written for people and for other programs. Pure."""

from console.model.rendering.calls import as_curl, as_httpie, as_python
from console.model.rendering.differences import Difference, Differences, Hunk, brief_json, diff_lines, diff_values
from console.model.rendering.statements import format_sql, sql_with_params

__all__ = [
    "Difference",
    "Differences",
    "Hunk",
    "as_curl",
    "as_httpie",
    "as_python",
    "brief_json",
    "diff_lines",
    "diff_values",
    "format_sql",
    "sql_with_params",
]
