"""What a careful person would notice in a rates file whose shape is right: a price ten times the one before, a service before its launch.

One rule a function, over the parsed RateBook, so that it speaks of prices, tiers, days, Regions and units, and never of YAML. A value
that is true although it looks like a slip says why in `confirmed`; a value that looks right and says so is refused too, so that
`confirmed` stays rare and means something. The bounds were measured on this site's own history since 2006: nothing true needed a
wider one, apart from the values that are confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from . import lines, regions
from .lines import Problem

if TYPE_CHECKING:
    from macros.rates import Dated, Rate, RateBook, RateValue, Value

FIRST_DAY_OF_AWS = date(2006, 3, 14)  # Amazon S3 opened; AWS News Blog
JUMP = 3  # times: from one price to the next it was 0.5 to 1.0, from Region to Region 0.8 to 1.64
JUMP_AFTER_A_GAP = 10  # times: prices of years that are not on file lie between
FEWEST_WORDS = 3  # of a reason
EARLIEST_LOOK = timedelta(days=366)  # a price is announced less than a year before it holds

# What a dimension counts, by the last of these words in its name.
UNIT_OF_WORD = {
    "requests": "request", "writes": "request", "reads": "request", "duration": "GB-second", "concurrency": "GB-second", "stored": "GB-month",
    "retained": "GB-month", "hours": "hour", "ingested": "GB", "scanned": "GB", "processed": "GB", "streamed": "GB", "written": "GB",
    "operations": "operation",
}  # fmt: skip
UNIT_OF_SERVICE = {"ec2": "hour", "heroku": "dyno-month"}
TWINS = (".arm64", ".x86_64")


@dataclass(frozen=True)
class Finding:
    """What looks like a slip, in the line where its entry or value begins.

    `value` is the value that may confirm it with a reason; None: nothing can. Of several findings about one `what` in one line only
    the first is told.
    """

    name: str
    line: int
    what: str
    message: str
    value: RateValue | Value | None = None


Rule = Callable[["RateBook"], Iterator[Finding]]


def problems(book: RateBook, file: str) -> list[Problem]:
    """Every mistake that the rules find, as lines for `file`."""
    found: list[Finding] = [finding for rule in RULES for finding in rule(book)]
    refused = {(finding.line, finding.what): finding for finding in reversed(found) if not _confirmed(finding)}
    found_at = {finding.line for finding in found if finding.value}
    told = [Problem(file, finding.line, f"{finding.name}: {finding.message}{_way_out(finding)}") for finding in refused.values()]
    for name, value in _all_values(book):
        if 0 < len(value.provenance.confirmed.split()) < FEWEST_WORDS:
            told.append(Problem(file, value.line, f"{name}: `confirmed` gives no reason: say in a sentence what the source says about the change"))
        if value.provenance.confirmed and value.line not in found_at:
            told.append(Problem(file, value.line, f"{name}: `confirmed` is for a value that looks like a slip, and this one does not: delete it"))
    return sorted(told, key=lambda problem: problem.line or 0)


def _confirmed(finding: Finding) -> bool:
    return bool(finding.value and finding.value.provenance.confirmed)


def _way_out(finding: Finding) -> str:
    return "; if it is true, say why in `confirmed`" if finding.value else ""


# --- prices


def price_jumps(book: RateBook) -> Iterator[Finding]:
    """A price for one unit three times, or a third of, the one before it in the Region; free after a price, or a price after free."""
    for rate in book.rates.values():
        for region, before, value in _successions(rate):
            most = JUMP if before.tiers else JUMP_AFTER_A_GAP
            if not before.tiers:
                before = _last_with_a_price(rate, region, value)
            if before and (odd := _odd_prices(value, before, most, f"the price before it in {region} (line {before.line})")):
                yield _of(rate, value, "price", f"{odd}: check the digits and `per`")


def neighbors(book: RateBook) -> Iterator[Finding]:
    """A price for one unit three times, or a third of, what is usual in the other Regions on the day it begins."""
    for rate, value, region, others in _beside(book):
        price, firsts = _unit_price(value, 0), [_unit_price(other, 0) for other in others]
        usual = [first for first in firsts if first is not None]
        if usual and price is not None and (odd := _odd(price, median(usual), JUMP, "what is usual in the other Regions")):
            yield _of(rate, value, "price", f"the price in {region} is {odd}: check the digits and `per`")


def twins(book: RateBook) -> Iterator[Finding]:
    """A price on arm64 that is above the same Region's on x86, or less than a third of it."""
    for rate in book.rates.values():
        other = book.rates.get(rate.dimension.removesuffix(TWINS[0]) + TWINS[1]) if rate.dimension.endswith(TWINS[0]) else None
        for value in rate.values if other else ():
            for region in value.regions:
                x86 = other.in_force(value.since, region)
                ours, theirs = _unit_price(value, 0), _unit_price(x86, 0) if x86 else None
                if ours is not None and theirs and (ours > theirs or ours * JUMP <= theirs):
                    yield _of(rate, value, "price", f"the price on arm64 in {region} is {_times(ours / theirs)} that on x86 (line {x86.line}): check it")


