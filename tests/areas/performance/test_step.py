from hypothesis import given
from hypothesis import strategies as st

from console.areas.performance.core.step import LEVELS_MS, MAX_POINTS, grid_for, step_for

times = st.integers(0, 4_000_000_000_000)


@given(times, times)
def test_a_grid_covers_its_range_in_few_whole_steps(since: int, until: int) -> None:
    grid = grid_for(since, until)
    assert grid.since_ms <= since < grid.until_ms
    assert until <= grid.until_ms or until <= since
    assert grid.since_ms % grid.step_ms == grid.until_ms % grid.step_ms == 0
    assert (grid.until_ms - grid.since_ms) // grid.step_ms <= MAX_POINTS + 1
    assert grid.level_ms in LEVELS_MS
    assert grid.step_ms % grid.level_ms == 0


def test_steps_of_common_ranges() -> None:
    minute = 60_000
    assert step_for(15 * minute) == 10_000
    assert step_for(24 * 60 * minute) == 10 * minute
    assert grid_for(0, 24 * 60 * minute).level_ms == 10 * minute
    assert step_for(10_000 * 86_400_000) % 86_400_000 == 0
