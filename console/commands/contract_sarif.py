"""Changes, findings and violations as one SARIF log in text."""

import json
from collections.abc import Iterable

from console import __version__
from console.areas.contracts.core.compatibility.changes import Change
from console.areas.contracts.core.sarif import SarifResult, sarif_of
from console.areas.contracts.store.answers import FindingRow, ViolationRow


def sarif_log(results: Iterable[SarifResult]) -> str:
    """Return the log, indented."""
    return json.dumps(sarif_of(results, __version__), indent=2)


def change_result(change: Change, file: str, version: str) -> SarifResult:
    """Return one change between two versions; `file` is the new one's."""
    values = f" ({change.old or 'nothing'} → {change.new or 'nothing'})" if change.old or change.new else ""
    where = " ".join(part for part in (change.direction, change.status, change.path) if part)
    message = f"{where + ': ' if where else ''}{change.rule}{values}"
    return SarifResult(
        change.kind, change.kind.replace("-", " "), change.verdict, message, change.service, change.method, change.endpoint,
        change.path or "$", change.direction, change.status, version, file=file,
    )  # fmt: skip


def finding_result(row: FindingRow) -> SarifResult:
    """Return one finding of drift."""
    message = f"{row.path}: expected {row.expected or 'nothing'}, observed {row.observed}: {row.rule} ({row.chance})"
    return SarifResult(
        f"drift-{row.kind}", f"drift: {row.kind}", row.severity, message, row.service, row.method, row.endpoint, row.path,
        row.direction, row.status, row.version, row.n, row.state == "muted",
        properties={"unbumped": row.is_unbumped, "finding": row.id},
    )  # fmt: skip


def violation_result(row: ViolationRow) -> SarifResult:
    """Return one violation with its count."""
    return SarifResult(
        row.kind, row.kind.replace("_", " "), "VIOLATION", row.message, row.service, row.method, row.endpoint, row.path,
        row.direction, "", row.version, row.count, properties={"keyword": row.keyword, "told by": row.by},
    )  # fmt: skip
