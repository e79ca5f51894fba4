"""What holds for every bill, whatever the workload and whatever the prices."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from macros import metering, rates, rating, workload
from tests import record

# The same examples on every machine and in every run, so that nobody's change fails by chance.
pinned = settings(derandomize=True, deadline=None, database=None, max_examples=60)

BOOK = rates.load(record.FILE)
TODAY = date(2026, 11, 1)
CARD = BOOK.card(on=TODAY, region="us-east-1")


def number(least: int, most: int, places: int = 0) -> st.SearchStrategy[Decimal]:
    """Plain decimals with so many places, never floats."""
    return st.integers(least * 10**places, most * 10**places).map(lambda digits: Decimal(digits).scaleb(-places))


events = st.one_of(number(0, 5_000_000), number(0, 10**11), st.sampled_from([Decimal(0), Decimal(1), Decimal(6 * 10**9)]))
calls = number(0, 3, 2)
lambda_parts = st.fixed_dictionaries(
    {
        "duration_ms": number(0, 20_000, 2),
        "memory_mb": number(128, 10_240),
        "architecture": st.sampled_from(["x86_64", "arm64"]),
        "calls": calls,
        "ephemeral_storage_mb": number(512, 10_240),
        "init_ms": number(0, 10_000, 1),
        "cold_starts": number(0, 1, 3),
        "streamed_mb": number(0, 200, 1),
        "asynchronous_kb": number(0, 1048, 1),
        "provisioned": st.booleans(),
    }
)
per_event_parts = {
    "lambda": lambda_parts,
    "s3": st.fixed_dictionaries(
        {
            "put_requests": number(0, 20),
            "get_requests": number(0, 20),
            "delete_requests": number(0, 20),
            "stored_kb": number(0, 5000, 1),
            "calls": calls,
        }
    ),
    "transfer": st.fixed_dictionaries({"out_kb": number(0, 5000, 1), "calls": calls}),
}
standing_parts = {
    "provisioned_concurrency": st.fixed_dictionaries({"environments": number(0, 1000), "memory_mb": number(128, 10_240), "hours": number(0, 744, 2)}),
    "s3": st.fixed_dictionaries({"stored_gb": number(0, 2_000_000), "stored_days": number(0, 30), "month_days": st.just(Decimal(30))}),
    "transfer": st.fixed_dictionaries({"out_gb": number(0, 500_000)}),
    "ec2": st.fixed_dictionaries({"instance": st.just("t3.micro"), "count": number(0, 50), "hours": number(0, 744, 1)}),
    "heroku": st.fixed_dictionaries({"dyno": st.just("standard-1x"), "count": number(0, 50)}),
}


def some_of(parts: dict) -> st.SearchStrategy[dict]:
    """A few of the parts, each a list of one to three."""
    return st.fixed_dictionaries({}, optional={key: st.lists(part, min_size=1, max_size=3) for key, part in parts.items()})


def with_parts(content: dict) -> dict:
    """Without a section that is empty; where both are, with one event's request and nothing else: a workload names a part."""
    named = {key: value for key, value in content.items() if value != {}}
    return named if {"per_event", "standing"} & set(named) else named | {"per_event": {"s3": {"put_requests": 1}}}


workloads = st.fixed_dictionaries(
    {"title": st.just("Anything"), "events": events, "per_event": some_of(per_event_parts), "standing": some_of(standing_parts)}
).map(with_parts)


def bill_of(content: dict, *, card: rates.RateCard = CARD, free_tier: bool = True) -> rating.Bill:
    return rating.rate(metering.meter(workload.read(content), card), card, free_tier=free_tier)


def costs_of(bill: rating.Bill) -> dict[str, Fraction]:
    return {line.dimension: line.cost for line in bill.lines}


@pinned
@given(workloads, st.booleans())
def test_nothing_on_a_bill_is_negative(content: dict, free_tier: bool) -> None:
    bill = bill_of(content, free_tier=free_tier)
    assert bill.total >= 0
    for line in bill.lines:
        assert line.quantity >= line.billable >= 0
        assert line.cost >= 0
        assert all(tier.quantity >= 0 and tier.cost >= 0 for tier in line.tiers)


