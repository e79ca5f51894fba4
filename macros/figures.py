"""What a page prints: numbers that remember where they came from.

A figure is a value and its basis: a bill, a rate, a dated rule, the two sides of a ratio. Figures compare and divide like
numbers, so that a page can say `{% if month.total < other.total %}` or `{{ (a / b) | times }}`. How they become HTML is the
printer's affair (receipts.py); printed without a filter, a figure uses its usual one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering

from .markup import escaped
from .metering import Factor, Usage
from .rates import Dated, NoRate, Provenance, Rate, RateValue, Tier, Value
from .rating import Bill, LineItem

UNAVAILABLE = 'class="unavailable"'  # marks what did not exist; asof.py leaves out the passages with it
Printer = Callable[["Figure"], str]


def _number(other: object) -> Fraction | None:
    if isinstance(other, Figure):
        return other.value
    if isinstance(other, (int, Decimal, Fraction)):
        return Fraction(other)
    if isinstance(other, float):  # a literal in a page: the digits that were typed
        return Fraction(str(other))
    return None


@total_ordering
@dataclass(frozen=True, eq=False)
class Figure:
    """A number with its basis."""

    value: Fraction
    printer: Printer = field(repr=False)

    def __str__(self) -> str:
        return self.printer(self)

    def __eq__(self, other: object) -> bool:
        number = _number(other)
        return NotImplemented if number is None else self.value == number

    def __lt__(self, other: object) -> bool:
        number = _number(other)
        return NotImplemented if number is None else self.value < number

    def __hash__(self) -> int:
        return hash(self.value)

    def __truediv__(self, other: object) -> Ratio:
        if _number(other) is None:
            return NotImplemented
        return Ratio(self.value / _number(other), self.printer, self, other)

    def __rtruediv__(self, other: object) -> Ratio:
        if _number(other) is None:
            return NotImplemented
        return Ratio(_number(other) / self.value, self.printer, other, self)

    def __sub__(self, other: object) -> Difference:
        if not isinstance(other, type(self)):
            return NotImplemented
        return Difference(self.value - other.value, self.printer, self, other)


@dataclass(frozen=True, eq=False)
class Money(Figure):
    """The total of a bill in USD; with `events`, the cost of one of so many events."""

    bill: Bill
    title: str
    events: Fraction | None = None


@dataclass(frozen=True, eq=False)
class Ratio(Figure):
    """One figure (or number) over another."""

    over: object
    under: object


@dataclass(frozen=True, eq=False)
class Difference(Figure):
    """One sum of money less another."""

    first: Figure
    second: Figure


@dataclass(frozen=True, eq=False)
class Measure(Figure):
    """A metered quantity in `unit`, and the usages that it is the sum of; `free` is what the free tier takes off it."""

    unit: str
    usages: tuple[Usage, ...]
    free: Fraction = Fraction(0)


@dataclass(frozen=True, eq=False)
class Price(Figure):
    """A price of the rates file, in the vendor's own unit. `region` is where it was asked for."""

    rate: Rate
    in_force: RateValue
    tier: Tier
    region: str
    with_unit: bool = False


@dataclass(frozen=True, eq=False)
class Known(Figure):
    """A dated value of one section of the rates file: "free_tiers", "rules" or "quotas"."""

    section: str
    dated: Dated
    in_force: Value
    recheck_days: int

    @property
    def provenance(self) -> Provenance:
        return self.in_force.provenance


@dataclass(frozen=True)
class Line:
    """One line of a bill, as a page asks for it."""

    item: LineItem
    bill: Bill
    title: str
    printer: Printer = field(repr=False)

    @property
    def label(self) -> str:
        return escaped(self.item.rate.label)

    @property
    def quantity(self) -> Measure:
        return Measure(self.item.quantity, self.printer, self.item.unit, self.item.usages)

    @property
    def billed_ms(self) -> Measure:
        """What one invocation is billed for, in milliseconds, rounded by the rule of the day.

        Raises NoRate where this line has no single time: invocations that differ, or a dimension that is not billed by time.
        """
        times = {factor.value for usage in self.item.usages for factor in usage.factors if factor.unit == "ms"}
        if len(times) != 1:
            raise NoRate(f"{self.title}: {self.item.dimension} has {len(times) or 'no'} billed times, so there is no one time to print")
        (usage, *_), (time,) = self.item.usages, times
        return Measure(time, self.printer, "ms", (Usage(usage.dimension, (Factor(time, "ms"),), usage.note),))

    @property
    def billable(self) -> Measure:
        free = self.item.allowance.quantity if self.item.allowance else Fraction(0)
        return Measure(self.item.billable, self.printer, self.item.unit, self.item.usages, free)

    @property
    def cost(self) -> Money:
        return Money(self.item.cost, self.printer, self.bill.only(self.item.dimension), self.title)


@dataclass(frozen=True)
class Month:
    """A bill, as a page asks for it."""

    title: str
    events: Fraction
    bill: Bill
    printer: Printer = field(repr=False)

    @property
    def total(self) -> Money:
        return Money(self.bill.total, self.printer, self.bill, self.title)

    @property
    def per_event(self) -> Money:
        """The cost of one event. Raises ZeroDivisionError where there is none."""
        if not self.events:
            raise ZeroDivisionError(f"{self.title}: has no events, so there is no cost of one")
        return Money(self.bill.total / self.events, self.printer, self.bill, self.title, self.events)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(Line(item, self.bill, self.title, self.printer) for item in self.bill.lines)

    def line(self, dimension: str) -> Line:
        return Line(self.bill.line(dimension), self.bill, self.title, self.printer)

    def only(self, *prefixes: str) -> Month:
        return Month(self.title, self.events, self.bill.only(*prefixes), self.printer)

    def without(self, *prefixes: str) -> Month:
        return Month(self.title, self.events, self.bill.without(*prefixes), self.printer)


class Unavailable:
    """What stands for a figure that did not exist on the day the site is built as of: whatever is asked of it, it says so.

    It is never a number: it divides and compares to itself or to False, and prints as words.
    """

    def __init__(self, reason: str, printer: Callable[[str], str] = str):
        self.reason, self.printer = reason, printer

    @property
    def text(self) -> str:
        return f"<span {UNAVAILABLE}>{self.reason}</span>"

    def __str__(self) -> str:
        return self.printer(self.text)

    def __getattr__(self, name: str) -> Unavailable:
        if name.startswith("__"):  # Python and Jinja look for protocols this way; it has none
            raise AttributeError(name)
        return self

    def __call__(self, *_args: object, **_kwargs: object) -> Unavailable:
        return self

    def _self(self, _other: object) -> Unavailable:
        return self

    __truediv__ = __rtruediv__ = __sub__ = __rsub__ = _self

    def _false(self, _other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _false

    def __iter__(self):
        return iter(())

    def __bool__(self) -> bool:
        return False
