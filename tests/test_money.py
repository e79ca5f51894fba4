"""Money is exact and explained: what a bill, a receipt and a message say, for numbers of any length and for files that lack something.

The sums themselves are in tests/workloads. Here is what a case file cannot say: notes, words, layout, and rates files that were cut.
"""

from __future__ import annotations

import copy
import dataclasses
import decimal
import json
import random
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from macros import export, figures, formatting, lines, metering, pages, rates, rating, reference, workload
from tests import parity, record

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def book() -> rates.RateBook:
    return rates.load(record.FILE)


@pytest.fixture
def site_pages(book: rates.RateBook) -> pages.Pages:
    return pages.Pages(book, TODAY, ROOT / "docs", lambda: ("page.md", "../"))


def bill_of(content: dict, book: rates.RateBook, *, on: date = TODAY, region: str = "us-east-1", free_tier: bool = False) -> rating.Bill:
    card = book.card(on=on, region=region)
    return rating.rate(metering.meter(workload.read(content), card), card, free_tier=free_tier)


def calls(**settings: object) -> dict:
    return {"title": "Calls", "events": 1, "per_event": {"lambda": {"memory_mb": 1024} | settings}}


def bill_command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "macros", "bill", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


# --- exact, for any input

LONG = "1234567890.000000000000000000000000000000000000000007"
EVERYTHING = {
    "title": "Everything, with more digits than a Decimal keeps",
    "events": LONG,
    "per_event": {
        "lambda": [
            {
                "duration_ms": "99.00000000000000000000000000000000001",
                "init_ms": "0.00000000000000000000000000000000000009",
                "cold_starts": "0.123456789",
                "memory_mb": "1024",
                "ephemeral_storage_mb": "1024",
                "streamed_mb": "7.00000000000000000000000000000000001",
                "asynchronous_kb": LONG[9:],
                "calls": LONG,
            },
            {"billed_ms": LONG, "memory_mb": "1024"},
        ],
        "s3": {"put_requests": LONG, "stored_kb": LONG},
        "transfer": {"out_kb": LONG},
    },
    "standing": {
        "provisioned_concurrency": {"environments": LONG, "memory_mb": "1024", "hours": "1.000000000000000000000000000000000000000001"},
        "s3": {"stored_gb": LONG, "stored_days": "1.00000000000000000000000000000000000000003", "month_days": "30"},
        "transfer": {"out_gb": LONG},
        "ec2": {"instance": "t3.micro", "count": LONG, "hours": "1.000000000000000000000000000000000000000001"},
    },
}  # fmt: skip


def test_nothing_is_rounded_before_it_is_printed(book):
    """Decimal arithmetic keeps 28 digits and drops the rest in silence; here it would stop the test."""
    traps = [decimal.Inexact, decimal.Rounded]
    chance = random.Random("exact")
    with decimal.localcontext(decimal.Context(prec=28, traps=traps)):
        bill = bill_of(EVERYTHING, book, free_tier=True)
        formatting.bill_text(EVERYTHING["title"], bill)
        for _ in range(300):
            _, card, free_tier = parity.circumstances(chance)
            parity.python_says(card, parity.wild(chance), free_tier)
    long = Fraction(Decimal(LONG))
    # 29 GB beyond nothing: quantity of what is sent a month and what each event sends, with all digits
    assert bill.line("transfer.out").quantity == long + long * long * 1000 / 2**30
    assert bill.line("ec2.t3.micro").quantity == long * Fraction(Decimal("1.000000000000000000000000000000000000000001"))


@pytest.mark.parametrize("digits", [101, 4_300, 5_000, 1_000_000])
def test_a_number_without_end_is_refused_in_one_line(tmp_path, digits):
    path = tmp_path / "long.yml"
    path.write_text(f"title: Long\nevents: {'9' * digits}\nper_event:\n  lambda: {{duration_ms: 100, memory_mb: 1024}}\n", encoding="utf-8")
    done = bill_command(path)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == f"long.yml:2: `events` is {digits:,} characters long: a number has at most 100\n"


def test_a_number_of_a_hundred_digits_is_billed(book):
    bill = bill_of({"title": "Long", "events": "9" * 100, "per_event": {"s3": {"put_requests": 1}}}, book)
    assert formatting.exact(bill.line("s3.put_requests").quantity) == "9" * 100


@pytest.mark.parametrize(
    "text", ["1_0", "1_000_0", "12_3456", "1__000", "_1", "1_", "1000_000", "٣", "１２", "1_000.5_0", pytest.param("9" * 101, id="101 digits")]
)
def test_digits_and_underscores_that_are_not_plain_are_no_number(text):
    assert lines.number(text) is None


@pytest.mark.parametrize(("text", "value"), [("1_000", 1000), ("12_345_678.25", Decimal("12345678.25")), ("007", 7), ("1000000", 10**6)])
def test_plain_digits_are_a_number(text, value):
    assert lines.number(text) == value


