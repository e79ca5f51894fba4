"""What changed when: every dated change in the rates file, and what it replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from . import formatting
from .rates import GLOBAL, Dated, Provenance, Rate, RateBook, RateValue, Value


@dataclass(frozen=True)
class Change:
    """One dimension, allowance, rule or quota that took another value on a day. `before` is empty for the first known value."""

    on: date
    section: str
    name: str
    label: str
    regions: tuple[str, ...]
    before: str
    after: str
    provenance: Provenance

    @property
    def anchor(self) -> str:
        return anchor(self.section, self.name)

    @property
    def is_first(self) -> bool:
        return not self.before


_PREFIX = {"rates": "", "free_tiers": "free-tier-", "rules": "rule-", "quotas": "quota-"}


def anchor(section: str, name: str) -> str:
    """The place of an entry in the reference: lambda.requests -> lambda-requests; stable, because a name is."""
    return _PREFIX[section] + name.replace(".", "-").replace("_", "-")


def service(name: str) -> str:
    """The page of the reference that an entry stands on."""
    first = name.split(".")[0]
    return "lambda" if first == "month" else first


def place(section: str, name: str) -> str:
    """Where the reference has an entry, from the site's root."""
    return f"reference/{'quotas' if section == 'quotas' else service(name)}/#{anchor(section, name)}"


def price_text(value: RateValue, unit: str) -> str:
    """All tiers of a value in words: this up to 1,024, then that, per GB-month."""
    if not value.tiers:
        return "no price"
    if value.free:
        return "free"
    parts = []
    for tier in value.tiers:
        price = "not known" if tier.price is None else formatting.price(tier.price)
        parts.append(f"{price} up to {formatting.quantity(tier.up_to)}" if tier.up_to is not None else price)
    return f"{', then '.join(parts)} {formatting.unit(unit, value.per)}"


def value_text(value: Value, unit: str) -> str:
    if unit == "yes/no":
        return "yes" if value.yes else "no"
    if value.amount is None:
        return "none"
    most = formatting.measure(value.amount, unit)
    return most if value.least is None else f"{formatting.quantity(value.least)} to {most}"


def all_changes(book: RateBook) -> list[Change]:
    """Newest first; on one day in the order of the file."""
    found = [*_of_rates(book)]
    for section in ("free_tiers", "rules", "quotas"):
        for dated in getattr(book, section).values():
            found += _of_dated(section, dated)
    return sorted(found, key=lambda change: change.on, reverse=True)


def _of_rates(book: RateBook) -> Iterator[Change]:
    for rate in book.rates.values():
        for value in rate.values:
            yield from _of_value(rate, value)


def _of_value(rate: Rate, value: RateValue) -> Iterator[Change]:
    """One change for all regions that had the same price before."""
    after = price_text(value, rate.unit)
    groups: dict[str, list[str]] = {}
    for region in value.regions:
        earlier = [old for old in rate.values if old.since < value.since and (region in old.regions or region == GLOBAL)]
        groups.setdefault(price_text(earlier[-1], rate.unit) if earlier else "", []).append(region)
    for before, regions in groups.items():
        if before != after:
            yield Change(value.since, "rates", rate.dimension, rate.label, tuple(regions), before, after, value.provenance)


def _of_dated(section: str, dated: Dated) -> Iterator[Change]:
    before = ""
    for value in dated.values:
        after = value_text(value, dated.unit)
        if after != before:
            yield Change(value.since, section, dated.name, dated.label, (), before, after, value.provenance)
        before = after
