"""The rates file: sound, exact, true to history; and what a bad one gets.

The facts below are the sources', not the file's: prices, allowances, rules and quotas on days that are past. No price of today
is repeated here.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median

import jsonschema
import pytest
import yaml

from macros import rates

HERE = Path(__file__).parent
GOOD = sorted(HERE.glob("good_rates/*.yml")) + [rates.FILE]
BAD = sorted(HERE.glob("bad_rates/*.yml"))
SCHEMA = json.loads(rates.FILE.with_name("rates.schema.json").read_text(encoding="utf-8"))

# What a schema cannot see: which key came twice, what stands in another place or another order, and a calendar's today.
BEYOND_THE_SCHEMA = {
    "dates-are-out-of-order",
    "dates-of-a-rule-are-out-of-order",
    "duplicate-key-at-the-top",
    "duplicate-key-in-a-rate",
    "duplicate-key-in-a-tier",
    "duplicate-key-in-a-value",
    "duplicate-rate",
    "duplicate-region",
    "duplicate-source",
    "free-tier-covers-an-unknown-dimension",
    "free-tier-covers-another-unit",
    "free-tier-covers-what-another-covers",
    "global-beside-regions",
    "last-tier-has-a-bound",
    "open-tier-in-the-middle",
    "price-is-empty",
    "quota-min-is-above-max",
    "region-is-not-declared",
    "source-is-not-declared",
    "tier-bounds-are-equal",
    "tier-bounds-fall",
    "two-quotas-for-one-day",
    "two-values-for-one-region-and-day",
    "verified-in-the-future",
    "yaml-alias",
}

# Where an editor reads numbers as numbers, these are numbers like any other, or JSON's true.
BEYOND_THE_SCHEMA_AS_NUMBERS = {"price-has-no-digit-before-the-point", "price-is-infinite", "price-is-not-a-number", "rule-value-is-true"}

# Where each region's Lambda and S3 prices were looked for; N. California has S3's history only.
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1", "ap-northeast-1", "sa-east-1", "af-south-1")
HISTORY_ONLY = ("us-west-1",)

US_EAST = "us-east-1"


@pytest.fixture(scope="module")
def book() -> rates.RateBook:
    return rates.load()


def price_of(book: rates.RateBook, dimension: str, on: str, region: str = US_EAST) -> rates.RateValue:
    return book.card(on=date.fromisoformat(on), region=region).price(dimension)


def written(value: rates.RateValue) -> list[tuple[str, str | None]]:
    """The tiers as somebody would write them: (price, bound)."""
    return [(str(tier.price), None if tier.up_to is None else f"{tier.up_to:,}") for tier in value.tiers]


# --- bad files


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_refused_with_the_mistake_and_its_line(path: Path):
    first, second, *_ = path.read_text(encoding="utf-8").splitlines()
    words, line = first.removeprefix("# error: "), second.removeprefix("# line: ")
    with pytest.raises(rates.RatesError) as refusal:
        rates.load(path)
    start = f"bad_rates/{path.name}: " if line == "none" else f"bad_rates/{path.name}:{line}: "
    messages = str(refusal.value).splitlines()
    assert [message for message in messages if message.startswith(start) and words in message], messages


def test_all_mistakes_are_told_at_once(tmp_path: Path):
    text = (HERE / "good_rates" / "minimal.yml").read_text(encoding="utf-8")
    for right, wrong in (("price: 0.20", "price: -0.20"), ("unit: GB-second", "unit: GB-hour"), ("max: 1_024", "max: 0")):
        assert right in text
        text = text.replace(right, wrong)
    path = tmp_path / "three.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(rates.RatesError) as refusal:
        rates.load(path)
    assert len(str(refusal.value).splitlines()) == 3


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_is_read(path: Path):
    assert rates.load(path).rates


# --- the schema, for editors


class _AsNumbers(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """As most editors read: numbers are numbers; days stay text, as in JSON."""


class _AsText(_AsNumbers):
    """Every scalar is the text that was typed, except null."""


def _typed(_loader: yaml.Loader, node: yaml.ScalarNode) -> str:
    return node.value


_AsNumbers.add_constructor("tag:yaml.org,2002:timestamp", _typed)
for _tag in ("int", "float", "bool"):
    _AsText.add_constructor(f"tag:yaml.org,2002:{_tag}", _typed)

VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
EDITORS = pytest.mark.parametrize("loader", [_AsNumbers, _AsText], ids=["numbers", "text"])


def refusals(path: Path, loader: type[yaml.SafeLoader]) -> list[str]:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(content)]


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@EDITORS
@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_schema_accepts_a_good_file(path: Path, loader: type[yaml.SafeLoader]):
    assert refusals(path, loader) == []


@EDITORS
@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_schema_refuses_a_bad_file_where_it_can(path: Path, loader: type[yaml.SafeLoader]):
    try:
        found = refusals(path, loader)
    except yaml.YAMLError:
        assert path.stem.startswith("yaml-")
        return
    beyond = BEYOND_THE_SCHEMA | BEYOND_THE_SCHEMA_AS_NUMBERS if loader is _AsNumbers else BEYOND_THE_SCHEMA
    assert bool(found) != (path.stem in beyond), found


def test_the_schema_knows_the_units_of_the_checker():
    assert SCHEMA["$defs"]["usageUnit"]["enum"] == list(rates.UNITS)
    assert SCHEMA["$defs"]["limitUnit"]["enum"] == list(rates.LIMIT_UNITS)


def test_every_property_of_the_schema_is_described():
    """An editor shows the description while somebody types."""

    def described(schema: dict) -> bool:
        return "description" in schema or ("$ref" in schema and described(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]))

    values = {"rateValue", "freeTierValue", "ruleValue", "quotaValue", "rate", "tier", "source"}
    shapes = {"the file": SCHEMA} | {name: SCHEMA["$defs"][name] for name in values}
    bare = [f"{shape}.{key}" for shape, schema in shapes.items() for key, prop in schema["properties"].items() if not described(prop)]
    assert bare == []


# --- the file itself


def everything_in(value: object) -> Iterator[object]:
    yield value
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from everything_in(getattr(value, field.name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from everything_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from everything_in(item)


def test_every_number_is_exact(book: rates.RateBook):
    content = list(everything_in(book))
    assert not [item for item in content if isinstance(item, float)]
    assert all(item.is_finite() for item in content if isinstance(item, Decimal))


def test_digits_stay_as_the_vendor_writes_them(book: rates.RateBook):
    assert written(price_of(book, "lambda.duration.x86_64", "2022-08-01"))[1][0] == "0.0000150000"
    assert written(price_of(book, "s3.stored", "2016-01-07"))[0][0] == "0.0300"


def test_every_declared_region_and_source_is_used(book: rates.RateBook):
    values = [value for rate in book.rates.values() for value in rate.values]
    dated = [value for section in (book.free_tiers, book.rules, book.quotas) for entry in section.values() for value in entry.values]
    assert {region for value in values for region in value.regions} - {rates.GLOBAL} == set(book.regions)
    assert {value.provenance.source.key for value in [*values, *dated]} == set(book.sources)


def test_a_price_that_ends_says_why(book: rates.RateBook):
    ends = [(rate.dimension, value) for rate in book.rates.values() for value in rate.values if not value.tiers]
    assert ends
    assert not [dimension for dimension, value in ends if not value.provenance.note]


def test_no_two_values_in_a_row_repeat_each_other(book: rates.RateBook):
    """A confirmed price moves `verified`; only a change, or a reading of other tiers or of another quantity, is a new value."""
    repeated = []
    for rate in book.rates.values():
        newest: dict[str, tuple] = {}
        for value in rate.values:
            content = (value.per, value.tiers)
            repeated += [f"{rate.dimension} {value.since} {region}" for region in value.regions if newest.get(region) == content]
            newest |= dict.fromkeys(value.regions, content)
    assert repeated == []


@pytest.mark.parametrize("region", REGIONS)
def test_lambda_and_s3_have_a_price_in_every_region_that_was_looked_up(book: rates.RateBook, region: str):
    card = book.card(on=date.today(), region=region)
    for dimension in ("lambda.requests", "lambda.duration.x86_64", "lambda.duration.arm64", "lambda.ephemeral_storage", "s3.stored", "transfer.out"):
        assert card.price(dimension).tiers[0].price


def test_the_regions_are_those_that_were_looked_up(book: rates.RateBook):
    assert set(book.regions) == {*REGIONS, *HISTORY_ONLY}


def days_of_change(book: rates.RateBook, *dimensions: str) -> list[date]:
    return sorted({value.since for dimension in dimensions for value in book.rates[dimension].values})


def in_force(book: rates.RateBook, dimension: str, on: date) -> dict[str, rates.RateValue]:
    return {region: value for region in book.regions if (value := book.rates[dimension].in_force(on, region))}


@pytest.mark.parametrize("what", ["duration", "provisioned_concurrency", "provisioned_duration"])
def test_arm64_is_never_dearer_than_x86(book: rates.RateBook, what: str):
    arm64, x86 = f"lambda.{what}.arm64", f"lambda.{what}.x86_64"
    compared = 0
    for on in days_of_change(book, arm64, x86):
        of_x86 = in_force(book, x86, on)
        for region, value in in_force(book, arm64, on).items():
            if region in of_x86:
                compared += 1
                assert value.tiers[0].price / value.per <= of_x86[region].tiers[0].price / of_x86[region].per, (region, on)
    assert compared


def test_no_region_charges_twice_the_usual_for_a_request(book: rates.RateBook):
    """A public calculator has 0.60 a million for Frankfurt: Lambda@Edge's price, caught by mistake."""
    for on in days_of_change(book, "lambda.requests"):
        prices = {region: value.tiers[0].price / value.per for region, value in in_force(book, "lambda.requests", on).items()}
        usual = median(prices.values())
        assert not {region: price for region, price in prices.items() if price > 2 * usual}, on


