"""Charts, drawn as SVG at build time from the same data as the table below each.

One line of HTML (Markdown leaves it alone), coloured by classes (the style sheet knows both schemes), with title and description
for those who do not see it. A chart has `data-search-exclude`: its axis is no text to be found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from html import escape

from . import formatting

Point = tuple[date, Fraction | None]  # None: not known, or not to be had, from that day on
WIDTH, HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 628, 34, 204


def steps(name: str, title: str, description: str, points: Sequence[Point], until: date, label: Callable[[Fraction], str]) -> str:
    """A value that holds from each date until the next, drawn as steps up to `until`; each level is labelled where it begins.

    `points`: (from, value), oldest first, at least one. `name`: an id that no other chart of the page has.
    """
    if points[-1][1] is None:
        *points, (until, _) = points
    first = points[0][0]
    days = max((until - first).days, 1)
    highest = max(value for _, value in points if value is not None) or Fraction(1)

    def x(day: date) -> Fraction:
        return _LEFT + Fraction((day - first).days, days) * (_RIGHT - _LEFT)

    def y(value: Fraction) -> Fraction:
        return _BOTTOM - value / highest * (_BOTTOM - _TOP)

    ends = [since for since, _ in points[1:]] + [until]
    line, area, drawing = "", "", False
    for (since, value), end in zip(points, ends, strict=True):
        if value is not None:
            line += f"V{_n(y(value))}H{_n(x(end))}" if drawing else f"M{_n(x(since))} {_n(y(value))}H{_n(x(end))}"
            area += f"M{_n(x(since))} {_BOTTOM}V{_n(y(value))}H{_n(x(end))}V{_BOTTOM}Z"
        drawing = value is not None
    labelled = _labelled(points, x)
    marks = "".join(_mark(x(since), y(value), label(value), str(since.year)) for since, value in labelled)
    if points[-1] not in labelled:  # the last level is the one that a reader looks for
        marks += f'<text class="chart__label chart__label--end" x="{_RIGHT}" y="{_n(y(points[-1][1]) - 12)}">{escape(label(points[-1][1]))}</text>'
    return (
        f'<figure class="chart" data-search-exclude><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{name}-title {name}-text"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-text">{escape(description)}</desc>'
        f'<path class="chart__area" d="{area}"/><path class="chart__axis" d="M{_LEFT} {_BOTTOM}H{_RIGHT}"/>'
        f'<path class="chart__line" d="{line}"/>{marks}'
        f'<text class="chart__year chart__year--end" x="{_RIGHT}" y="{_BOTTOM + 22}">{until.year}</text></svg></figure>'
    )


def _labelled(points: Sequence[Point], x: Callable[[date], Fraction]) -> list[tuple[date, Fraction]]:
    """The points with room for a label beside the one before."""
    chosen: list[tuple[date, Fraction]] = []
    for point in points:
        if point[1] is not None and (not chosen or x(point[0]) - x(chosen[-1][0]) > 70):
            chosen.append(point)
    return chosen


def _mark(x: Fraction, y: Fraction, text: str, year: str) -> str:
    end = x > _RIGHT - 90
    side = " chart__label--end" if end else ""
    return (
        f'<circle class="chart__dot" cx="{_n(x)}" cy="{_n(y)}" r="4"/>'
        f'<text class="chart__label{side}" x="{_n(x)}" y="{_n(y - 12)}">{escape(text)}</text>'
        + ("" if end else f'<text class="chart__year" x="{_n(x)}" y="{_BOTTOM + 22}">{year}</text>')
    )


def _n(value: Fraction | int) -> str:
    return formatting.quantity(value, 1).replace(",", "")
