"""Money, quantities, days and bills -> text. numbers.py rounds: once, half up, when a number becomes text."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .numbers import Number, decimal, exact, grouped, trimmed
from .rating import Allowance, Bill, LineItem

_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_COUNT = re.compile(r"^counts?( |$)")  # the unit of what has none


def quantity(value: Number, places: int | None = None) -> str:
    """A quantity for people: 3,000,000; 931.322575; 0.00000931323. Six places, below one six digits that count; none that is zero."""
    if places is None:
        places = 6 + _zeros_after_point(value) if 0 < abs(value) < 1 else 6
    return grouped(trimmed(decimal(value, places)))


def _zeros_after_point(value: Number) -> int:
    """How many zeros follow the point of a number below one: 2 for 0.00123."""
    zeros, size = 0, abs(Fraction(value)) * 10
    while size < 1:
        zeros, size = zeros + 1, size * 10
    return zeros


def usd(value: Number, places: int | None = None) -> str:
    """Money for people, in dollars and cents. Below a cent four digits that count; with `places`, that many."""
    if places is None:
        places = 2
        size = abs(Fraction(value))
        if 0 < size < Fraction(1, 100):
            return _dollars(trimmed(decimal(value, _zeros_after_point(value) + 4), least=2))
    return _dollars(grouped(decimal(value, places)))


def usd_exact(value: Number, places: int | None = None) -> str:
    """Money with every digit up to six places, two at least; below a cent six digits that count."""
    if places is None:
        places = 6 + _zeros_after_point(value) if 0 < abs(value) < Fraction(1, 100) else 6
    return _dollars(grouped(trimmed(decimal(value, places), least=2)))


def _dollars(text: str) -> str:
    return f"-${text[1:]}" if text.startswith("-") else f"${text}"


def price(value: Decimal) -> str:
    """A price with the digits that the rates file writes, zeros at the end included."""
    return _dollars(grouped(format(value, "f")))


def unit(name: str, per: Number = 1) -> str:
    """What a price is for: "per GB-second", "per 1,000,000 requests"."""
    return f"per {name}" if per == 1 else f"per {quantity(per)} {plural(name)}"


def plural(name: str) -> str:
    """requests, GB-seconds, GB-months, counts per 10 s; symbols such as GB, ms and USD stay as they are."""
    counted, per, base = name.partition(" per ")
    ending = "s" if counted.split("-")[-1].islower() and len(counted) > 2 else ""
    return f"{counted}{ending}{per}{base}"


def measure(value: Number, unit_name: str) -> str:
    """A quantity with its unit: "400,000 GB-seconds", "1 request". What is only counted needs no word for it: "5", "1,000 per 10 s"."""
    name = unit_name if value == 1 else plural(unit_name)
    return f"{quantity(value)} {_COUNT.sub('', name)}".rstrip()


_POOLS = {"account": "for the whole account", "region": "in each Region"}


def allowance(free: Allowance, unit_name: str) -> str:
    """A whole free tier and what shares it: "25 GB-months a month in each Region"."""
    return f"{measure(free.amount, unit_name)} a month {_POOLS[free.pooled_over]}"


def percent(value: Number, places: int = 0) -> str:
    """A share: Fraction(3, 4) -> 75 %. The space does not break."""
    return f"{grouped(decimal(Fraction(value) * 100, places))}\N{NO-BREAK SPACE}%"


def times(value: Number, places: int = 1) -> str:
    """A ratio: 9.5 times."""
    return f"{grouped(trimmed(decimal(value, places)))} times"


def day(value: date) -> str:
    """7 February 2015."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def bill_json(bill: Bill) -> str:
    """A bill for machines: every number a plain decimal string. Its shape is documented with the command line."""
    return json.dumps(bill_data(bill), indent=2)


def bill_data(bill: Bill) -> dict:
    """The content of bill_json."""
    return {
        "on": bill.card.on.isoformat(),
        "region": bill.card.region,
        "currency": bill.card.book.currency,
        "free_tier": bill.free_tier,
        "total": exact(bill.total),
        "lines": [_line_data(line) for line in bill.lines],
    }


def _line_data(line: LineItem) -> dict:
    return {
        "dimension": line.dimension,
        "unit": line.unit,
        "quantity": exact(line.quantity),
        "billable": exact(line.billable),
        "cost": exact(line.cost),
        "tiers": [
            {
                "up_to": None if tier.up_to is None else exact(tier.up_to),
                "quantity": exact(tier.quantity),
                # The price of one unit, so that quantity x price = cost.
                "price": exact(Fraction(tier.price) / Fraction(tier.per)),
                "cost": exact(tier.cost),
            }
            for tier in line.tiers
        ],
    }


def bill_text(title: str, bill: Bill) -> str:
    """A bill for a terminal: a line a dimension, its tiers and free tier below it, a subtotal a service, the total."""
    rows: list[tuple[str, str]] = []
    for line in bill.lines:
        rows.append((f"{line.rate.label}: {measure(line.quantity, line.unit)}", usd_exact(line.cost)))
        if line.allowance and line.allowance.quantity:
            rows.append((f"    free tier: {measure(line.allowance.quantity, line.unit)} (of {allowance(line.allowance, line.unit)})", ""))
        for tier in line.tiers:
            at = "free" if line.value.free else f"{price(tier.price)} {unit(line.unit, tier.per)}"
            rows.append((f"    {measure(tier.quantity, line.unit)} at {at}", usd_exact(tier.cost) if len(line.tiers) > 1 else ""))
    services = list(dict.fromkeys(line.dimension.split(".")[0] for line in bill.lines))
    totals = [(f"{_SERVICES.get(name, name)} in all", bill.only(name).total) for name in services if len(services) > 1]
    stored = [line.dimension for line in bill.lines if line.unit == "GB-month"]
    if stored and len(stored) < len(bill.lines):
        totals.append(("Total before storage", bill.without(*stored).total))
    totals.append(("Total", bill.total))
    summed = [(label, usd_exact(amount)) for label, amount in totals]
    width = max(len(label) for label, _ in rows + summed) + 2
    money = max(len(amount) for _, amount in rows + summed)
    head = f"{title}\n{bill.card.book.regions[bill.card.region]}, rates of {day(bill.card.on)}, " + (
        "free tier applied" if bill.free_tier else "free tier not applied"
    )
    rule = "-" * (width + money)
    body = [f"{label:<{width}}{amount:>{money}}".rstrip() for label, amount in rows]
    foot = [f"{label:<{width}}{amount:>{money}}" for label, amount in summed]
    return "\n".join([head, rule, *body, rule, *foot])


_SERVICES = {
    "lambda": "Lambda", "s3": "S3", "transfer": "Data transfer", "ec2": "EC2", "heroku": "Heroku", "apigateway": "API Gateway",
    "dynamodb": "DynamoDB", "sqs": "SQS", "logs": "CloudWatch Logs", "nat": "NAT gateway",
}  # fmt: skip
