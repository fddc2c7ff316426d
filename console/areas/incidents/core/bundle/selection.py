"""What a bundle is asked to hold."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events. What is named (correlations, groups, conflicts, ids) is joined; nothing named is everything. Filter and
    range narrow it.

    Times are Unix ms, both ends included. `around_ms` adds whatever happened so long before and after each chosen event.
    `groups` are ids of the Errors area, `conflicts` those of issues of the Sync area, `ids` the store's event ids.
    """

    since_ms: int | None = None
    until_ms: int | None = None
    filter: str = ""
    correlations: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    conflicts: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    around_ms: int = 0

    @property
    def is_named(self) -> bool:
        """Whether single things are named, so that not all events are meant."""
        return bool(self.correlations or self.groups or self.conflicts or self.ids)

    def words(self) -> str:
        """Say in a line what was asked for, without its times."""
        parts = [
            *(f"correlation {one}" for one in self.correlations),
            *(f"error group {one}" for one in self.groups),
            *(f"conflict {one}" for one in self.conflicts),
        ]
        if self.ids:
            parts.append(f"{len(self.ids):,} chosen event{'s' if len(self.ids) > 1 else ''}")
        said = " and ".join(parts) or "all events"
        if self.filter:
            said += f" that match {self.filter}"
        if self.around_ms:
            said += f", and {self.around_ms / 1000:g} s around"
        return said
