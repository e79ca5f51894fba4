"""What rates.yml says of a past day stands: it can be added to, and a change of it is seen in tests/rates_history.csv."""

from __future__ import annotations

import re
import textwrap

import pytest

from macros import rates
from tests import built, record_history

TEXT = rates.FILE.read_text(encoding="utf-8")


def test_what_was_true_of_a_past_day_has_not_changed():
    changed = record_history.changes(record_history.recorded(), rates.load())
    assert not changed, "\n".join([*changed, f"The past does not change; {record_history.HOW}."])


def test_every_value_is_on_record():
    missing = record_history.missing(record_history.recorded(), rates.load())
    assert not missing, "\n".join([*missing, "New values go on record in the same commit: run `python -m tests.record_history`."])


# Each rewrites the past, and `check` may well accept it: (what to replace, with what, what the record says).
REWRITTEN = {
    "a digit": ("price: 0.00001667\n", "price: 0.00001668\n", "lambda.duration.x86_64 in us-east-1 from 2015-02-07 has changed from `value 0.00001667"),
    "the quantity of a price": (
        "unit: request\n    per: 1_000_000",
        "unit: request\n    per: 1_000",
        "lambda.requests in us-east-1 from 2015-02-07 has changed",
    ),
    "a unit": (
        "label: DynamoDB on-demand write request units\n    unit: request",
        "label: DynamoDB on-demand write request units\n    unit: GB",
        "dynamodb.writes in us-east-1 from",
    ),
    "what an allowance covers": (
        "covers: [lambda.duration.x86_64, lambda.duration.arm64]",
        "covers: [lambda.duration.x86_64]",
        "lambda.duration from 2014-11-13",
    ),
    "a bound of tiers": ("up_to: 6_000_000_000", "up_to: 6_500_000_000", "lambda.duration.x86_64 in us-east-1 from 2022-08-01 has changed"),
    "a day": ("from: 2020-04-22", "from: 2020-04-21", "lambda.duration.x86_64 in us-east-1 from 2020-04-22 is gone"),
    "a Region": (
        "regions: [af-south-1]\n        price: 0.00000027",
        "regions: [us-west-1]\n        price: 0.00000027",
        "lambda.requests in af-south-1 from 2025-07-30 is gone",
    ),
    "a day of reading": ("verified: 2018-08-01", "verified: 2017-08-01", "`verified` moves forward only"),
    "a source's address": ("https://aws.amazon.com/s3/faqs/", "https://aws.amazon.com/faqs/", "the source s3-faq has changed"),
    "a limit": ("max: 1_536", "max: 1_537", "lambda.memory from 2015-06-24 has changed"),
    "an answer": ("value: no\n", "value: yes\n", "lambda.init_billed from 2014-11-13 has changed from `value no"),
}


@pytest.mark.parametrize(("old", "new", "words"), REWRITTEN.values(), ids=REWRITTEN)
def test_a_rewritten_past_is_named(old: str, new: str, words: str):
    assert old in TEXT
    book = rates.parse(TEXT.replace(old, new, 1), name="rates.yml", judge=False)
    told = record_history.changes(record_history.recorded(), book)
    assert [line for line in told if words in line], told


def test_another_source_needs_another_look():
    """A later `verified` may come with another source; the same day with another source was not read there."""
    read_in = 'read_in: "dwyl/learn-aws-lambda@24580c7:README.md (2015-02-07); Zack Bloom, Serverless Pricing (August 2018)"'
    old = f"source: lambda-pricing\n        {read_in}\n        verified: 2018-08-01"
    assert TEXT.count(old) == 1
    other = old.replace("source: lambda-pricing", "source: aws-calculator")
    record = record_history.recorded()
    told = record_history.changes(record, rates.parse(TEXT.replace(old, other), name="rates.yml", judge=False))
    assert [line for line in told if "without a new look" in line]
    later = other.replace("verified: 2018-08-01", "verified: 2019-08-01")
    assert record_history.changes(record, rates.parse(TEXT.replace(old, later), name="rates.yml", judge=False)) == []


def test_a_value_that_is_left_out_is_missed():
    start = TEXT.index("      - from: 2020-04-22\n        regions: [us-east-1]")
    end = TEXT.index("      - from: 2022-08-01", start)
    told = record_history.changes(record_history.recorded(), rates.parse(TEXT[:start] + TEXT[end:], name="rates.yml", judge=False))
    assert [line for line in told if "from 2020-04-22 is gone" in line]


def test_a_value_between_two_of_the_record_is_seen():
    """It would change what was in force on the days after it."""
    start = TEXT.index("      - from: 2020-04-22\n        regions: [us-east-1]")
    end = TEXT.index("      - from: 2022-08-01", start)
    between = TEXT[start:end].replace("2020-04-22", "2021-01-01")
    told = record_history.changes(record_history.recorded(), rates.parse(TEXT[:end] + between + TEXT[end:], name="rates.yml", judge=False))
    assert [line for line in told if "2021-01-01 was not on record" in line]


def test_a_value_may_be_added_at_the_end():
    entry = TEXT.index("  lambda.duration.x86_64:")
    at = TEXT.index("\n\n", entry)
    added = """
      - from: 2026-11-01
        regions: [us-east-1]
        tiers: [{up_to: 6_000_000_000, price: 0.0000150000}, {up_to: 15_000_000_000, price: 0.0000140000}, {price: 0.0000130000}]
        source: lambda-pricing
        verified: 2026-11-02
        evidence: "a page"
        confidence: high"""
    book = rates.parse(TEXT[:at] + added + TEXT[at:], name="rates.yml", judge=False)
    record = record_history.recorded()
    assert record_history.changes(record, book) == []
    assert "lambda.duration.x86_64 in us-east-1 from 2026-11-01" in record_history.missing(record, book)


def test_the_new_value_that_the_maintainers_page_shows_passes_the_check():
    """Typed as it stands there, below the last value of its dimension."""
    page = (built.ROOT / "docs/contributing/rates.md").read_text(encoding="utf-8")
    [typed] = re.findall(r"^ +- from: 2027-.*?(?=\n +```)", page, re.DOTALL | re.MULTILINE)
    at = TEXT.index("\n\n", TEXT.index("  lambda.requests:"))
    book = rates.parse(f"{TEXT[:at]}\n{textwrap.indent(textwrap.dedent(typed), ' ' * 6)}{TEXT[at:]}", name="rates.yml")
    record = record_history.recorded()
    assert record_history.changes(record, book) == []
    assert "lambda.requests in us-east-1 from 2027-03-01" in record_history.missing(record, book)