def tiers_fall(book: RateBook) -> Iterator[Finding]:
    """A tier that is more expensive than the one below it, or costs a third of it or less."""
    for rate in book.rates.values():
        for value in rate.values:
            prices = [(position, _unit_price(value, position)) for position in range(len(value.tiers))]
            known = [(position, price) for position, price in prices if price]
            for (_, below), (position, price) in zip(known, known[1:], strict=False):
                if price > below or price * JUMP <= below:
                    yield _of(rate, value, "tiers", f"tier {position + 1} costs {_times(price / below)} the tier below it: check the digits")


def tiers_change(book: RateBook) -> Iterator[Finding]:
    """Fewer tiers than before or than in every other Region, or a bound three times, or a third of, what it was or is there."""
    for rate in book.rates.values():
        for region, before, value in _successions(rate):
            if odd := _odd_tiers(value, before, f"the value before it in {region} (line {before.line})"):
                yield _of(rate, value, "tiers", f"{odd}: check `tiers`")
    for rate, value, region, others in _beside(book):
        if others and all(_odd_tiers(value, other, "") for other in others):
            yield _of(rate, value, "tiers", f"in {region}, {_odd_tiers(value, others[0], 'every other Region')}: check `tiers`")


def powers_of_ten(book: RateBook) -> Iterator[Finding]:
    """A `per` that is not 1, 10, 100 and so on: no price list has another, and the digits of a price would not be the vendor's."""
    for rate in book.rates.values():
        for value in rate.values:
            if not re.fullmatch(r"10*(\.0+)?", format(value.per, "f")):
                yield Finding(rate.dimension, value.line, "per", f"`per` is {value.per}: write 1, 10, 100, 1_000, ... as the source does")


def units(book: RateBook) -> Iterator[Finding]:
    """A unit that does not go with the name of its dimension: requests are counted, storage is GB-months."""
    for rate in book.rates.values():
        words = [word for part in rate.dimension.split(".") for word in part.split("_")]
        expected = next((UNIT_OF_WORD[word] for word in reversed(words) if word in UNIT_OF_WORD), UNIT_OF_SERVICE.get(words[0]))
        if expected and rate.unit and rate.unit != expected:
            yield Finding(rate.dimension, rate.line, "unit", f"its unit is {rate.unit}, but by its name it is metered in {expected}: correct one of them")
        twin = book.rates.get(rate.dimension.removesuffix(TWINS[0]) + TWINS[1])
        if rate.dimension.endswith(TWINS[0]) and twin and rate.unit and twin.unit and twin.unit != rate.unit:
            yield Finding(rate.dimension, rate.line, "unit", f"its unit is {rate.unit}, but that of {twin.dimension} is {twin.unit}: correct one of them")


# --- allowances, billing rules and quotas


def steps(book: RateBook) -> Iterator[Finding]:
    """An allowance, a rule or a quota that is three times, or a third of, what it was before; a yes that becomes a no; a bound that is gone."""
    for dated in _dated(book):
        for before, value in zip(dated.values, dated.values[1:], strict=False):
            if before.yes is not None and value.yes is not None and before.yes != value.yes:
                answers = ("yes" if before.yes else "no"), ("yes" if value.yes else "no")
                yield Finding(dated.name, value.line, "value", f"the answer changes from {answers[0]} to {answers[1]}: check it", value)
            for what, old, new in (("it", before.amount, value.amount), ("`min`", before.least, value.least), ("`step`", before.step, value.step)):
                if old is not None and new is None and what != "it":
                    yield Finding(dated.name, value.line, "value", f"{what} is left out, and it was {old} before (line {before.line}): add it", value)
                if old is not None and new is not None and (odd := _odd(Fraction(new), Fraction(old), JUMP, f"what it was before (line {before.line})")):
                    yield Finding(dated.name, value.line, "value", f"{what} is {odd}: check the digits", value)


