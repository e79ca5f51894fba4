"""Rating: quantities x rate card -> a bill of line items.

    bill = rating.rate(metering.meter(workload, card), card, free_tier=True)

Usage of one dimension is pooled before anything else, so that two functions share one free tier and climb one ladder of tiers.
A free tier comes off the lowest usage, that is off the first tier, and counts towards the tier bounds: AWS's own example of 62 TB
of data transfer bills 10,239 of the first 10,240 GB (https://aws.amazon.com/s3/faqs/). Where an allowance covers several
dimensions it is used up in the order in which the rates file names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from .metering import Usage
from .numbers import exact, grouped
from .rates import NoRate, Rate, RateCard, RateValue


@dataclass(frozen=True)
class Allowance:
    """What a free tier takes off a line. `pooled_over`: what shares the whole monthly `amount`, "account" or "region"."""

    name: str
    quantity: Fraction
    amount: Fraction
    pooled_over: str


@dataclass(frozen=True)
class TierCharge:
    """`quantity` units charged at `price` USD for every `per` units."""

    up_to: Decimal | None
    quantity: Fraction
    price: Decimal
    per: Decimal

    @cached_property
    def cost(self) -> Fraction:
        return self.quantity * Fraction(self.price) / Fraction(self.per)


@dataclass(frozen=True)
class LineItem:
    """One dimension of a bill: what was used, what of it is free, what the rest costs, tier by tier. Costs in USD."""

    rate: Rate
    value: RateValue
    usages: tuple[Usage, ...]
    allowance: Allowance | None
    tiers: tuple[TierCharge, ...]

    @property
    def dimension(self) -> str:
        return self.rate.dimension

    @property
    def unit(self) -> str:
        return self.rate.unit

    @cached_property
    def quantity(self) -> Fraction:
        return sum((usage.quantity for usage in self.usages), Fraction(0))

    @cached_property
    def billable(self) -> Fraction:
        return self.quantity - (self.allowance.quantity if self.allowance else 0)

    @cached_property
    def cost(self) -> Fraction:
        return sum((tier.cost for tier in self.tiers), Fraction(0))


@dataclass(frozen=True)
class Bill:
    """Line items and their total, in USD, exact. Nothing is rounded before it becomes text."""

    card: RateCard
    free_tier: bool
    lines: tuple[LineItem, ...]

    @cached_property
    def total(self) -> Fraction:
        return sum((line.cost for line in self.lines), Fraction(0))

    def line(self, dimension: str) -> LineItem:
        """The line of one dimension. Raises NoRate where the bill has none."""
        for line in self.lines:
            if line.dimension == dimension:
                return line
        raise NoRate(f"this bill has no line '{dimension}': it has {', '.join(line.dimension for line in self.lines)}")

    def only(self, *prefixes: str) -> Bill:
        """The lines of some services or dimensions: `only("lambda")`, `only("s3.put_requests", "s3.get_requests")`."""
        return self._where(prefixes, keep=True)

    def without(self, *prefixes: str) -> Bill:
        """The lines of all others: `without("s3.stored")`."""
        return self._where(prefixes, keep=False)

    def _where(self, prefixes: tuple[str, ...], keep: bool) -> Bill:
        named = [prefix for prefix in prefixes if any(_begins(line.dimension, prefix) for line in self.lines)]
        if len(named) < len(prefixes):
            missing = next(prefix for prefix in prefixes if prefix not in named)
            raise NoRate(f"this bill has no line '{missing}': it has {', '.join(line.dimension for line in self.lines)}")
        chosen = (line for line in self.lines if any(_begins(line.dimension, prefix) for prefix in prefixes) == keep)
        return Bill(self.card, self.free_tier, tuple(chosen))


def _begins(dimension: str, prefix: str) -> bool:
    """By whole words: `lambda.duration` begins `lambda.duration.arm64`, `lambda.dur` does not."""
    return dimension == prefix or dimension.startswith(prefix + ".")


def rate(usages: Iterable[Usage], card: RateCard, *, free_tier: bool) -> Bill:
    """The bill of a month's usages.

    Raises NoRate where a dimension has no price on the card, or usage reaches a tier whose price is not known.
    """
    pools: dict[str, list[Usage]] = {}
    for usage in usages:
        pools.setdefault(usage.dimension, []).append(usage)
    quantities = {dimension: sum((usage.quantity for usage in pool), Fraction(0)) for dimension, pool in pools.items()}
    allowances = _allowances(quantities, card) if free_tier else {}
    return Bill(card, free_tier, tuple(_line(dimension, pool, allowances.get(dimension), card) for dimension, pool in pools.items()))


def _allowances(quantities: dict[str, Fraction], card: RateCard) -> dict[str, Allowance]:
    """What each dimension gets of the free tiers."""
    found: dict[str, Allowance] = {}
    for dated, value in card.free_tiers_in_force():
        left = Fraction(value.amount)
        for dimension in dated.covers:
            taken = min(left, quantities.get(dimension, Fraction(0)))
            if dimension in quantities:
                found[dimension] = Allowance(dated.name, taken, Fraction(value.amount), value.pooled_over or dated.pooled_over)
            left -= taken
    return found


def _line(dimension: str, pool: list[Usage], allowance: Allowance | None, card: RateCard) -> LineItem:
    rate_, value = card.rate(dimension), card.price(dimension)
    quantity = sum((usage.quantity for usage in pool), Fraction(0))
    free = allowance.quantity if allowance else Fraction(0)
    return LineItem(rate_, value, tuple(pool), allowance, tuple(_tiers(rate_, value, free, quantity, card)))


def _tiers(rate_: Rate, value: RateValue, free: Fraction, quantity: Fraction, card: RateCard) -> Iterable[TierCharge]:
    """The charges for the usage between `free` and `quantity`, counted from zero as the tier bounds are."""
    floor = Fraction(0)
    for tier in value.tiers:
        ceiling = quantity if tier.up_to is None else min(quantity, Fraction(tier.up_to))
        charged = max(Fraction(0), ceiling - max(floor, free))
        if charged and tier.price is None:
            above = f"above {grouped(exact(floor))} {rate_.unit}s in {card.region} on {card.on}"
            raise NoRate(f"{rate_.dimension}: no source gives the price {above}")
        if charged or (floor == 0 and tier.price is not None):  # the first tier shows the price even where all is free
            yield TierCharge(tier.up_to, charged, tier.price, value.per)
        if tier.up_to is None or quantity <= tier.up_to:
            return
        floor = Fraction(tier.up_to)
