"""What an offer file of the AWS Price List says otherwise than the rates file.

    findings = drift.compare(pricelist.read(path), book, on=date.today())

A row is found by usage type, group and region, and a tier by the quantity at which it begins; never by where it stands in the file.
Prices are compared as exact fractions of the same unit. What cannot be matched for certain is a problem, never "no change".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from . import ladders, meters
from .ladders import Ladder
from .lines import Problem
from .meters import ANYWHERE, Meter
from .pricelist import CURRENCY, Offer, Product, Unreadable
from .rates import Rate, RateBook, RateValue

SAME, DIFFERENT, ANNOUNCED = "same", "different", "announced"
MISSING_HERE, MISSING_THERE = "missing here", "missing there"
STATUSES = (DIFFERENT, ANNOUNCED, MISSING_HERE, MISSING_THERE, SAME)


@dataclass(frozen=True)
class Entry:
    """One tier of one dimension in one region, or one allowance (`region` empty), as both sides have it.

    `ours` and `theirs` are USD for `per` units; of an allowance, units a month. None: that side has none.
    `effective` is the day from which theirs is in force.
    """

    status: str
    name: str
    region: str
    unit: str
    file: str
    ours: Decimal | None = None
    theirs: Fraction | None = None
    per: Decimal = Decimal(1)
    begin: Fraction = Fraction(0)
    ours_end: Fraction | None = None
    theirs_end: Fraction | None = None
    effective: date | None = None
    skus: tuple[str, ...] = ()
    usage_type: str = ""

    @property
    def is_allowance(self) -> bool:
        return not self.region


@dataclass(frozen=True)
class Findings:
    """What one file says, and what in it could not be read or matched."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    published: date | None = None  # the day of the file; None where it could not be read


@dataclass(frozen=True)
class _Row:
    """A product with its region and its usage type without prefix."""

    product: Product
    region: str
    name: str


def compare(offer: Offer, book: RateBook, *, on: date) -> Findings:
    """The offer against the rates in force on a day, and what it announces for later against the rates of then."""
    return _Comparison(offer, book, on).findings()


def in_use(book: RateBook, *, on: date) -> list[tuple[str, str]]:
    """The (offer, region) pairs that hold a price in force on a day, in the order of the rates file's regions."""
    pairs = [(meter.offer, region) for region in book.regions for meter in meters.meters_of(book.rates) if book.rates[meter.dimension].in_force(on, region)]
    return list(dict.fromkeys(pairs))