def rules_that_move(book: RateBook) -> Iterator[Finding]:
    """A billing rule with another number than before, however near: what a GB is, or a billing step, changes once in a decade if ever."""
    for dated in book.rules.values():
        for before, value in zip(dated.values, dated.values[1:], strict=False):
            if before.amount is not None and value.amount is not None and before.amount != value.amount:
                message = f"the rule changes from {before.amount} to {value.amount} {dated.unit} (line {before.line}): check the digits and the unit"
                yield Finding(dated.name, value.line, "value", message, value)


# --- every value


def days_before_the_service(book: RateBook) -> Iterator[Finding]:
    """A value from a day on which its service, or its Region, did not exist."""
    for name, value in _all_values(book):
        service = book.services.get(name.split(".")[0])
        if service and value.since < service.since:
            yield Finding(name, value.line, "from", f"`from` {value.since} is before {service.name} existed ({service.since}): check the day", value)
        elif not service and value.since < FIRST_DAY_OF_AWS:
            yield Finding(name, value.line, "from", f"`from` {value.since} is before AWS existed ({FIRST_DAY_OF_AWS}): check the day", value)
        for code in getattr(value, "regions", ()):
            region = regions.of_aws().get(code)
            if region and region.since and value.since < region.since:
                message = f"`from` {value.since} is before {code}, {region.name}, opened ({region.since}): check the day and the Region"
                yield Finding(name, value.line, "from", message, value)


def days_of_the_look(book: RateBook) -> Iterator[Finding]:
    """A value that was read before AWS existed, or more than a year before it held."""
    for name, value in _all_values(book):
        verified = value.provenance.verified
        if verified < FIRST_DAY_OF_AWS:
            yield Finding(name, value.line, "verified", f"`verified` {verified} is before AWS existed: write the day on which the source was read")
        elif value.since - verified > EARLIEST_LOOK:
            message = f"`verified` {verified} is more than a year before `from` {value.since}: one of the two is wrong"
            yield Finding(name, value.line, "verified", message, value)


def repeats(book: RateBook) -> Iterator[Finding]:
    """A value that says what the one before it says: a confirmed price moves `verified`, and adds no value."""
    message = "says the same as the value before it (line {}): move `verified` there, and delete this one"
    for rate in book.rates.values():
        for _, before, value in _successions(rate):
            if (before.per, before.tiers) == (value.per, value.tiers):
                yield Finding(rate.dimension, value.line, "repeat", message.format(before.line))
    for dated in _dated(book):
        for before, value in zip(dated.values, dated.values[1:], strict=False):
            if _content(before) == _content(value):
                yield Finding(dated.name, value.line, "repeat", message.format(before.line))


def _content(value: Value) -> tuple:
    return value.amount, value.yes, value.least, value.step, value.pooled_over


def ends(book: RateBook) -> Iterator[Finding]:
    """A price or an allowance that ends, or is not known from a day on, without a word why."""
    for rate in book.rates.values():
        for value in rate.values:
            if not value.tiers and not value.provenance.note:
                yield Finding(rate.dimension, value.line, "end", "the price is null, and no `note` says why: has it ended, or is it not known?")
    for dated in book.free_tiers.values():
        for value in dated.values:
            if value.amount is None and not value.provenance.note:
                yield Finding(dated.name, value.line, "end", "the amount is null, and no `note` says why: has it ended, or is it not known?")


# --- names


def services(book: RateBook) -> Iterator[Finding]:
    """A dimension whose service is not declared, in a file that declares services."""
    for rate in book.rates.values() if book.services else ():
        key = rate.dimension.split(".")[0]
        if key not in book.services:
            near = lines.suggestion(key, book.services)
            yield Finding(rate.dimension, rate.line, "service", f"the service '{key}' is not declared under `services`{near}")


def names_of_regions(book: RateBook) -> Iterator[Finding]:
    """A declared Region that AWS does not have, or calls otherwise."""
    for code, name in book.regions.items():
        region, line = regions.of_aws().get(code), getattr(code, "line", 0) or 0
        if region is None:
            message = f"AWS has no such Region on file{lines.suggestion(code, regions.of_aws())}; a new one is added to macros/{regions.FILE.name} first"
            yield Finding(code, line, "region", message)
        elif region.name != name:
            yield Finding(code, line, "region", f"AWS calls this Region {region.name}, not {lines.show(name)}")


RULES: tuple[Rule, ...] = (
    price_jumps, neighbors, twins, tiers_fall, tiers_change, powers_of_ten, units, steps, rules_that_move, days_before_the_service,
    days_of_the_look, repeats, ends, services, names_of_regions,
)  # fmt: skip