# --- what a bill needs and a file lacks


@pytest.mark.parametrize(("section", "name"), [("rules", name) for name in metering.RULES] + [("quotas", name) for name in metering.QUOTAS])
def test_a_bill_is_refused_where_the_rates_file_lacks_what_it_needs(book, section, name):
    """A limit that is not in the file is not the same as no limit; each is needed by one of these."""
    known = {key: value for key, value in getattr(book, section).items() if key != name}
    lacking = dataclasses.replace(book, **{section: known})
    assert metering.missing(lacking) == [f"the {'billing rule' if section == 'rules' else 'quota'} '{name}'"]
    needing = [
        EVERYTHING,
        calls(duration_ms=1, package="image"),
        calls(duration_ms=1, runtime="custom"),
        calls(duration_ms=1, provisioned="true"),
        calls(duration_ms=1, restore_ms=1, cold_starts=1),
        calls(duration_ms=1, asynchronous_kb=1, streamed_mb=1, ephemeral_storage_mb=512),
        {"title": "All month", "events": 0, "standing": {"ec2": {"instance": "t3.micro"}}},
    ]
    refusals = []
    for content in needing:
        try:
            bill_of(content, lacking)
        except rates.NoRate as refusal:
            refusals.append(str(refusal))
    assert [refusal for refusal in refusals if f"'{name}'" in refusal and len(refusal.splitlines()) == 1]


def test_the_rates_file_has_all_that_metering_reads():
    assert metering.missing(rates.load()) == []


def test_a_rates_file_that_was_cut_gives_no_bill(tmp_path):
    """Cut between two limits it is sound YAML; the limit that is gone would have refused this hour-long invocation."""
    whole = record.FILE.read_text(encoding="utf-8")
    (tmp_path / "cut.yml").write_text(whole[: whole.index("\n  lambda.timeout:\n")] + "\n", encoding="utf-8")
    (tmp_path / "hour.yml").write_text("title: An hour\nevents: 1\nper_event:\n  lambda: {duration_ms: 3_600_000, memory_mb: 1024}\n", encoding="utf-8")
    done = bill_command(tmp_path / "hour.yml", "--rates", tmp_path / "cut.yml")
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_a_limit_that_begins_later_refuses_nothing(book):
    """In 2016 no source gives the limit on asynchronous events: that is known to be unknown."""
    assert bill_of(calls(duration_ms=100, asynchronous_kb=500), book, on=date(2016, 6, 1)).total > 0


# --- empty and half-written workloads


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        ("title: Cut\nevents: 10\n", "names no part"),
        ("title: Cut\nevents: 10\nper_event:\n", "line 3: `per_event` is empty"),
        ("title: Cut\nevents: 10\nper_event: {}\nstanding: {}\n", "names no part"),
        ("title: Cut\nevents: 10\nper_event:\n  lambda: []\n", "line 4: per_event: `lambda` is an empty list"),
        ("title: Cut\nevents: 10\nper_event:\n  lambda:\n", "per_event.lambda: must hold `key: value` lines"),
        ("title: Cut\nevents: 10\nper_event:\n  s3: {calls: 3}\n", "per_event.s3: is empty: write at least one of put_requests"),
        ("title: Cut\nevents: 10\nper_event:\n  metered: {calls: 2}\n", "per_event.metered: is empty"),
        ("title: Cut\nevents: 10\nstanding:\n  metered: {}\n", "standing.metered: is empty"),
    ],
)
def test_a_workload_that_was_cut_off_is_no_bill_of_nothing(tmp_path, cut, words):
    path = tmp_path / "cut.yml"
    path.write_text(cut, encoding="utf-8")
    with pytest.raises(workload.WorkloadError) as refused:
        workload.load(path)
    message = re.sub(r"^cut.yml:(\d+): ", r"line \1: ", str(refused.value))
    assert words in message and len(message.splitlines()) == 1


def test_one_setting_of_a_billed_workload_can_be_changed(site_pages):
    """`duration_ms` takes the place of `billed_ms`, and the other way round; a cold start needs a duration."""
    month = {"title": "Billed", "events": 10, "per_event": {"lambda": {"billed_ms": 1.5, "memory_mb": 1024}}}
    assert site_pages.bill(month, duration_ms=3).line("lambda.duration.x86_64").quantity.value == Fraction(3, 100)
    assert site_pages.bill("million-calls", billed_ms="100.5").line("lambda.duration.x86_64").quantity.value == Fraction(100500 * 128, 1024)
    with pytest.raises(workload.WorkloadError, match="`billed_ms` has cold starts in it already: leave `init_ms` out"):
        site_pages.bill("cold-starts", billed_ms=5)


