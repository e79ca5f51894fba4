"""Numbers as text: every expectation is written by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from macros import formatting


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(1, 8), 2, "0.13"),  # 0.125: half up, where bankers would say 0.12
        (Decimal("16.425"), 2, "16.43"),
        (Decimal("333.334"), 2, "333.33"),
        (Decimal("2.675"), 2, "2.68"),  # a float would say 2.67
        (Decimal("-0.125"), 2, "-0.13"),
        (Decimal("-0.001"), 2, "0.00"),  # no minus before nothing
        (Fraction(2, 3), 0, "1"),
        (0, 2, "0.00"),
        (10**15, 2, "1000000000000000.00"),
    ],
)
def test_rounding_is_half_up(value, places, text):
    assert formatting.decimal(value, places) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.0000000333"), "0.0000000333"),  # str(Decimal) would say 3.33E-8
        (Decimal("2.733338"), "2.733338"),
        (Fraction(10**12, 2**30), "931.322574615478515625"),
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(2, 3), "0.666666666667"),
        (3_000_000, "3000000"),
        (Decimal("10.500"), "10.5"),
        (0, "0"),
    ],
)
def test_data_for_machines_has_every_digit(value, text):
    assert formatting.exact(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("13.534"), "$13.53"),
        (Decimal("1234567.891"), "$1,234,567.89"),
        (Decimal("0.0099999"), "$0.01"),
        (Decimal("0.01"), "$0.01"),
        (Decimal("0.000013534"), "$0.00001353"),
        (Decimal("0.0000002"), "$0.0000002"),
        (Decimal("0.001"), "$0.001"),
        (Decimal("-1.335"), "-$1.34"),
        (0, "$0.00"),
    ],
)
def test_money_for_people(value, text):
    assert formatting.usd(value) == text


def test_money_with_as_many_places_as_asked_for():
    assert formatting.usd(Decimal("3.534"), 3) == "$3.534"
    assert formatting.usd(Decimal("1000"), 0) == "$1,000"


def test_money_with_every_digit():
    assert formatting.usd_exact(Decimal("3.534")) == "$3.534"
    assert formatting.usd_exact(Decimal("10")) == "$10.00"
    assert formatting.usd_exact(Decimal("27.93967723846")) == "$27.939677"


def test_prices_keep_the_digits_of_the_file():
    assert formatting.price(Decimal("0.0000150000")) == "$0.0000150000"
    assert formatting.price(Decimal("0.20")) == "$0.20"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (400_000, "GB-second", "400,000 GB-seconds"),
        (1, "request", "1 request"),
        (Fraction(1, 2), "request", "0.5 requests"),
        (Fraction(-1, 2), "request", "-0.5 requests"),
        (10_240, "MB", "10,240 MB"),
        (100, "GB", "100 GB"),
        (100, "ms", "100 ms"),
        (730, "hour", "730 hours"),
        (Fraction(10**12, 2**30), "GB-month", "931.322575 GB-months"),
        (2, "GB-environment", "2 GB-environments"),
        (Fraction(10_000, 2**30), "GB-month", "0.00000931323 GB-months"),  # 0.0000093132257...
        (1_000, "count per 10 s", "1,000 per 10 s"),  # not "1,000 count per 10 ss"
        (1, "count per 10 s", "1 per 10 s"),
        (5, "count", "5"),  # five layers, not "5 counts"
        (1, "count", "1"),
    ],
)
def test_quantities_with_units(value, unit, text):
    assert formatting.measure(value, unit) == text


def test_what_a_price_is_for():
    assert formatting.unit("request", Decimal(1_000_000)) == "per 1,000,000 requests"
    assert formatting.unit("GB-second") == "per GB-second"


def test_shares_ratios_and_days():
    from datetime import date

    assert formatting.percent(Fraction(739, 1000)) == "74\N{NO-BREAK SPACE}%"
    assert formatting.percent(Fraction(739, 1000), 1) == "73.9\N{NO-BREAK SPACE}%"
    assert formatting.times(Fraction(949, 100)) == "9.5 times"
    assert formatting.times(10) == "10 times"
    assert formatting.day(date(2015, 2, 7)) == "7 February 2015"
