"""What a bundle's manifest says, as the report tells it."""

from collections.abc import Iterable

from console.areas.incidents.core.bundle.manifest import Manifest
from console.areas.incidents.core.report.facts import About, Masked, Note
from console.areas.incidents.core.report.words import moment

OTHER_PATHS = "elsewhere"


def about_of(manifest: Manifest, notes: Iterable[tuple[str, str]] = ()) -> About:
    """Return what a manifest and the bundle's notes, (title, Markdown) after redaction, say of the whole."""
    chosen = manifest.selection
    asked = [("Chosen", chosen.words())]
    if chosen.since_ms is not None or chosen.until_ms is not None:
        asked.append(
            ("Asked for", f"{moment(chosen.since_ms) or 'the beginning'} to {moment(chosen.until_ms) or 'the end'}")
        )
    return About(
        title=manifest.title,
        made_ms=manifest.made_ms,
        console_version=manifest.console,
        asked=tuple(asked),
        notes=tuple(Note(title, markdown) for title, markdown in notes),
        masked=_masked(manifest),
    )


def _masked(manifest: Manifest) -> tuple[Masked, ...]:
    """The manifest names the paths with the most; what is left of a rule's count was masked at others."""
    rows = [Masked(one.rule, one.path, one.times) for one in manifest.redaction.paths]
    for rule, total in manifest.redaction.rules.items():
        if (rest := total - sum(row.count for row in rows if row.rule == rule)) > 0:
            rows.append(Masked(rule, OTHER_PATHS, rest))
    return tuple(sorted(rows, key=lambda row: -row.count))
