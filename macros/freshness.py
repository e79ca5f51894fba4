"""How fresh the figures of a page are: when each rate behind them was last checked, and when it is due for another check.

Only values in force on the day of the build count: a price of 2015 does not get stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from . import formatting
from .changes import place
from .figures import Difference, Known, Money, Price, Ratio
from .rates import Rate, RateValue

MARK = "†"  # receipts.css prints it beside each figure
NAMED = 3  # so many overdue rates are named below a page; the others are counted, and listed on request


@dataclass(frozen=True, order=True)
class Look:
    """The last check of one rate, allowance, rule or quota: `due` is the last day on which it counts as fresh."""

    due: date
    verified: date
    label: str
    place: str  # in the reference, from the site's root


def looks(figure: object, on: date) -> Iterator[Look]:
    """The checks behind a figure, one for each rate in force on a day that it rests on."""
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
        yield _look(figure.provenance.verified, figure.recheck_days, figure.dated.label, place(figure.section, figure.dated.name))


def due(found: Iterable[Look]) -> date | None:
    """The day after which the first of the rates behind a figure needs another check; None where none is in force."""
    return min((look.due for look in found), default=None)


def _rate(rate: Rate, value: RateValue, region: str, on: date) -> Iterator[Look]:
    if rate.in_force(on, region) == value:
        label = rate.label if rate.is_global else f"{rate.label} in {region}"
        yield _look(value.provenance.verified, rate.recheck_days, label, place("rates", rate.dimension))


def _look(verified: date, period: int, label: str, where: str) -> Look:
    return Look(verified + timedelta(days=period), verified, label, where)


def summary(found: Iterable[Look], root: str, on: date | None) -> str:
    """What stands below a page: how many rates its figures rest on, when they were checked, and which are overdue.

    `on`: the day of the build; None in a build as of an earlier day, where nothing is overdue. Every rate stands in the list, the
    first to be due first, and those not yet due are hidden: docs/assets/js/freshness.mjs decides anew by the reader's clock.
    """
    in_order = sorted(set(found))
    days = sorted(look.verified for look in in_order)
    between = f"on {formatting.day(days[0])}" if days[0] == days[-1] else f"between {formatting.day(days[0])} and {formatting.day(days[-1])}"
    told = f"The prices on this page are based on {_rates(len(in_order))}, checked {between}."
    overdue = "" if on is None else _overdue(in_order, root, on)
    return f'<div class="rates-verified" data-search-exclude><p>{told}</p>{overdue}</div>'


def _overdue(in_order: list[Look], root: str, on: date) -> str:
    late = sum(look.due < on for look in in_order)
    items = [_item(look, root, on) for look in in_order]
    more = max(late - NAMED, 0)
    rest = f"<details data-rates-more{_hidden(not more)}><summary>and {_count(more)} more</summary><ul>{''.join(items[NAMED:])}</ul></details>"
    told = f"Overdue for another check: {_count(late)} of {_rates(len(in_order))}. A figure based on an overdue rate is marked {MARK}."
    named = f"<p>{told}</p><ul>{''.join(items[:NAMED])}</ul>{rest if items[NAMED:] else ''}"
    return f'<div class="rates-overdue" data-rates-overdue{_hidden(not late)}>{named}</div>'


def _item(look: Look, root: str, on: date) -> str:
    link = f'<a href="{root}{escape(look.place)}">{escape(look.label)}</a>'
    return f'<li data-due="{look.due.isoformat()}"{_hidden(look.due >= on)}>{link}, last checked {formatting.day(look.verified)}</li>'


def _count(number: int) -> str:
    return f"<span data-count>{number}</span>"


def _rates(count: int) -> str:
    return f"{count} rate{'s' * (count != 1)}"


def _hidden(yes: bool) -> str:
    return " hidden" if yes else ""
