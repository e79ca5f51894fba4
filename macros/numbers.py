"""Numbers -> text, digit by digit. The only place that rounds: once, half up, when a number becomes text. Knows no bill."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Number = Fraction | Decimal | int
_NO_END = 12  # places of a quotient that does not end, in data for machines


def decimal(value: Number, places: int) -> str:
    """Rounded half up to so many places: decimal(Fraction(1, 8), 2) is "0.13"."""
    value = Fraction(value)
    scaled, denominator = abs(value.numerator) * 10**places, value.denominator
    digits = str((2 * scaled + denominator) // (2 * denominator))
    if places:
        digits = digits.rjust(places + 1, "0")
        digits = f"{digits[:-places]}.{digits[-places:]}"
    return f"-{digits}" if value < 0 and digits.strip("0.") else digits


def exact(value: Number) -> str:
    """Every digit as a plain decimal; where a quotient does not end, half up at 12 places."""
    value = Fraction(value)
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return trimmed(decimal(value, max(twos, fives) if rest == 1 else _NO_END))


def trimmed(text: str, least: int = 0) -> str:
    """Without zeros at the end, but with at least so many places."""
    if "." not in text:
        return text
    whole, fraction = text.split(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    return f"{whole}.{fraction}" if fraction else whole


def grouped(text: str) -> str:
    """Thousands set apart: 1000000.5 -> 1,000,000.5."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, fraction = digits.partition(".")
    return f"{sign}{int(whole):,}{dot}{fraction}"
