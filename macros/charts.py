"""Charts, drawn as SVG at build time from the same data as the table below each.

A chart is drawn twice, for a wide window and for a phone, and the style sheet shows one of them. One line of HTML (Markdown leaves it
alone), colored by classes (the style sheet knows both schemes), with title and description for those who do not see it. A chart has
`data-search-exclude`: its axis is no text to be found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from . import formatting
from .markup import escaped


@dataclass(frozen=True)
class Step:
    """A value that holds from a day on; None: not known, or not to be had, from that day on. `why`: what changed, in a few words."""

    since: date
    value: Fraction | None
    why: str = ""


@dataclass(frozen=True)
class Chart:
    """`unit`: what the axis counts ("per GB-month"). `label`: a value as text. `until`: the day of the build. `name`: an id of its page."""

    name: str
    title: str
    description: str
    unit: str
    steps: Sequence[Step]
    until: date
    label: Callable[[Fraction], str]


@dataclass(frozen=True)
class _Format:
    kind: str
    width: int
    height: int


# In units of the drawing. The tall one is as wide as the text column of a small phone.
_WIDE, _TALL = _Format("wide", 640, 260), _Format("tall", 300, 280)
_MARGIN, _TOP, _BELOW, _LINE, _GAP = 6, 62, 26, 17, 8
_CLEAR = 6  # of the line that leads to a step
_LETTER = {"label": 8.4, "why": 6.9, "day": 7.8}  # how wide a letter is, about
_SHORTEST = 4  # a level that is narrower than its dot has no line
_VISIBLE = Fraction(1, 80)  # of the axis: a smaller step looks like none


def steps(chart: Chart) -> str:
    """The steps, up to `until` or the day on which they ended; empty where there are not two levels that the eye can tell apart."""
    known = [step.value for step in chart.steps if step.value is not None]
    if not known or max(known) - min(known) <= max(known) * _VISIBLE:
        return ""
    drawings = "".join(_drawing(chart, form) for form in (_WIDE, _TALL))
    return f'<figure class="chart" data-search-exclude>{drawings}</figure>'


def _drawing(chart: Chart, form: _Format) -> str:
    plot = _Plot.of(chart, form)
    name = f"{chart.name}-{form.kind}"
    return (
        f'<svg class="chart__{form.kind}" viewBox="0 0 {form.width} {form.height}" role="img" aria-labelledby="{name}-title {name}-text">'
        f'<title id="{name}-title">{escaped(chart.title)}</title><desc id="{name}-text">{escaped(chart.description)}</desc>'
        f"{_text(_MARGIN, 14, f'US dollars {chart.unit}', 'unit')}{plot.lines()}{plot.words()}</svg>"
    )


@dataclass(frozen=True)
class _Plot:
    chart: Chart
    form: _Format
    steps: tuple[Step, ...]
    end: date
    ended: bool  # before the day of the build

    @classmethod
    def of(cls, chart: Chart, form: _Format) -> _Plot:
        first = next(index for index, step in enumerate(chart.steps) if step.value is not None)
        shown = list(chart.steps[first:])
        if shown[-1].value is None:
            *shown, last = shown
            return cls(chart, form, tuple(shown), last.since, True)
        return cls(chart, form, tuple(shown), chart.until, False)

    @property
    def right(self) -> int:
        return self.form.width - _MARGIN

    @property
    def bottom(self) -> int:
        return self.form.height - _BELOW

    def x(self, day: date) -> Fraction:
        first = self.steps[0].since
        return _MARGIN + Fraction((day - first).days, max((self.end - first).days, 1)) * (self.right - _MARGIN)

    def y(self, value: Fraction) -> Fraction:
        highest = max(step.value for step in self.steps if step.value is not None)
        return self.bottom - value / highest * (self.bottom - _TOP)

    def lines(self) -> str:
        line, area, drawing = "", "", False
        for step, end in self._levels():
            start, stop = self.x(step.since), self.x(end)
            drawn = step.value is not None and stop - start >= _SHORTEST
            if drawn:
                level = _n(self.y(step.value))
                line += f"V{level}H{_n(stop)}" if drawing else f"M{_n(start)} {level}H{_n(stop)}"
                area += f"M{_n(start)} {self.bottom}V{level}H{_n(stop)}V{self.bottom}Z"
            drawing = drawn
        dots = "".join(f'<circle class="chart__dot" cx="{_n(self.x(step.since))}" cy="{_n(self.y(step.value))}" r="4"/>' for step in self._known())
        return (
            f'<path class="chart__area" d="{area}"/><path class="chart__axis" d="M{_MARGIN} {self.bottom}H{self.right}"/>'
            f'<path class="chart__tick" d="M{self.right} {_n(self.y(self.steps[-1].value))}V{self.bottom}"/>'
            f'<path class="chart__line" d="{line}"/>{dots}'
        )

    def _known(self) -> list[Step]:
        return [step for step in self.steps if step.value is not None]

    def _levels(self) -> Iterator[tuple[Step, date]]:
        """Each step with the day on which it ends."""
        return zip(self.steps, [step.since for step in self.steps[1:]] + [self.end], strict=True)

    def words(self) -> str:
        return "".join((*self._days(), *self._labels(), _text(_MARGIN + 5, self.bottom - 7, self.chart.label(Fraction(0)), "unit")))

    def _days(self) -> Iterator[str]:
        """Below the axis: the end, and the year of each step that has room."""
        height = self.form.height - 8
        end = formatting.day(self.end) if self.ended or self.end != date.today() else "today"
        taken = [_Box.of(self.right, height, end, "day", at_end=True)]
        yield _text(self.right, height, end, "day chart__day--now", at_end=True)
        for step in self._known():
            box = _Box.of(self.x(step.since), height, str(step.since.year), "day")
            if box.is_free(taken):
                taken.append(box)
                yield _text(self.x(step.since), height, str(step.since.year), "day")

    def _labels(self) -> Iterator[str]:
        """Above the line: at its end the value there, then each step that has room, the first and the newest before the others."""
        first, *others = self._known()
        value = self.chart.label(self.steps[-1].value)
        last = _Box.of(self.right, self._above(self.steps[-1], self.right, self.right), value, "label", at_end=True)
        taken = [last]
        yield _text(self.right, last.bottom, value, "label", at_end=True)
        for step in (first, *reversed(others)):
            for why in dict.fromkeys((step.why, "")):
                if step == self.steps[-1] and not why:
                    continue  # its value stands at the end
                boxes, drawn = self._label(step, why)
                if boxes[0].left >= 0 and all(box.right <= self.right and box.is_free(taken) for box in boxes):
                    taken += boxes
                    yield drawn
                    break

    def _label(self, step: Step, why: str) -> tuple[list[_Box], str]:
        """The value of a step, and above it what changed."""
        x = self.x(step.since) + (0 if step == self.steps[0] else _CLEAR)
        value = self.chart.label(step.value)
        right = max(_Box.of(x, 0, value, "label").right, _Box.of(x, 0, why, "why").right)
        y = self._above(step, x, right)
        boxes, drawn = [_Box.of(x, y, value, "label")], _text(x, y, value, "label")
        if why:
            boxes.append(_Box.of(x, y - _LINE, why, "why"))
            drawn += _text(x, y - _LINE, why, "why")
        return boxes, drawn

    def _above(self, step: Step, left: Fraction | int, right: Fraction | int) -> Fraction:
        """A height clear of the line, from left to right."""
        there = [other.value for other, end in self._levels() if other.value is not None and self.x(end) > left and self.x(other.since) < right]
        return self.y(max([step.value, *there])) - 11


@dataclass(frozen=True)
class _Box:
    """Where a text stands."""

    left: float
    right: float
    bottom: Fraction | int

    @classmethod
    def of(cls, x: Fraction | int, y: Fraction | int, text: str, kind: str, *, at_end: bool = False) -> _Box:
        width = len(text) * _LETTER[kind]
        return cls(float(x) - width, float(x), y) if at_end else cls(float(x), float(x) + width, y)

    def is_free(self, taken: Iterable[_Box]) -> bool:
        return all(self.right + _GAP <= other.left or self.left >= other.right + _GAP or abs(self.bottom - other.bottom) >= _LINE for other in taken)


def _text(x: Fraction | int, y: Fraction | int, text: str, kind: str, *, at_end: bool = False) -> str:
    end = " chart__end" if at_end else ""
    return f'<text class="chart__{kind}{end}" x="{_n(x)}" y="{_n(y)}">{escaped(text)}</text>'


def _n(value: Fraction | int) -> str:
    return formatting.quantity(value, 1).replace(",", "")
