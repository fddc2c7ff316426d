"""Plots as SVG: bars and lines over a time axis. Colours come from the report's style, by class."""

from collections.abc import Mapping, Sequence

from console.areas.incidents.core.report.markup import Html, element, join
from console.areas.incidents.core.report.words import axis_moment, duration

WIDTH = 960
LEFT = 64
"""Room for the numbers of the upright axis."""
_HEIGHT = 150
_TOP, _BOTTOM = 10, 24
_TICKS = 5


def drawing(title: str, height: float, *shapes: Html, width: float = WIDTH) -> Html:
    """Return a picture with its title, which is also what a screen reader says."""
    return element(
        "svg", element("title", title), *shapes, viewBox=f"0 0 {width:g} {height:g}", role="img", aria_label=title
    )  # fmt: skip


def label(x: float, y: float, words: str, *, anchor: str = "start", class_: str = "quiet") -> Html:
    """Return words at a place."""
    return element("text", words, x=x, y=y, text_anchor=anchor, class_=class_)


def time_axis(since_ms: float, until_ms: float, y: float, *, left: float = LEFT, offsets: bool = False) -> Html:
    """Return marks and times below a plot from `left` to WIDTH; `offsets` counts from its start."""
    shapes = [element("line", x1=left, y1=y, x2=float(WIDTH), y2=y, class_="axis")]
    for place in range(_TICKS):
        share = place / (_TICKS - 1)
        at_ms = since_ms + share * (until_ms - since_ms)
        words = f"+{duration(at_ms - since_ms)}" if offsets else axis_moment(at_ms, until_ms - since_ms)
        x = left + share * (WIDTH - left)
        shapes.append(element("line", x1=x, y1=y, x2=x, y2=y + 4, class_="axis"))
        shapes.append(label(x, y + 16, words, anchor="start" if not place else "end" if share == 1 else "middle"))
    return join(shapes)


def sparkline(counts: Sequence[int]) -> Html:
    """Return small bars, the highest as high as the picture."""
    most = max(counts, default=0)
    if not most:
        return Html("")
    width = 120 / len(counts)
    bars = [
        element("rect", x=place * width, y=24 - height, width=max(width - 1, 0.5), height=height, class_="line1")
        for place, n in enumerate(counts)
        if n and (height := max(1.5, 24 * n / most))
    ]
    return element(
        "svg", element("title", f"at most {most:,} a step"), *bars, viewBox="0 0 120 24", role="img", class_="spark"
    )


def stacked_bars(title: str, since_ms: int, step_ms: int, counts: Mapping[str, Sequence[int]]) -> Html:
    """Return counts as bars, one part a key, stacked in the order of the keys; the key is the class."""
    steps = max((len(one) for one in counts.values()), default=0)
    sums = [sum(one[place] for one in counts.values()) for place in range(steps)]
    most = max(sums, default=0)
    if not most:
        return Html("")
    room, width = _HEIGHT - _TOP - _BOTTOM, (WIDTH - LEFT) / steps
    shapes = [*_upright(f"{most:,}", "0")]
    for place in range(steps):
        y = float(_HEIGHT - _BOTTOM)
        for name, one in counts.items():
            if one[place]:
                height = room * one[place] / most
                y -= height
                x = LEFT + place * width
                shapes.append(element("rect", x=x, y=y, width=max(width - 0.5, 0.5), height=height, class_=f"s-{name}"))
    shapes.append(time_axis(since_ms, since_ms + steps * step_ms, _HEIGHT - _BOTTOM))
    return drawing(title, _HEIGHT, *shapes)


def lines(
    title: str, since_ms: int, step_ms: int, series: Mapping[str, Sequence[float | None]], top: str, most: float
) -> Html:  # fmt: skip
    """Return lines over time, interrupted where there is no value; `top` says how much `most`, the upper edge, is."""
    steps = max((len(one) for one in series.values()), default=0)
    if not steps or most <= 0:
        return Html("")
    room, width = _HEIGHT - _TOP - _BOTTOM, (WIDTH - LEFT) / steps
    shapes = [*_upright(top, "0")]
    for number, one in enumerate(series.values(), 1):
        points: list[str] = []
        for place, value in enumerate([*one, None]):
            if value is not None:
                points.append(f"{LEFT + (place + 0.5) * width:.1f},{_HEIGHT - _BOTTOM - room * value / most:.1f}")
            elif points:
                shapes.append(_line(points, number))
                points = []
    shapes.append(time_axis(since_ms, since_ms + steps * step_ms, _HEIGHT - _BOTTOM))
    return drawing(title, _HEIGHT, *shapes)


def _line(points: list[str], number: int) -> Html:
    if len(points) == 1:
        x, y = points[0].split(",")
        return element("circle", cx=x, cy=y, r=2.5, class_=f"line{number}")
    return element("polyline", points=" ".join(points), class_=f"stroke{number}")


def _upright(top: str, bottom: str) -> tuple[Html, ...]:
    floor = float(_HEIGHT - _BOTTOM)
    return (
        element("line", x1=float(LEFT), y1=float(_TOP), x2=float(WIDTH), y2=float(_TOP), class_="grid"),
        label(LEFT - 6, _TOP + 4, top, anchor="end"),
        label(LEFT - 6, floor, bottom, anchor="end"),
    )
