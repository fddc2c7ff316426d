"""What a Python service embeds to produce a debug stream; imports nothing of the console.

reporter = Reporter(service="server")
reporter.serve(port=9123)
app = ReporterMiddleware(app, reporter=reporter)
"""

from typing import TYPE_CHECKING, Any

from console.reporter.asgi import ReporterMiddleware, with_contract
from console.reporter.commands import CommandAnswer
from console.reporter.correlation import correlation, correlation_id, extract, inject, new_correlation_id
from console.reporter.reporter import Reporter

if TYPE_CHECKING:
    from console.reporter.status import ReporterStatus

__all__ = [
    "CommandAnswer",
    "Reporter",
    "ReporterMiddleware",
    "ReporterStatus",
    "correlation",
    "correlation_id",
    "extract",
    "inject",
    "new_correlation_id",
    "with_contract",
]


def __getattr__(name: str) -> Any:
    if name == "ReporterStatus":  # loaded when asked for: `dataclasses` would double the time to import this package
        from console.reporter.status import ReporterStatus

        return ReporterStatus
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
