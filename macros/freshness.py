"""How fresh the figures of a page are: when somebody last looked at the rates behind them, and when they are due again.

Only values in force on the day of the build count: a price of 2015 does not get stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from . import formatting
from .figures import Difference, Known, Money, Price, Ratio
from .rates import Rate, RateValue


@dataclass(frozen=True)
class Looks:
    """The oldest and the newest look at a rate, and the day on which the first of them is due for another."""

    oldest: date
    newest: date
    due: date

    def with_(self, other: Looks | None) -> Looks:
        if other is None:
            return self
        return Looks(min(self.oldest, other.oldest), max(self.newest, other.newest), min(self.due, other.due))

    def as_meta(self) -> dict[str, str]:
        """What the theme prints below a page."""
        between = formatting.day(self.newest)
        if self.oldest != self.newest:
            between = f"{formatting.day(self.oldest)} to {between}"
        return {"between": between, "due": self.due.isoformat(), "oldest": formatting.day(self.oldest)}


def looks(figure: object, on: date) -> Iterator[Looks]:
    """The looks behind a figure, one for each rate in force on a day that it rests on."""
    if isinstance(figure, Ratio):
        yield from looks(figure.over, on)
        yield from looks(figure.under, on)
    elif isinstance(figure, Difference):
        yield from looks(figure.first, on)
        yield from looks(figure.second, on)
    elif isinstance(figure, Money):
        for line in figure.bill.lines:
            yield from _rate(line.rate, line.value, figure.bill.card.region, on)
    elif isinstance(figure, Price):
        yield from _rate(figure.rate, figure.in_force, figure.region, on)
    elif isinstance(figure, Known) and figure.dated.in_force(on) == figure.in_force:
        yield _look(figure.provenance.verified, figure.recheck_days)


def _rate(rate: Rate, value: RateValue, region: str, on: date) -> Iterator[Looks]:
    if rate.in_force(on, region) == value:
        yield _look(value.provenance.verified, rate.recheck_days)


def _look(verified: date, period: int) -> Looks:
    return Looks(verified, verified, verified + timedelta(days=period))