# --- what a receipt and a terminal say


def notes_of(bill: rating.Bill, dimension: str) -> list[str]:
    return [usage.note for usage in bill.line(dimension).usages]


@pytest.mark.parametrize(
    ("settings", "on", "notes"),
    [
        ({"duration_ms": "99.50"}, TODAY, ["99.5 ms, rounded up to whole milliseconds"]),
        ({"duration_ms": "99.5"}, date(2015, 6, 1), ["99.5 ms, rounded up to whole 100 ms"]),
        ({"duration_ms": "100"}, TODAY, [""]),
        ({"duration_ms": "0.0000001"}, TODAY, ["0.0000001 ms, rounded up to whole milliseconds"]),
        ({"billed_ms": "1.10"}, TODAY, ["as AWS billed it, not rounded again"]),
        ({"duration_ms": "100", "init_ms": "50.10", "cold_starts": "0.5"}, TODAY,
         ["", "cold starts: INIT time is billed too; 150.1 ms, rounded up to whole milliseconds"]),
        ({"duration_ms": "100", "restore_ms": "50", "cold_starts": "1"}, TODAY, ["cold starts: restore time is billed too"]),
    ],
)  # fmt: skip
def test_a_note_says_what_was_rounded_and_what_was_added(book, settings, on, notes):
    assert notes_of(bill_of(calls(**settings), book, on=on), "lambda.duration.x86_64") == notes


def test_a_note_of_an_asynchronous_event_has_both_units(book):
    bill = bill_of(calls(duration_ms=100, asynchronous_kb="524.2880"), book)
    note = "524.288 kB are 512 KB: 1 for the first 256 KB and 1 for each further 64 KB begun"
    assert notes_of(bill, "lambda.requests") == [note]
    assert bill.line("lambda.requests").quantity == 1 + 4  # (512 - 256) / 64


STORED = {"title": "Stored", "events": 0, "standing": {"metered": {"dynamodb.stored": 30, "lambda.requests": 2_000_000, "transfer.out": 3}}}


def test_a_free_tier_says_what_shares_it(book):
    """DynamoDB's 25 GB are each Region's own, Lambda's million is the account's, and until December 2021 a gigabyte out was each Region's."""
    text = formatting.bill_text("Stored", bill_of(STORED, book, free_tier=True))
    assert "free tier: 25 GB-months (of 25 GB-months a month in each Region)\n" in text
    assert "free tier: 1,000,000 requests (of 1,000,000 requests a month for the whole account)\n" in text
    assert "free tier: 3 GB (of 100 GB a month for the whole account)\n" in text
    out = {"title": "Out", "events": 0, "standing": {"transfer": {"out_gb": 3}}}
    assert "free tier: 1 GB (of 1 GB a month in each Region)\n" in formatting.bill_text("Out", bill_of(out, book, on=date(2021, 11, 30), free_tier=True))


def test_the_receipt_of_a_bill_says_what_shares_a_free_tier(site_pages):
    receipt = str(site_pages.bill(STORED, free_tier=True).total)
    assert "free tier (25 GB-months a month in each Region)" in receipt
    assert "free tier (1,000,000 requests a month for the whole account)" in receipt


def test_the_reference_and_the_data_say_what_shares_a_free_tier(book):
    assert "**25 GB-months**, for each Region by itself" in reference.page(book, "dynamodb", TODAY)
    transfer = reference.page(book, "transfer", TODAY)
    assert "**100 GB**, shared by all Regions of the account" in transfer
    assert "1 GB, for each Region by itself" in transfer
    data = json.loads(export.rates_json(book, TODAY))["free_tiers"]
    assert data["dynamodb.stored"]["pooled_over"] == "region"
    assert data["transfer.out"]["pooled_over"] == "account"
    assert [value.get("pooled_over") for value in data["transfer.out"]["values"]] == ["region", None]


def test_the_lines_of_a_bill_stand_under_each_other(book):
    """Every amount of a bill for a terminal ends in the same column, whatever the labels are."""
    content = {
        "title": "T",
        "events": 1_000_000,
        "per_event": {"lambda": {"duration_ms": 120, "memory_mb": 1024}, "s3": {"put_requests": 2, "stored_kb": 1000}},
    }
    text = formatting.bill_text("T", bill_of(content, book, free_tier=True))
    amounts = [line for line in text.splitlines() if re.search(r" \$[\d,.]+$", line)]
    assert len(amounts) > 5
    assert len({len(line) for line in amounts}) == 1
    assert {len(line) for line in text.splitlines() if set(line) == {"-"}} == {len(amounts[0])}


