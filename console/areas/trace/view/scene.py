"""The events of an arrangement as arrays, and where they stand on the screen: time to x, lane and row to y."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.areas.trace.core.trace import Arrangement
from console.model.taxonomy import severity_rank

LABEL_PX, AXIS_PX, ROW_PX, LANE_PADDING_PX, LEAST_LANE_PX = 204, 26, 16, 6, 46
_MARGIN_PX = 14
_LEAST_SPAN_MS = 0.01
_REACH_PX = 7.0
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class Scene:
    """Arrays in the order of `arrangement.placed`; times are ms since its start.

    `tops` has the y of each lane, and the end of the last. `first_failure` is an index like all others.
    """

    arrangement: Arrangement
    starts: Floats
    ends: Floats
    lanes: Ints
    rows: Ints
    ranks: Ints
    bars: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    tops: tuple[int, ...]
    first_failure: int | None

    @property
    def height(self) -> int:
        return self.tops[-1]

    def y_of(self) -> Ints:
        """Return the top of each event's row."""
        return np.asarray(self.tops[:-1], dtype=np.int64)[self.lanes] + LANE_PADDING_PX + self.rows * ROW_PX


def make_scene(arrangement: Arrangement) -> Scene:
    """Turn an arrangement into arrays."""
    placed, start, failure = arrangement.placed, arrangement.start_ms, arrangement.failure
    tops = [0]
    for lane in arrangement.lanes:
        tops.append(tops[-1] + max(LEAST_LANE_PX, 2 * LANE_PADDING_PX + lane.rows * ROW_PX))
    return Scene(
        arrangement,
        np.array([one.start_ms - start for one in placed], dtype=np.float64),
        np.array([one.end_ms - start for one in placed], dtype=np.float64),
        np.array([one.lane for one in placed], dtype=np.int64),
        np.array([one.row for one in placed], dtype=np.int64),
        np.array([severity_rank(one.event.severity) for one in placed], dtype=np.int64),
        np.array([one.event.is_bar for one in placed], dtype=np.bool_),
        np.array([one.event.failed for one in placed], dtype=np.bool_),
        tuple(tops),
        None if failure is None else next(i for i, one in enumerate(placed) if one.event.id == failure.event_id),
    )


@dataclass(slots=True)
class Camera:
    """Which part of the time axis is seen: `span_ms` from `since_ms` (since the trace's start) over `width_px`."""

    total_ms: float = 0.0
    since_ms: float = 0.0
    span_ms: float = 1.0
    width_px: int = 1

    @property
    def whole(self) -> tuple[float, float]:
        """Start and length of the whole, with a margin so that no sign is cut at the edge."""
        margin = max(self.total_ms * _MARGIN_PX / max(self.width_px - 2 * _MARGIN_PX, 2 * _MARGIN_PX), 0.5)
        return -margin, self.total_ms + 2 * margin

    @property
    def px_per_ms(self) -> float:
        return self.width_px / self.span_ms

    def fit(self) -> None:
        self.since_ms, self.span_ms = self.whole

    def resize(self, width_px: int) -> None:
        """Take another width: what showed all goes on to show all, any other part stays."""
        fitted = (self.since_ms, self.span_ms) == self.whole
        self.width_px = width_px
        if fitted:
            self.fit()

    def x_of(self, ms: float) -> float:
        return LABEL_PX + (ms - self.since_ms) * self.px_per_ms

    def xs_of(self, ms: Floats) -> Floats:
        return LABEL_PX + (ms - self.since_ms) * self.px_per_ms

    def ms_of(self, x: float) -> float:
        return self.since_ms + (x - LABEL_PX) / self.px_per_ms

    def zoom(self, factor: float, at_ms: float) -> None:
        """Show `1 / factor` of the time, with `at_ms` where it is."""
        share = (at_ms - self.since_ms) / self.span_ms
        self.span_ms = min(max(self.span_ms / factor, _LEAST_SPAN_MS), self.whole[1])
        self.move_to(at_ms - share * self.span_ms)

    def move_to(self, since_ms: float) -> None:
        """Start at `since_ms`, or as near as the ends allow."""
        low, length = self.whole
        self.since_ms = min(max(since_ms, low), max(low, low + length - self.span_ms))

    def reveal(self, start_ms: float, end_ms: float) -> None:
        """Bring a time into sight, moving as little as that needs."""
        margin = self.span_ms * 0.05
        if end_ms + margin > self.since_ms + self.span_ms:
            self.move_to(min(end_ms + margin - self.span_ms, start_ms - margin))
        elif start_ms - margin < self.since_ms:
            self.move_to(start_ms - margin)


def hit(scene: Scene, camera: Camera, x: float, y: float) -> int | None:
    """Return the event at a place (`y` below the axis, scrolling undone): the nearest point, else the shortest bar."""
    tops = scene.y_of()
    near = (tops <= y) & (y < tops + ROW_PX)
    if not near.any():
        return None
    lefts, rights = camera.xs_of(scene.starts), camera.xs_of(scene.ends)
    distance = np.maximum(np.maximum(lefts - x, x - rights), 0.0)
    near &= distance <= _REACH_PX
    numbers = np.flatnonzero(near)
    if not numbers.size:
        return None
    order = np.lexsort((rights[numbers] - lefts[numbers], distance[numbers]))
    return int(numbers[order[0]])


def neighbour(scene: Scene, index: int, lanes_on: int) -> int | None:
    """Return the event nearest in time in the lane `lanes_on` further down (negative: up), None beyond the last."""
    lane = int(scene.lanes[index]) + lanes_on
    numbers = np.flatnonzero(scene.lanes == lane)
    if not numbers.size:
        return None
    return int(numbers[np.abs(scene.starts[numbers] - scene.starts[index]).argmin()])


def one_a_place(keys: Ints, worth: Ints) -> Ints:
    """Return the indices of the most worthy of each equal key: what lies on top of each other is drawn once."""
    order = np.lexsort((-worth, keys))
    sorted_keys = keys[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = sorted_keys[1:] != sorted_keys[:-1]
    return order[first]