class _Comparison:
    """One offer file against one rate book, on one day."""

    def __init__(self, offer: Offer, book: RateBook, on: date):
        self.offer, self.book, self.on = offer, book, on
        self.meters = [meter for meter in meters.meters_of(book.rates) if offer.code in (meter.offer, *meter.also_in)]
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []

    def wrong(self, message: str) -> None:
        self.problems.append(Problem(self.offer.file, None, message))

    def findings(self) -> Findings:
        rows = list(self._rows())
        regions = {row.region for row in rows}
        declared = [region for region in self.book.regions if region in regions]
        if not self.meters:
            self.wrong(f"nothing in the rates file is charged by the offer {self.offer.code}")
        elif not rows and not self.problems:
            self.wrong(f"no usage type in it is known: has AWS renamed those of {self.offer.code}?")
        elif rows and not declared:
            self.wrong(f"the rates file declares none of its regions: {', '.join(sorted(regions))}{_other_currency(rows)}")
        for region in declared:
            for meter in self.meters:
                named = [row.product for row in rows if row.region == region and row.name in meter.usage]
                self._compare_meter(meter, region, named)
        if declared:
            self._compare_free_rows()
        return Findings(tuple(self.entries), tuple(self.problems), self.offer.published)

    # Which row is which

    def _rows(self) -> Iterator[_Row]:
        """The products whose usage type we know, with their regions."""
        names = {name for meter in self.meters for name in meter.usage}
        for product in self.offer.products:
            prefix, name = meters.split(product.usage_type)
            if prefix == ANYWHERE or name not in names:
                continue
            region = meters.PREFIXES.get(prefix, meters.WITHOUT_PREFIX)
            stated = self._stated_region(product)
            if stated and stated != region:
                self.wrong(f"SKU {product.sku}: the usage type {product.usage_type} is {region}'s, but its place is {stated}")
            else:
                yield _Row(product, region, name)

    def _stated_region(self, product: Product) -> str:
        """The region that the product's attributes name; old files only give the place's name."""
        attributes = product.attributes
        if code := attributes.get("regionCode") or attributes.get("fromRegionCode"):
            return code
        place = _plain(attributes.get("location") or attributes.get("fromLocation") or "")
        return next((region for region, title in self.book.regions.items() if _plain(title) == place), "")

    def _refuse_near_misses(self, meter: Meter, region: str, named: list[Product]) -> None:
        """Raises Unreadable where a row looks like the missing one: it may be the one, and nobody may guess."""
        for product in named:
            raise Unreadable(f"SKU {product.sku} has the usage type {product.usage_type}, but {meter.mismatch(product.attributes)}")
        for product in self.offer.products:
            if self._stated_region(product) != region:
                continue
            if meters.behind_an_unknown_prefix(product.usage_type) in meter.usage:
                raise Unreadable(f"SKU {product.sku} has the usage type {product.usage_type}, whose prefix is not known")
            if meter.group and product.attributes.get("group") == meter.group:
                raise Unreadable(f"SKU {product.sku} has the group {meter.group}, but the usage type '{product.usage_type}', not {' or '.join(meter.usage)}")

    # What differs

    def _compare_meter(self, meter: Meter, region: str, named: list[Product]) -> None:
        rate = self.book.rates[meter.dimension]
        found = [product for product in named if not meter.mismatch(product.attributes)]
        expected = meter.required and self.offer.code == meter.offer and rate.in_force(self.on, region)
        try:
            if found:
                self._compare_products(rate, region, found)
            elif expected:
                self._refuse_near_misses(meter, region, named)
                self._add(rate, region, expected, None, MISSING_THERE)
        except Unreadable as error:
            self.wrong(f"{meter.dimension} in {region}: {error}")

    def _compare_products(self, rate: Rate, region: str, found: list[Product]) -> None:
        _refuse_other_units(rate.unit, found)
        now, later, allowances = ladders.of(found, self.on)
        if now:
            self._add(rate, region, rate.in_force(self.on, region), now, DIFFERENT)
        for ladder in later:
            self._add(rate, region, rate.in_force(ladder.effective, region), ladder, ANNOUNCED)
        for allowance in allowances:
            self._add_allowance(rate.dimension, allowance)

    def _add(self, rate: Rate, region: str, ours: RateValue | None, theirs: Ladder | None, otherwise: str) -> None:
        """One entry a tier; tiers are paired by the quantity at which they begin."""
        per = ours.per if ours else rate.values[-1].per
        our_tiers = dict(_our_tiers(ours)) if ours else {}
        their_tiers = {tier.begin: tier for tier in theirs.tiers} if theirs else {}
        for begin in sorted({*our_tiers, *their_tiers}):
            our_price, our_end = our_tiers.get(begin, (None, None))
            their_tier = their_tiers.get(begin)
            if our_price is None and their_tier is None:
                continue  # `price: unknown` here, and AWS does not say either
            price, end = (their_tier.price * Fraction(per), their_tier.end) if their_tier else (None, None)
            status = _status((our_price, our_end), (price, end), otherwise)
            entry = Entry(status, rate.dimension, region, rate.unit, self.offer.file, our_price, price, per, begin, our_end, end)
            self.entries.append(_with_source(entry, theirs))

    # Allowances

    def _compare_free_rows(self) -> None:
        for row in meters.FREE_ROWS:
            if row.offer != self.offer.code or row.dimension not in self.book.rates:
                continue
            found = [product for product in self.offer.products if product.usage_type == f"{ANYWHERE}-{row.usage}"]
            try:
                if found:
                    _refuse_other_units(self.book.rates[row.dimension].unit, found)
                    self._add_allowance(row.dimension, ladders.allowance(found))
                elif row.always:
                    self._add_allowance(row.dimension, None)
            except Unreadable as error:
                self.wrong(f"free tier of {row.dimension}: {error}")

    def _add_allowance(self, dimension: str, theirs: Ladder | None) -> None:
        """What a row gives away against the allowance that covers the dimension; nothing where neither side has one."""
        dated = next((dated for dated in self.book.free_tiers.values() if dimension in dated.covers), None)
        value = dated.in_force(self.on) if dated else None
        ours, amount = value.amount if value else None, theirs.tiers[0].end if theirs else None
        if ours is None and amount is None:
            return
        status = _status((ours, None), (amount, None), DIFFERENT)
        name, unit = (dated.name, dated.unit) if dated else (dimension, self.book.rates[dimension].unit)
        self.entries.append(_with_source(Entry(status, name, "", unit, self.offer.file, ours, amount), theirs))


def _refuse_other_units(unit: str, products: list[Product]) -> None:
    """Raises Unreadable where a price is for another unit than ours: equal digits would say nothing."""
    for product in products:
        for term in product.terms():
            if wrong := meters.unit_mismatch(unit, term.unit):
                raise Unreadable(f"SKU {product.sku} ({product.usage_type}): {wrong}")


def _other_currency(rows: list[_Row]) -> str:
    """Where the prices are in no dollars, that is why the file cannot be compared; otherwise empty."""
    currencies = {currency for row in rows for currency in row.product.currencies()}
    return f"; its prices are in {', '.join(sorted(currencies))}" if currencies and CURRENCY not in currencies else ""


def _status(ours: tuple[Decimal | None, Fraction | None], theirs: tuple[Fraction | None, Fraction | None], otherwise: str) -> str:
    """`ours` and `theirs` are (price, end of the tier)."""
    if ours[0] is None or theirs[0] is None:
        return otherwise if otherwise == ANNOUNCED else MISSING_HERE if ours[0] is None else MISSING_THERE
    return SAME if (Fraction(ours[0]), ours[1]) == theirs else otherwise


def _with_source(entry: Entry, theirs: Ladder | None) -> Entry:
    if theirs is None:
        return entry
    return replace(entry, effective=theirs.effective, skus=theirs.skus, usage_type=theirs.usage_type)


def _our_tiers(value: RateValue) -> Iterator[tuple[Fraction, tuple[Decimal | None, Fraction | None]]]:
    """begin -> (price, end)"""
    begin = Fraction(0)
    for tier in value.tiers:
        end = None if tier.up_to is None else Fraction(tier.up_to)
        yield begin, (tier.price, end)
        begin = end


def _plain(place: str) -> str:
    """A place's name for comparing: AWS wrote EU (Ireland) before Europe (Ireland), and writes no accents."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", place) if not unicodedata.combining(letter))
    return bare.casefold().replace("europe (", "eu (")
