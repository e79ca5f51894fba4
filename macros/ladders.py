"""What the SKUs of one dimension cost: one ladder of tiers for today, others for later, and what is given away.

Several SKUs may price the same thing. Where they agree, that is the price; where they differ, nobody can know which is meant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from . import formatting
from .pricelist import Product, Term, Tier, Unreadable


@dataclass(frozen=True)
class Ladder:
    """The tiers on which one or more SKUs agree, in force from `effective` on. Of an allowance: one tier at zero."""

    tiers: tuple[Tier, ...]
    effective: date
    skus: tuple[str, ...]
    usage_type: str


def of(products: list[Product], on: date) -> tuple[Ladder | None, list[Ladder], list[Ladder]]:
    """The ladder in force on a day, those announced for later, and the allowances that come with them.

    Raises Unreadable where two SKUs differ, or none has a price.
    """
    terms = [_ladder(product, term) for product in products for term in product.terms() if not term.free]
    given = [_ladder(product, term) for product in products for term in product.terms() if term.free]
    if not terms:
        raise Unreadable(f"SKU {products[0].sku} has no on-demand price")
    if closed := [ladder for ladder in terms if ladder.tiers[-1].end is not None]:
        raise Unreadable(f"{_described(closed[0])} has no price above {formatting.quantity(closed[0].tiers[-1].end)}")
    allowances = [allowance for ladder in _in_force(terms, on) if (allowance := _leading_allowance(ladder))]
    priced = [_without_allowance(ladder) for ladder in terms]
    days = sorted({ladder.effective for ladder in priced if ladder.effective > on})
    later = [_agreed([ladder for ladder in priced if ladder.effective == day]) for day in days]
    now = _in_force(priced, on)
    allowances += [_checked_allowance(ladder) for ladder in given]
    return _agreed(now) if now else None, later, [_agreed(allowances)] if allowances else []


def allowance(products: list[Product]) -> Ladder:
    """What rows without a price give away. Raises Unreadable where they differ, or have a price."""
    terms = [_ladder(product, term) for product in products for term in product.terms()]
    if not terms:
        raise Unreadable(f"SKU {products[0].sku} has no terms")
    return _agreed([_checked_allowance(ladder) for ladder in terms])


def _ladder(product: Product, term: Term) -> Ladder:
    return Ladder(term.tiers, term.effective, (product.sku,), product.usage_type)


def _in_force(ladders: list[Ladder], on: date) -> list[Ladder]:
    """Of each SKU the ladders that began last."""
    begun = [ladder for ladder in ladders if ladder.effective <= on]
    newest = {ladder.skus: max(other.effective for other in begun if other.skus == ladder.skus) for ladder in begun}
    return [ladder for ladder in begun if ladder.effective == newest[ladder.skus]]


def _agreed(ladders: list[Ladder]) -> Ladder:
    """The one ladder that all of them are. Raises Unreadable, naming both SKUs, where two differ."""
    first = ladders[0]
    for other in ladders[1:]:
        if other.tiers != first.tiers:
            raise Unreadable(f"ambiguous: both {_described(first)} and {_described(other)} match")
    skus = tuple(dict.fromkeys(sku for ladder in ladders for sku in ladder.skus))
    return replace(first, skus=skus, effective=max(ladder.effective for ladder in ladders))


def _described(ladder: Ladder) -> str:
    prices = " / ".join(formatting.exact(tier.price) for tier in ladder.tiers)
    return f"SKU {ladder.skus[0]} ({ladder.usage_type}, USD {prices})"


def _leads_free(ladder: Ladder) -> bool:
    return len(ladder.tiers) > 1 and ladder.tiers[0].price == 0 < ladder.tiers[1].price


def _leading_allowance(ladder: Ladder) -> Ladder | None:
    """A first tier at zero below a paid one is an allowance: 0-1 GB free, 1-10,240 GB paid."""
    return replace(ladder, tiers=ladder.tiers[:1]) if _leads_free(ladder) else None


def _without_allowance(ladder: Ladder) -> Ladder:
    """The tiers that are paid. What is free counts towards their bounds, so the first of them begins at 0."""
    if not _leads_free(ladder):
        return ladder
    _, first, *others = ladder.tiers
    return replace(ladder, tiers=(replace(first, begin=Fraction(0)), *others))


def _checked_allowance(ladder: Ladder) -> Ladder:
    [tier, *others] = ladder.tiers
    if tier.price or tier.end is None or others:
        raise Unreadable(f"{_described(ladder)} is not an allowance, which is free up to a quantity")
    return ladder