@pinned
@given(workloads, st.booleans())
def test_tiers_add_up_to_their_line_and_lines_to_the_total(content: dict, free_tier: bool) -> None:
    bill = bill_of(content, free_tier=free_tier)
    for line in bill.lines:
        assert sum(tier.quantity for tier in line.tiers) == line.billable
        assert sum(tier.cost for tier in line.tiers) == line.cost
        assert sum(usage.quantity for usage in line.usages) == line.quantity
        assert all(tier.cost == tier.quantity * Fraction(tier.price) / Fraction(tier.per) for tier in line.tiers)
        bounds = [tier.up_to for tier in line.tiers]
        assert None not in bounds[:-1]
        assert bounds[:-1] == sorted(set(bounds[:-1]))
    assert bill.total == sum(line.cost for line in bill.lines)
    assert len({line.dimension for line in bill.lines}) == len(bill.lines), "a dimension has one line, however many parts use it"


@pinned
@given(workloads, st.booleans())
def test_a_line_costs_what_its_last_unit_costs_less_what_the_free_units_would(content: dict, free_tier: bool) -> None:
    """Rated a second time, in another way: the price of everything from zero, less the price of what is free."""

    def from_zero(quantity: Fraction, value: rates.RateValue) -> Fraction:
        cost, floor = Fraction(0), Fraction(0)
        for tier in value.tiers:
            if quantity > floor:
                top = quantity if tier.up_to is None else min(quantity, Fraction(tier.up_to))
                cost += (top - floor) * Fraction(tier.price) / Fraction(value.per)
            floor = quantity if tier.up_to is None else Fraction(tier.up_to)
        return cost

    for line in bill_of(content, free_tier=free_tier).lines:
        value = CARD.price(line.dimension)
        assert line.cost == from_zero(line.quantity, value) - from_zero(line.quantity - line.billable, value)


SMALL_RATES = """\
schema: 1
currency: USD
recheck_days: 180
regions: {us-east-1: N. Virginia}
sources: {paper: {title: A piece of paper, url: "https://example.com/"}}
rates:
  transfer.out:
    label: Data transfer
    unit: GB
    per: 4
    values:
      - from: 2020-01-01
        regions: [us-east-1]
        tiers: [{up_to: 10, price: 3}, {up_to: 30, price: 2}, {up_to: 40, price: 1}, {price: unknown}]
        source: paper
        verified: 2020-01-01
        evidence: none
        confidence: medium
free_tiers:
  transfer.out:
    label: Free data transfer
    unit: GB
    covers: [transfer.out]
    pooled_over: account
    values: [{from: 2020-01-01, amount: AMOUNT, source: paper, verified: 2020-01-01, evidence: none, confidence: medium}]
rules: {}
quotas: {}
"""


@pytest.mark.parametrize("allowance", [1, 10, 15, 30, 35, 40, 45, 100])
def test_a_free_tier_may_reach_into_any_tier(tmp_path: Path, allowance: int) -> None:
    """Against a ladder climbed GB by GB. No allowance of today is larger than a first tier; the next one may be."""
    path = tmp_path / "rates.yml"
    path.write_text(SMALL_RATES.replace("AMOUNT", str(allowance)), encoding="utf-8")
    card = rates.load(path, judge=False).card(on=date(2020, 1, 1), region="us-east-1")
    for used in range(60):
        content = {"title": "Transfer", "events": 0, "standing": {"transfer": {"out_gb": used}}}
        paid = range(allowance, used)  # the number of each GB that is paid, from 0
        if any(gigabyte >= 40 for gigabyte in paid):
            with pytest.raises(rates.NoRate, match="transfer.out"):
                bill_of(content, card=card)
        else:
            by_one = sum(Fraction(3 if gigabyte < 10 else 2 if gigabyte < 30 else 1, 4) for gigabyte in paid)
            assert bill_of(content, card=card).total == by_one


GROWING = {
    ("per_event", "lambda"): {
        "duration_ms": number(0, 900_000, 2),
        "memory_mb": number(128, 10_240),
        "calls": calls,
        "ephemeral_storage_mb": number(512, 10_240),
        "init_ms": number(0, 10_000, 1),
        "cold_starts": number(0, 1, 3),
        "streamed_mb": number(0, 200, 1),
        "asynchronous_kb": number(0, 1048, 1),
    },
    ("per_event", "s3"): {
        "put_requests": number(0, 10_000),
        "get_requests": number(0, 10_000),
        "delete_requests": number(0, 10_000),
        "stored_kb": number(0, 1_000_000, 1),
    },
    ("per_event", "transfer"): {"out_kb": number(0, 1_000_000, 1)},
    ("standing", "provisioned_concurrency"): {"environments": number(0, 10_000), "hours": number(0, 744, 2)},
    ("standing", "s3"): {"stored_gb": number(0, 2_000_000), "stored_days": number(0, 30)},
    ("standing", "transfer"): {"out_gb": number(0, 500_000)},
    ("standing", "ec2"): {"count": number(0, 50), "hours": number(0, 744, 1)},
    ("standing", "heroku"): {"count": number(0, 50)},
}


