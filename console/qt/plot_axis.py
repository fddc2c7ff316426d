"""Axes: local clock time below, values with their unit on the left."""

import math
from datetime import datetime
from typing import Any

import pyqtgraph as pg

from console.qt.plot_format import format_value

_DAY_S = 86_400
_STEPS_S = (
    0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600,
    43_200, _DAY_S, 2 * _DAY_S, 7 * _DAY_S, 30 * _DAY_S, 90 * _DAY_S, 365 * _DAY_S,
)  # fmt: skip
_PIXELS_PER_TICK = 84


class LocalTimeAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Ticks on round local times. x is Unix seconds."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        step = time_step(maxVal - minVal, size)
        return [(step, time_ticks(minVal, maxVal, step))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [time_label(value, spacing) for value in values]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Values with a unit; about one tick per 30 pixels."""

    def __init__(self, unit: str, **options: Any) -> None:
        super().__init__("left", **options)
        self._unit = unit
        self._log = False

    def set_log(self, log: bool) -> None:
        """Take positions as powers of ten from now on."""
        self._log = log
        self.picture = None
        self.update()

    def set_unit(self, unit: str) -> None:
        """Write values in another unit from now on."""
        self._unit = unit
        self.picture = None
        self.update()

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        if self._log:
            return [(1.0, log_ticks(minVal, maxVal, size))]
        step = value_step(maxVal - minVal, size, whole=self._unit == "")
        first = math.ceil(minVal / step - 1e-9)
        last = math.floor(maxVal / step + 1e-9)
        return [(step, [number * step for number in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self._log:
            return [format_value(10.0**value, self._unit) for value in values]
        return [format_value(0.0 if abs(value) < spacing / 1e6 else value, self._unit) for value in values]


def time_step(span_s: float, pixels: float) -> float:
    """Return the seconds between ticks that leave each label its room."""
    wanted = max(span_s, 1e-3) * _PIXELS_PER_TICK / max(pixels, 1)
    return next((step for step in _STEPS_S if step >= wanted), _STEPS_S[-1])


def time_ticks(since_s: float, until_s: float, step_s: float) -> list[float]:
    """Return the ticks in a range, whole multiples of the step in the local time at its start.

    Behind a change to or from summer time ticks keep their distance; their labels are right all the same.
    """
    offset = datetime.fromtimestamp(since_s).astimezone().utcoffset()
    shift = offset.total_seconds() if offset else 0.0
    first = math.ceil((since_s + shift) / step_s)
    last = math.floor((until_s + shift) / step_s)
    return [number * step_s - shift for number in range(first, last + 1)]


def time_label(time_s: float, step_s: float) -> str:
    """Return the label of a tick: seconds only where ticks need them, the day at midnight and for long steps."""
    local = datetime.fromtimestamp(time_s).astimezone()
    if step_s >= _DAY_S or (step_s >= 60 and local.hour == local.minute == 0):
        return f"{local.day} {local:%b}"
    if step_s >= 60:
        return local.strftime("%H:%M")
    return local.strftime("%H:%M:%S") if step_s >= 1 else local.strftime("%S.%f")[:-3]


def value_step(span: float, pixels: float, *, whole: bool) -> float:
    """Return 1, 2 or 5 times a power of ten, so that ticks stand about 30 pixels apart; `whole`: at least 1."""
    wanted = max(span, 1e-12) * 30 / max(pixels, 1)
    power = 10.0 ** math.floor(math.log10(wanted))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= wanted * (1 - 1e-9))
    return max(step, 1.0) if whole else step


def log_ticks(low: float, high: float, pixels: float) -> list[float]:
    """Return the powers of ten (as exponents) in a range, with 2 and 5 times them where there is room."""
    room = pixels / max(high - low, 1e-9)
    factors = (1, 2, 5) if room >= 100 else (1, 3) if room >= 60 else (1,)
    skip = max(1, math.ceil(24 / max(room, 1e-9)))
    powers = range(math.floor(low), math.ceil(high) + 1, skip)
    ticks = [power + math.log10(factor) for power in powers for factor in factors]
    return [tick for tick in ticks if low <= tick <= high]