METERING_READS = {
    "rules": (
        "lambda.billing_increment", "lambda.init_billed", "lambda.mb_per_gb", "lambda.ephemeral_storage_included", "lambda.streamed_included",
        "lambda.async_request_included", "lambda.async_request_chunk", "lambda.provisioned_increment", "s3.bytes_per_gb",
        "transfer.bytes_per_gb", "month.hours",
    ),
    "quotas": ("lambda.memory", "lambda.timeout", "lambda.ephemeral_storage", "lambda.async_payload", "lambda.streamed_response"),
}  # fmt: skip


@pytest.mark.parametrize("section", METERING_READS)
def test_every_rule_and_quota_that_metering_reads_is_in_force(book: rates.RateBook, section: str):
    missing = [name for name in METERING_READS[section] if not getattr(book, section)[name].in_force(date.today())]
    assert missing == []


# --- history

# AWS Price List of 7 January 2016 (krishnan-mani/get-aws-pricing); the first tier also in the original guide of 7 February 2015.
S3_IN_SIX_TIERS = [
    ("0.0300", "1,024"),
    ("0.0295", "51,200"),
    ("0.0290", "512,000"),
    ("0.0285", "1,024,000"),
    ("0.0280", "5,120,000"),
    ("0.0275", None),
]

PRICES = [
    # The original guide, 7 February 2015: $0.20 a million, $0.00001667 a GB-second, PUT $0.005 a thousand, GET $0.004 ten thousand.
    ("2015-02-07", "lambda.requests", 1_000_000, [("0.20", None)]),
    ("2015-02-07", "lambda.duration.x86_64", 1, [("0.00001667", None)]),
    ("2015-02-07", "s3.put_requests", 1_000, [("0.005", None)]),
    ("2015-02-07", "s3.get_requests", 10_000, [("0.004", None)]),
    ("2015-02-07", "s3.stored", 1, S3_IN_SIX_TIERS),
    ("2016-11-30", "s3.stored", 1, S3_IN_SIX_TIERS),
    # AWS News Blog: effective December 1, 2016.
    ("2016-12-01", "s3.stored", 1, [("0.0230", "51,200"), ("0.0220", "512,000"), ("0.0210", None)]),
    # AWS's page, quoted on 22 April 2020 with 0.0000002083 per 100 ms at 128 MB.
    ("2020-04-21", "lambda.duration.x86_64", 1, [("0.00001667", None)]),
    ("2020-04-22", "lambda.duration.x86_64", 1, [("0.0000166667", None)]),
    # AWS News Blog of 29 September 2021: 20 percent below x86.
    ("2021-09-29", "lambda.duration.arm64", 1, [("0.0000133334", None)]),
    # AWS What's New, 4 August 2022: with the billing cycle that begins on 1 August 2022.
    ("2022-07-31", "lambda.duration.x86_64", 1, [("0.0000166667", None)]),
    (
        "2022-08-01",
        "lambda.duration.x86_64",
        1,
        [("0.0000166667", "6,000,000,000"), ("0.0000150000", "15,000,000,000"), ("0.0000133334", None)],
    ),
    (
        "2022-08-01",
        "lambda.duration.arm64",
        1,
        [("0.0000133334", "7,500,000,000"), ("0.0000120001", "18,750,000,000"), ("0.0000106667", None)],
    ),
    # AWS Price Lists 20241022205153 and 20250113172805.
    ("2024-10-31", "dynamodb.writes", 1_000_000, [("1.25", None)]),
    ("2024-11-01", "dynamodb.writes", 1_000_000, [("0.625", None)]),
    ("2024-10-31", "dynamodb.reads", 1_000_000, [("0.25", None)]),
    ("2024-11-01", "dynamodb.reads", 1_000_000, [("0.125", None)]),
    # AWS News Blog, 1 July 2014.
    ("2015-02-07", "ec2.t2.micro", 1, [("0.013", None)]),
    # Heroku Dev Center, 15 June 2015.
    ("2015-06-15", "heroku.hobby", 1, [("7", None)]),
]