@pytest.mark.parametrize(("value", "usual", "to_the_digit"), [
    ("0.00995", "$0.00995", "$0.00995"),  # below a cent, above a hundred-and-first
    ("0.009951234567", "$0.009951", "$0.00995123"),
    ("0.01", "$0.01", "$0.01"),
    ("0.0100049", "$0.01", "$0.010005"),
])  # fmt: skip
def test_the_bound_between_two_decimals_and_four_digits_is_a_cent(value, usual, to_the_digit):
    assert formatting.usd(Decimal(value)) == usual
    assert formatting.usd_exact(Decimal(value)) == to_the_digit


# --- what authors ask a bill for


def test_the_lines_of_a_month_can_be_listed(site_pages):
    month = site_pages.bill("image-resize", free_tier=False)
    assert [line.label for line in month.lines] == [
        "Lambda requests",
        "Lambda duration, x86",
        "S3 PUT, COPY, POST and LIST requests",
        "S3 Standard storage",
    ]


def test_what_is_not_available_prints_as_words_and_is_no_protocol():
    missing = figures.Unavailable("not yet")
    assert str(copy.copy(missing)) == str(missing) == '<span class="unavailable">not yet</span>'
    assert str(missing.total.line("lambda.requests")) == str(missing)
    assert not hasattr(missing, "__html__")


# --- facts that were wrong once, from the sources named in the rates file


@pytest.mark.parametrize(
    ("quota", "on", "most"),
    [
        ("lambda.async_payload", "2017-05-08", 128),  # AWS refused 473,086 bytes that day, naming 131,072 (faultline/faultline, issue 12)
        ("lambda.concurrency", "2015-04-08", 50),  # of the preview
        ("lambda.concurrency", "2015-04-09", 100),  # AWS Compute Blog: "previously 50, now 100"
    ],
)
def test_a_limit_of_the_past(quota, on, most):
    assert rates.load().card(on=date.fromisoformat(on), region="us-east-1").quota(quota).amount == most


@pytest.mark.parametrize(
    ("name", "pool"),
    [
        ("lambda.requests", "account"),  # Global-Request
        ("lambda.duration", "account"),  # Global-Lambda-GB-Second
        ("transfer.out", "account"),  # Global-DataTransfer-Out-Bytes
        ("sqs.requests", "account"),  # Global-Requests
        ("logs", "account"),  # Global-DataProcessing-Bytes
        ("dynamodb.stored", "region"),  # TimedStorage-ByteHrs: no Global usage type
    ],
)
def test_what_shares_an_allowance_is_what_aws_tracks_it_by(name, pool):
    """Usage types as in "Tracking your AWS Free Tier usage" of the Billing User Guide: those that begin with Global are the account's."""
    dated = rates.load().free_tiers[name]
    value = dated.in_force(TODAY)
    assert (value.pooled_over or dated.pooled_over) == pool


@pytest.mark.parametrize(
    ("settings", "on", "billed"),
    [
        # AWS Compute Blog: custom runtimes, provisioned concurrency and OCI images paid for INIT before 1 August 2025, too.
        ({}, "2025-07-31", False),
        ({}, "2025-08-01", True),
        ({"package": "image"}, "2025-07-31", True),
        ({"package": "image", "runtime": "custom"}, "2021-01-01", True),
        ({"runtime": "custom"}, "2021-01-01", True),
        ({"provisioned": "true"}, "2025-07-31", True),
    ],
)
def test_who_paid_for_init(settings, on, billed):
    book = rates.load()
    part = calls(duration_ms=100, init_ms=50, cold_starts=1, **settings)
    card = book.card(on=date.fromisoformat(on), region="us-east-1")
    usage = next(usage for usage in metering.meter(workload.read(part), card) if "duration" in usage.dimension)
    assert usage.quantity == Fraction(150 if billed else 100, 1000)


def test_a_price_is_not_older_than_its_evidence():
    """Until September 2025 the copy that was read has Lambda@Edge's price for Singapore; the first right one is of 2 October."""
    book = rates.load()
    with pytest.raises(rates.NotInForce):
        book.card(on=date(2025, 10, 1), region="ap-southeast-1").price("lambda.requests")
    assert book.card(on=date(2025, 10, 2), region="ap-southeast-1").price("lambda.requests").tiers[0].price == Decimal("0.0000002")


@pytest.mark.parametrize(
    ("region", "prices"),
    [  # AWS Price List of 28 September 2026
        ("us-west-2", ["0.023", "0.022", "0.021"]),
        ("ap-northeast-1", ["0.025", "0.024", "0.023"]),
        ("us-west-1", ["0.026", "0.025", "0.024"]),
        ("sa-east-1", ["0.0405", "0.039", "0.037"]),
    ],
)
def test_storage_has_its_upper_tiers_again(region, prices):
    tiers = rates.load().card(on=TODAY, region=region).price("s3.stored").tiers
    assert [str(tier.price) for tier in tiers] == prices
    assert [tier.up_to for tier in tiers] == [51_200, 512_000, None]