@pytest.mark.parametrize("free_tier", [True, False], ids=["free tier", "no free tier"])
@pytest.mark.parametrize(("section", "part", "key"), [(*place, key) for place, keys in GROWING.items() for key in keys])
def test_a_bill_never_falls_when_one_thing_grows(section: str, part: str, key: str, free_tier: bool) -> None:
    strategy = (per_event_parts if section == "per_event" else standing_parts)[part]

    @settings(pinned, max_examples=25)
    @given(workloads, strategy, GROWING[section, part][key], GROWING[section, part][key])
    def check(content: dict, drawn: dict, one: Decimal, other: Decimal) -> None:
        def with_(value: Decimal) -> Fraction:
            return bill_of(content | {section: content.get(section, {}) | {part: drawn | {key: value}}}, free_tier=free_tier).total

        assert with_(min(one, other)) <= with_(max(one, other))

    check()


@pinned
@given(workloads, events, events, st.booleans())
def test_a_bill_never_falls_when_there_are_more_events(content: dict, one: Decimal, other: Decimal, free_tier: bool) -> None:
    fewer, more = (bill_of(content | {"events": count}, free_tier=free_tier).total for count in sorted((one, other)))
    assert fewer <= more


@pinned
@given(workloads)
def test_a_free_tier_never_makes_a_bill_dearer(content: dict) -> None:
    with_it, without_it = bill_of(content, free_tier=True), bill_of(content, free_tier=False)
    for line in with_it.lines:
        assert line.cost <= without_it.line(line.dimension).cost
        assert line.quantity == without_it.line(line.dimension).quantity == without_it.line(line.dimension).billable


@pinned
@given(workloads)
def test_a_free_tier_gives_its_allowance_once_and_uses_it_up(content: dict) -> None:
    bill = bill_of(content)
    for dated, value in CARD.free_tiers_in_force():
        lines = [line for line in bill.lines if line.dimension in dated.covers]
        given_away = sum((line.quantity - line.billable for line in lines), Fraction(0))
        assert given_away == min(Fraction(value.amount), sum((line.quantity for line in lines), Fraction(0)))


@pinned
@given(number(0, 450_000), number(128, 5_120), number(1, 10**9), st.sampled_from(["x86_64", "arm64"]))
def test_twice_the_memory_for_half_the_time_is_the_same_compute(half_ms: Decimal, memory_mb: Decimal, count: Decimal, architecture: str) -> None:
    """With whole milliseconds before and after, rounding has no part in it."""

    def gb_seconds(duration_ms: Decimal, memory: Decimal) -> Fraction:
        part = {"duration_ms": duration_ms, "memory_mb": memory, "architecture": architecture}
        content = {"title": "Compute", "events": count, "per_event": {"lambda": part}}
        return bill_of(content).line(f"lambda.duration.{architecture}").quantity

    assert gb_seconds(half_ms * 2, memory_mb) == gb_seconds(half_ms, memory_mb * 2) == Fraction(count * half_ms * 2 * memory_mb) / 1024 / 1000


@pytest.mark.parametrize(("on", "increment_ms"), [(date(2016, 6, 1), 100), (TODAY, 1)], ids=["by 100 ms", "by 1 ms"])
def test_rounding_costs_at_most_one_increment_when_memory_doubles_and_time_halves(on: date, increment_ms: int) -> None:
    """Half of a time that is no whole number of pairs of increments is rounded up by one more: 101 ms -> 51 ms twice."""
    card = BOOK.card(on=on, region="us-east-1")

    @pinned
    @given(number(0, 59_000, 2), number(2, 12))
    def check(duration_ms: Decimal, eighths: Decimal) -> None:
        memory_mb = eighths * 64

        def gb_seconds(duration: Decimal, memory: Decimal) -> Fraction:
            content = {"title": "Compute", "events": 1, "per_event": {"lambda": {"duration_ms": duration, "memory_mb": memory}}}
            return bill_of(content, card=card).line("lambda.duration.x86_64").quantity

        increment = Fraction(increment_ms, 1000) * Fraction(memory_mb) / 1024
        assert gb_seconds(duration_ms / 2, memory_mb * 2) - gb_seconds(duration_ms, memory_mb) in (0, increment)

    check()