@pytest.mark.parametrize(("on", "dimension", "per", "tiers"), PRICES)
def test_a_price_of_the_past(book: rates.RateBook, on: str, dimension: str, per: int, tiers: list[tuple[str, str | None]]):
    value = price_of(book, dimension, on)
    assert value.per == per
    assert written(value) == tiers


def test_s3_of_may_2011_is_known_as_far_as_its_example_goes(book: rates.RateBook):
    """The S3 FAQ's example of that month: 1,024 GB at 0.140, 50,176 at 0.125, 1,700 at 0.110."""
    value = price_of(book, "s3.stored", "2011-05-15")
    assert written(value)[:3] == [("0.140", "1,024"), ("0.125", "51,200"), ("0.110", "52,900")]
    assert value.tiers[-1].price is None


@pytest.mark.parametrize(
    ("on", "dimension", "region"),
    [
        ("2021-09-28", "lambda.duration.arm64", US_EAST),
        ("2010-01-01", "lambda.requests", US_EAST),
        ("2015-02-07", "lambda.requests", "af-south-1"),
        ("2016-01-23", "ec2.t2.micro", US_EAST),
        ("2022-11-28", "heroku.free", US_EAST),
        ("2020-01-01", "s3.stored", "sa-east-1"),
    ],
)
def test_what_is_not_known_has_no_price(book: rates.RateBook, on: str, dimension: str, region: str):
    with pytest.raises(rates.NoRate):
        price_of(book, dimension, on, region)


