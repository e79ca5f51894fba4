"""One workload billed on several days: the totals, and which change moved each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from . import charts, formatting
from .changes import Change, all_changes, service
from .figures import Month
from .markup import escaped
from .rates import RateCard
from .rating import Bill, LineItem


def table(months: Sequence[Month], show, changed: str) -> str:
    """Rows of day, total and what moved it, oldest first. `show`: a figure -> HTML; `changed`: what the last column is called."""
    rows, before = [], None
    for month in months:
        day = month.bill.card.on
        why = "; ".join(movers(before.bill, month.bill)) if before else "the first day"
        moved = formatting.usd(month.total.value - before.total.value) if before else ""
        sign = "+" if moved and not moved.startswith("-") and month.total.value != before.total.value else ""
        total = f'<td class="num">{show(month.total)}</td>'
        step = f'<td class="num">{sign}{moved if not before or month.total.value != before.total.value else "no change"}</td>'
        rows.append(f'<tr><th scope="row">{formatting.day(day)}</th>{total}{step}<td>{escaped(why)}</td></tr>')
        before = month
    head = "".join(f'<th scope="col"{kind}>{name}</th>' for name, kind in _columns(changed))
    caption = f"<caption>{escaped(months[0].title)}, billed on {len(months)} days</caption>"
    return f'<table class="replay">{caption}<thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _columns(changed: str) -> tuple[tuple[str, str], ...]:
    num = ' class="num"'
    return ("Rates of", ""), ("Total", num), ("Step", num), (changed, "")


def chart(months: Sequence[Month], name: str, until: date) -> str:
    """The totals as steps, each with what moved it; days on which nothing moved make no step."""
    steps = [charts.Step(months[0].bill.card.on, months[0].total.value)]
    for before, month in pairwise(months):
        if month.total.value != steps[-1].value:
            steps.append(charts.Step(month.bill.card.on, month.total.value, _moved_most(before.bill, month.bill)))
    told = "; ".join(f"{formatting.usd(step.value)} from {formatting.day(step.since)}" for step in steps)
    return charts.steps(charts.Chart(name, f"{months[0].title}: the total through time", told + ".", "a month", steps, until, formatting.usd))


def _moved_most(before: Bill, after: Bill) -> str:
    """What moved the bill most, in the few words that a chart has room for: a billing rule, or a price dimension."""
    costs = {line.dimension: line.cost for line in before.lines}
    line = max(after.lines, key=lambda line: abs(line.cost - costs.get(line.dimension, 0)))
    rules = [change for change in _between(before.card, after.card, "rules") if service(change.name) == service(line.dimension)]
    old = next((old for old in before.lines if old.dimension == line.dimension), None)
    if rules and old and old.quantity != line.quantity:
        return f"{rules[-1].label} {rules[-1].after}"
    return line.rate.label


def movers(before: Bill, after: Bill) -> list[str]:
    """What moved the bill of one workload between two days, in words: prices, billing rules, free tiers."""
    found: list[str] = []
    for line in after.lines:
        old = next((old for old in before.lines if old.dimension == line.dimension), None)
        if old is None:
            found.append(f"{line.rate.label}: charged from {formatting.day(line.value.since)}")
        elif old.cost != line.cost:
            found += _moved(old, line, before.card, after.card)
    return list(dict.fromkeys(found)) or ["nothing that this workload uses"]


def _moved(old: LineItem, line: LineItem, before: RateCard, after: RateCard) -> Iterator[str]:
    if old.value != line.value:
        first, second = (f"{formatting.price(item.tiers[0].price)}" for item in (old, line))
        per = formatting.unit(line.unit, line.value.per)
        yield f"{line.rate.label}: {first} before, {second} {per} from {formatting.day(line.value.since)}"
    if old.quantity != line.quantity:
        yield from (_told(change) for change in _between(before, after, "rules") if service(change.name) == service(line.dimension))
    if old.allowance != line.allowance:
        covering = (change for change in _between(before, after, "free_tiers"))
        yield from (_told(change) for change in covering if line.dimension in after.book.free_tiers[change.name].covers)


def _between(before: RateCard, after: RateCard, section: str) -> list[Change]:
    """The changes of a section from one day to another that replaced a value, oldest first."""
    found = [change for change in all_changes(after.book) if change.section == section and not change.is_first]
    return [change for change in reversed(found) if before.on < change.on <= after.on]


def _told(change: Change) -> str:
    return f"{change.label}: {change.before} before, {change.after} from {formatting.day(change.on)}"