@pinned
@given(lambda_parts, number(0, 10**10), number(0, 10**10), st.booleans())
def test_two_halves_in_one_workload_are_billed_as_the_whole(part: dict, one: Decimal, other: Decimal, free_tier: bool) -> None:
    """One free tier, one ladder of tiers, however the month is cut up."""

    def month(*counts: Decimal) -> dict[str, Fraction]:
        parts = [part | {"calls": count} for count in counts]
        return costs_of(bill_of({"title": "A month", "events": 1, "per_event": {"lambda": parts}}, free_tier=free_tier))

    assert month(one, other) == month(other, one) == month(one + other)


@pinned
@given(number(0, 3_000_000), number(0, 3_000_000), number(1, 900, 1), number(128, 1024))
def test_two_halves_billed_apart_get_two_free_tiers(one: Decimal, other: Decimal, duration_ms: Decimal, memory_mb: Decimal) -> None:
    """Within the first tier: apart they cost no more than together, and without free tiers the same.

    (Beyond it they can cost more, because each half begins again at the dearest tier.)
    """

    def total(count: Decimal, free_tier: bool) -> Fraction:
        part = {"duration_ms": duration_ms, "memory_mb": memory_mb, "calls": count}
        return bill_of({"title": "A month", "events": 1, "per_event": {"lambda": part}}, free_tier=free_tier).total

    assert total(one, True) + total(other, True) <= total(one + other, True)
    assert total(one, False) + total(other, False) == total(one + other, False)


@pinned
@given(workloads, st.randoms(use_true_random=False))
def test_the_order_of_the_parts_does_not_change_a_line(content: dict, random) -> None:
    usages = metering.meter(workload.read(content), CARD)
    shuffled = list(usages)
    random.shuffle(shuffled)
    assert costs_of(rating.rate(usages, CARD, free_tier=True)) == costs_of(rating.rate(shuffled, CARD, free_tier=True))


@settings(pinned, max_examples=400)
@given(
    st.sampled_from(sorted(BOOK.rates)),
    st.sampled_from(sorted(BOOK.regions)),
    st.integers(0, (TODAY - date(2006, 1, 1)).days).map(lambda days: TODAY - timedelta(days=days)),
    st.integers(1, 10**12),
)
def test_a_quantity_costs_something_or_is_called_free_or_is_an_error(dimension: str, region: str, on: date, quantity: int) -> None:
    """Unknown is not zero: there is no day, region or dimension for which a missing price becomes a bill of nothing."""
    card = BOOK.card(on=on, region=region)
    usage = metering.Usage(dimension, (metering.Factor(Fraction(quantity), "units"),))
    try:
        line = rating.rate([usage], card, free_tier=False).line(dimension)
    except rates.NoRate as error:
        assert dimension in str(error)
        assert str(on) in str(error)
        return
    assert line.billable == quantity
    assert (line.cost > 0) != line.value.free
    assert region in line.value.regions or line.value.regions == ("global",)
    assert line.value.since <= on


@pinned
@given(st.text(min_size=1, max_size=20))
def test_a_region_or_dimension_that_is_not_declared_is_an_error(name: str) -> None:
    assume(name not in BOOK.regions and name not in BOOK.rates)
    with pytest.raises(rates.NoRate):
        BOOK.card(on=TODAY, region=name)
    with pytest.raises(rates.NoRate):
        rating.rate([metering.Usage(name, (metering.Factor(Fraction(0), "units"),))], CARD, free_tier=True)


@pinned
@given(workloads)
def test_money_is_never_a_float(content: dict) -> None:
    bill = bill_of(content)
    for line in bill.lines:
        exact = [line.quantity, line.billable, line.cost, *(tier.cost for tier in line.tiers), *(tier.quantity for tier in line.tiers)]
        assert all(isinstance(value, Fraction) for value in exact)
        assert all(isinstance(tier.price, Decimal) for tier in line.tiers)
    assert isinstance(bill.total, Fraction)