@pytest.mark.parametrize(
    ("on", "name", "amount"),
    [
        ("2015-02-07", "lambda.requests", 1_000_000),
        ("2015-02-07", "lambda.duration", 400_000),
        ("2021-11-30", "transfer.out", 1),
        ("2021-12-01", "transfer.out", 100),
    ],
)
def test_an_allowance_of_the_past(book: rates.RateBook, on: str, name: str, amount: int):
    assert book.card(on=date.fromisoformat(on), region=US_EAST).free_tier(name).amount == amount


def test_duration_was_billed_in_100_ms_until_december_2020(book: rates.RateBook):
    assert book.card(on=date(2020, 11, 30), region=US_EAST).rule("lambda.billing_increment").amount == 100
    assert book.card(on=date(2020, 12, 1), region=US_EAST).rule("lambda.billing_increment").amount == 1


def test_init_is_billed_since_august_2025(book: rates.RateBook):
    assert book.card(on=date(2025, 7, 31), region=US_EAST).rule("lambda.init_billed").yes is False
    assert book.card(on=date(2025, 8, 1), region=US_EAST).rule("lambda.init_billed").yes is True


@pytest.mark.parametrize(
    ("name", "on", "most"),
    [
        # The original guide, 7 February 2015 and 22 January 2016; AWS's SDK and What's New, November 2017.
        ("lambda.concurrency", "2015-02-07", 50),
        ("lambda.concurrency", "2016-01-22", 100),
        ("lambda.concurrency", "2017-11-30", 1_000),
        # The SDK's API model of each day.
        ("lambda.memory", "2015-02-07", 1_024),
        ("lambda.memory", "2015-06-24", 1_536),
        ("lambda.memory", "2017-11-29", 1_536),
        ("lambda.memory", "2017-11-30", 3_008),
        ("lambda.memory", "2020-11-30", 3_008),
        ("lambda.memory", "2020-12-01", 10_240),
        # The Developer Guide's document history.
        ("lambda.timeout", "2015-10-07", 60),
        ("lambda.timeout", "2015-10-08", 300),
        ("lambda.timeout", "2018-10-09", 300),
        ("lambda.timeout", "2018-10-10", 900),
        ("lambda.async_payload", "2018-11-15", 128),
        ("lambda.async_payload", "2018-11-16", 256),
        # AWS What's New, 24 October 2025; Developer Guide and SDK for the rest.
        ("lambda.async_payload", "2025-10-23", 256),
        ("lambda.async_payload", "2025-10-24", 1_024),
        ("lambda.streamed_response", "2025-07-30", 20),
        ("lambda.streamed_response", "2025-07-31", 200),
        ("lambda.ephemeral_storage", "2022-03-23", 512),
        ("lambda.ephemeral_storage", "2022-03-24", 10_240),
    ],
)
def test_a_quota_of_the_past(book: rates.RateBook, name: str, on: str, most: int):
    assert book.card(on=date.fromisoformat(on), region=US_EAST).quota(name).amount == most