def notices(book: RateBook, on: date) -> list[str]:
    """What is no mistake, but what a maintainer may have forgotten: a Region with a price for requests and none for duration."""
    told = []
    for region in book.regions:
        card = {name: rate.in_force(on, region) for name, rate in book.rates.items()}
        if card.get("lambda.requests") and "lambda.duration.x86_64" in card and not card["lambda.duration.x86_64"]:
            told.append(f"{region} has a price for lambda.requests, but none for lambda.duration.x86_64: no bill can be computed there.")
    return told


# --- helpers


def _of(rate: Rate, value: RateValue, what: str, message: str) -> Finding:
    return Finding(rate.dimension, value.line, what, message, value)


def _dated(book: RateBook) -> Iterator[Dated]:
    for section in (book.free_tiers, book.rules, book.quotas):
        yield from section.values()


def _all_values(book: RateBook) -> Iterator[tuple[str, RateValue | Value]]:
    for rate in book.rates.values():
        yield from ((rate.dimension, value) for value in rate.values)
    for dated in _dated(book):
        yield from ((dated.name, value) for value in dated.values)


def _successions(rate: Rate) -> Iterator[tuple[str, RateValue, RateValue]]:
    """Each value with the one before it in the same Region: (Region, before, value)."""
    for value in rate.values:
        for region in value.regions:
            if before := _before(rate, region, value):
                yield region, before, value


def _beside(book: RateBook) -> Iterator[tuple[Rate, RateValue, str, list[RateValue]]]:
    """Each value in each of its Regions, with what the others have on the day it begins: (rate, value, Region, values of the others)."""
    for rate in book.rates.values():
        for value in rate.values if not rate.is_global else ():
            standing = {region: other for region in book.regions if (other := rate.in_force(value.since, region))}
            for region in value.regions:
                yield rate, value, region, [other for place, other in standing.items() if place != region]


def _before(rate: Rate, region: str, value: RateValue) -> RateValue | None:
    earlier = [old for old in rate.values if region in old.regions and old.since < value.since]
    return earlier[-1] if earlier else None


def _last_with_a_price(rate: Rate, region: str, value: RateValue) -> RateValue | None:
    earlier = [old for old in rate.values if region in old.regions and old.since < value.since and old.tiers]
    return earlier[-1] if earlier else None


def _unit_price(value: RateValue, position: int) -> Fraction | None:
    """What one unit costs in a tier; None where there is no such tier, or its price is not known."""
    if position >= len(value.tiers) or value.tiers[position].price is None:
        return None
    return Fraction(value.tiers[position].price) / Fraction(value.per)


def _odd_prices(value: RateValue, before: RateValue, most: int, base: str) -> str:
    """How a value differs from another beyond belief; empty where it does not. Tiers are compared where both have as many."""
    positions = range(len(value.tiers)) if len(value.tiers) == len(before.tiers) else range(min(1, len(value.tiers)))
    for position in positions:
        new, old = _unit_price(value, position), _unit_price(before, position)
        if new is not None and old is not None and (odd := _odd(new, old, most, base)):
            return f"the price{f' of tier {position + 1}' if len(value.tiers) > 1 else ''} is {odd}"
    return ""


def _odd_tiers(value: RateValue, other: RateValue, base: str) -> str:
    """How the tiers of a value differ from another's beyond belief. Fewer are in order where the rest is said to be unknown, or it ends."""
    if len(value.tiers) < len(other.tiers):
        is_read_in_part = not value.tiers or value.tiers[-1].price is None
        return "" if is_read_in_part else f"it has {len(value.tiers)} tier{'s' * (len(value.tiers) > 1)}, unlike {base}, which has {len(other.tiers)}"
    if len(value.tiers) == len(other.tiers):
        for position, (ours, theirs) in enumerate(zip(value.tiers, other.tiers, strict=True), 1):
            if ours.up_to and theirs.up_to and (odd := _odd(Fraction(ours.up_to), Fraction(theirs.up_to), JUMP, f"that of {base}")):
                return f"the bound of tier {position} is {odd}"
    return ""


def _odd(new: Fraction, old: Fraction, most: int, base: str) -> str:
    """`10 times BASE` where a number is too far from another; empty where it is not. What costs nothing is far from any price."""
    if new == old:
        return ""
    if not old or not new:
        return f"{'not ' * bool(new)}0, unlike {base}"
    return f"{_times(new / old)} {base}" if new >= most * old or new * most <= old else ""


def _times(ratio: Fraction) -> str:
    if ratio > 1_000_000:
        return "more than a million times"
    return f"{float(ratio):,.3g} times" if ratio < 1000 else f"{round(ratio):,} times"
