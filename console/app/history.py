"""Back and Forward: the visited places with the scope they were seen under."""

from dataclasses import dataclass, field, replace

from console.model.area import Ref
from console.qt.shell import Scope

KEPT = 200
MERGE_MS = 2_000


@dataclass(frozen=True, slots=True)
class Visit:
    """A place and its scope. `kind` says what led here; quick changes of one kind are one visit."""

    ref: Ref
    scope: Scope
    kind: str = "place"
    at_ms: int = 0


@dataclass(slots=True)
class History:
    """Visits in order; `position` is the present one."""

    visits: list[Visit] = field(default_factory=list)
    position: int = -1

    def record(self, visit: Visit) -> None:
        """Arrive somewhere new: what lay ahead is forgotten."""
        now = self.now()
        if now is not None and (now.ref, now.scope) == (visit.ref, visit.scope):
            return
        del self.visits[self.position + 1 :]
        typing = now is not None and visit.kind == now.kind != "place" and visit.at_ms - now.at_ms < MERGE_MS
        if typing and self.position > 0:
            self.visits[self.position] = visit
        else:
            self.visits.append(visit)
        del self.visits[:-KEPT]
        self.position = len(self.visits) - 1

    def touch(self, ref: Ref) -> None:
        """Note where exactly in the present place the person is, before leaving it."""
        now = self.now()
        if now is not None and now.ref.area == ref.area:
            self.visits[self.position] = replace(now, ref=ref)

    def now(self) -> Visit | None:
        return self.visits[self.position] if self.visits else None

    def can_go(self, steps: int) -> bool:
        return bool(self.visits) and 0 <= self.position + steps < len(self.visits)

    def go(self, steps: int) -> Visit | None:
        """Move by `steps` and return the visit there; None when there is none."""
        if not self.can_go(steps):
            return None
        self.position += steps
        return self.visits[self.position]
