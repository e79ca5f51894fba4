"""The engine in the browser gives what the engine of the build gives, to the last digit, and refuses what it refuses."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros import browser, formatting, metering, rates, rating, workload
from tests import record
from tests.lambda_runtime import tools

HERE = Path(__file__).parent
ENGINE = HERE.parent / "docs/assets/js/engine"
DIMENSIONS = (
    "lambda.requests", "lambda.duration.x86_64", "lambda.duration.arm64",
    "s3.put_requests", "s3.get_requests", "s3.delete_requests", "s3.stored", "transfer.out",
)  # fmt: skip
FIRST, LAST = date(2015, 1, 1), date(2026, 11, 23)

# The real rates, and made-up ones that bring what the real ones have not: a price that no source gives, a price that ended, a
# free dimension in tiers' stead, tiers so low that any workload crosses them, an allowance over both architectures in their order.
MADE_UP = """
schema: 1
currency: USD
recheck_days: 180
regions: {us-east-1: US East (N. Virginia), eu-west-1: Europe (Ireland)}
sources: {page: {title: A page, url: "https://example.com/"}}
rates:
  lambda.requests:
    {label: Lambda requests, unit: request, per: 1_000_000, values: [
      {from: 2014-01-01, regions: [us-east-1], tiers: [{up_to: 1_000, price: 7}, {up_to: 1_000.5, price: 0.3}, {price: unknown}], @p}]}
  lambda.duration.x86_64:
    {label: Lambda duration, unit: GB-second, values: [
      {from: 2014-01-01, regions: [us-east-1, eu-west-1], per: 7, tiers: [{up_to: 3, price: 1.1}, {up_to: 50, price: 0.0000000001}, {price: 9}], @p}]}
  lambda.duration.arm64:
    {label: Lambda duration, unit: GB-second, values: [
      {from: 2018-01-01, regions: [us-east-1], price: 0.7, @p}, {from: 2020-06-01, regions: [us-east-1], price: null, @p}]}
  s3.put_requests: {label: PUT, unit: request, per: 1_000, values: [{from: 2014-01-01, regions: global, price: free, @p}]}
  s3.get_requests: {label: GET, unit: request, per: 1_000, values: [{from: 2014-01-01, regions: [eu-west-1], price: 0.1, @p}]}
  s3.delete_requests: {label: DELETE, unit: request, values: [{from: 2014-01-01, regions: global, price: free, @p}]}
  s3.stored: {label: stored, unit: GB-month, values: [{from: 2014-01-01, regions: global, price: 0.023, @p}]}
  transfer.out: {label: out, unit: GB, values: [{from: 2014-01-01, regions: global, tiers: [{up_to: 1, price: unknown}, {price: 2}], @p}]}
free_tiers:
  lambda.duration:
    {label: Free, unit: GB-second, pooled_over: account, covers: [lambda.duration.arm64, lambda.duration.x86_64], values: [
      {from: 2016-01-01, amount: 2.5, @p}]}
  transfer.out: {label: Free, unit: GB, pooled_over: account, covers: [transfer.out], values: [{from: 2014-01-01, amount: 1, @p}]}
rules:
  lambda.billing_increment: {label: Increment, unit: ms, values: [{from: 2014-01-01, value: 7, @p}]}
  lambda.init_billed: {label: Init, unit: yes/no, values: [{from: 2014-01-01, value: yes, @p}]}
  lambda.mb_per_gb: {label: MB, unit: MB, values: [{from: 2014-01-01, value: 1_000, @p}]}
  s3.bytes_per_gb: {label: Bytes, unit: byte, values: [{from: 2017-01-01, value: 3, @p}]}
  transfer.bytes_per_gb: {label: Bytes, unit: byte, values: [{from: 2014-01-01, value: 1_073_741_824, @p}]}
quotas:
  lambda.memory: {label: Memory, unit: MB, values: [{from: 2014-01-01, min: 128, max: 10_240, step: 64, @p}]}
""".replace("@p", "source: page, verified: 2020-01-01, evidence: made up, confidence: high")


def made_up() -> rates.RateBook:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "rates.yml").write_text(MADE_UP)
        return rates.load(Path(folder) / "rates.yml", judge=False)


BOOKS = {"real": rates.load(record.FILE), "made up": made_up()}


class Twin:
    """The JavaScript engine in a Node.js process, one line in, one line out."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, order: dict) -> dict:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    command = [str(tools.node()), str(HERE / "js/parity.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        yield Twin(process)
        process.stdin.close()


def number(most: int, places: int, least: int = 0) -> st.SearchStrategy[str]:
    """Plain decimals as text."""
    digits = st.integers(least * 10**places, most * 10**places)
    return digits.map(lambda value: formatting.exact(Decimal(value).scaleb(-places)))


# 6,000,000,000 GB-seconds and 10,240 GB are ends of tiers; 1,000,000 requests and 400,000 GB-seconds are free.
EDGES = [0, 1, 400_000, 1_000_000, 6 * 10**9, 75 * 10**8, 15 * 10**9, 1875 * 10**7]
events = st.one_of(
    number(5_000_000, 0),
    number(10**12, 0),
    number(10, 3),
    st.tuples(st.sampled_from(EDGES), st.integers(-1, 1)).map(lambda edge: str(max(0, sum(edge)))),
)
calls = st.one_of(st.just("1"), number(3, 2))
architecture = st.sampled_from(workload.ARCHITECTURES)
memory = st.one_of(st.sampled_from(["128", "512", "1024"]), number(160, 0, least=2).map(lambda steps: str(64 * int(steps))), number(10_240, 0, least=128))
a_second_of_a_gb = st.fixed_dictionaries({"duration_ms": st.just("1000"), "memory_mb": st.just("1024"), "architecture": architecture})
lambda_part = st.fixed_dictionaries(
    {"duration_ms": st.one_of(number(20_000, 2), number(20_000, 0), number(1_000_000, 0)), "memory_mb": memory},
    optional={"architecture": architecture, "calls": calls},
)
cold = st.fixed_dictionaries({"init_ms": number(10_000, 2), "cold_starts": number(1, 3)})
with_cold_starts = st.builds(lambda part, cold: part | cold, lambda_part, cold)
s3 = st.fixed_dictionaries(
    {"put_requests": number(20, 0)},
    optional={"get_requests": number(20, 1), "delete_requests": number(5, 0), "stored_kb": number(5000, 2), "calls": calls},
)
transfer = st.fixed_dictionaries({"out_kb": number(5000, 1)}, optional={"calls": calls})
s3_stored = st.fixed_dictionaries({"stored_gb": number(2_000_000, 2)})
for_days = st.builds(
    lambda stored, days, month: {"stored_gb": stored, "stored_days": days, "month_days": month},
    number(10**6, 1), number(28, 0), number(31, 0, least=28),
)  # fmt: skip
transferred = st.fixed_dictionaries({"out_gb": st.one_of(number(500_000, 2), st.sampled_from(["1", "10239.999", "10240", "10240.001"]))})
SLIPS = [
    {"memory": "128"}, {"init_ms": "3"}, {"calls": "-1"}, {"streamed_mb": "1"}, {"duration_ms": "1e3"}, {"duration_ms": None}, {"memory_mb": "0"},
    {"memory_mb": "127"}, {"memory_mb": "10241"}, {"architecture": "arm"}, {"init_ms": "1", "cold_starts": "1.5"},
]  # fmt: skip
slipped = st.builds(lambda part, slip: part | slip, lambda_part, st.sampled_from(SLIPS))
slipped_days = st.builds(lambda part, days: part | days, for_days, st.sampled_from([{"stored_days": "29", "month_days": "28"}, {"month_days": "32"}]))


def parts(*kinds: tuple[str, st.SearchStrategy[dict]]) -> st.SearchStrategy[dict]:
    """One to five parts; of a kind that occurs once the mapping itself, else the list."""

    def gathered(found: list[tuple[str, dict]]) -> dict:
        lists: dict[str, list] = {}
        for kind, part in found:
            lists.setdefault(kind, []).append(part)
        return {kind: held[0] if len(held) == 1 else held for kind, held in lists.items()}

    return st.lists(st.one_of([st.tuples(st.just(kind), part) for kind, part in kinds]), min_size=1, max_size=5).map(gathered)


sound = parts(
    ("lambda", lambda_part), ("lambda", lambda_part), ("lambda", a_second_of_a_gb), ("lambda", with_cold_starts), ("s3", s3), ("transfer", transfer),
)  # fmt: skip
unsound = parts(("lambda", lambda_part), ("lambda", slipped), ("s3", s3))
workloads = st.fixed_dictionaries(
    {"title": st.just("Anything"), "events": events, "per_event": st.one_of(sound, sound, sound, sound, unsound)},
    optional={"standing": parts(("s3", s3_stored), ("s3", for_days), ("transfer", transferred), ("transfer", transferred), ("s3", slipped_days))},
)
cards = st.tuples(
    st.sampled_from(["real", "real", "made up"]), st.dates(FIRST, LAST), st.sampled_from(["us-east-1"] * 5 + ["eu-west-1"])
)


def quotient(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def python_says(card: rates.RateCard, content: dict, free_tier: bool) -> dict:
    try:
        bill = rating.rate(metering.meter(workload.read(content), card), card, free_tier=free_tier)
    except (rates.NoRate, workload.WorkloadError) as error:
        return {"error": comparable(str(error))}
    return {
        "data": json.loads(formatting.bill_json(bill)),
        "exact": {
            "total": quotient(bill.total),
            "lines": [[line.dimension, *map(quotient, (line.quantity, line.billable, line.cost))] for line in bill.lines],
            "factors": [
                [[quotient(factor.value), factor.unit, factor.divide] for factor in usage.factors] for line in bill.lines for usage in line.usages
            ],
        },
        "text": [
            formatting.usd(bill.total),
            *(text for line in bill.lines for text in (formatting.usd(line.cost), formatting.measure(line.quantity, line.unit))),
        ],
    }


def comparable(error: str) -> str:
    """Without what only Python adds: a guess at the word that was meant, the list of all words that it knows."""
    return re.sub(r"(; did you mean .*|: known here are .*)$", "", error)


# A thousand workloads; the same on every machine and in every run, so that nobody's change fails by chance.
@settings(derandomize=True, deadline=None, database=None, max_examples=1000)
@given(cards, workloads, st.booleans())
def test_the_browser_bills_as_the_build_does(twin, which, content, free_tier):
    book, on, region = which
    card = BOOKS[book].card(on=on, region=region)
    data = json.loads(browser.card_data(card, DIMENSIONS))
    said = twin.ask({"card": data, "workload": content, "free_tier": free_tier})
    if "error" in said:
        said = {"error": comparable(said["error"])}
    expected = python_says(card, content, free_tier)
    if "streamed_mb" in json.dumps(content):  # billed by the build alone: the browser must say so, whatever else is wrong
        assert "error" in said
    else:
        assert said == expected


@settings(derandomize=True, deadline=None, database=None, max_examples=1000)
@given(
    st.one_of(st.integers(-(10**20), 10**20), st.integers(-20, 20)),
    st.one_of(st.sampled_from([1, 2, 3, 7, 1000, 1024, 2**30, 10**15]), st.integers(1, 10**20)),
    st.sampled_from(sorted(rates.UNITS)),
)
def test_the_browser_writes_numbers_as_the_build_does(twin, numerator, denominator, unit):
    value = Fraction(numerator, denominator)
    assert twin.ask({"numerator": str(numerator), "denominator": str(denominator), "unit": unit}) == {
        "decimal": [formatting.decimal(value, places) for places in (0, 2, 6)],
        "exact": formatting.exact(value),
        "quantity": formatting.quantity(value),
        "usd": formatting.usd(value),
        "measure": formatting.measure(value, unit),
        "unit": formatting.unit(unit, value),
    }


def test_the_examples_of_aws_come_out_in_the_browser_too(twin):
    """The published bills in tests/workloads that need nothing but what the browser computes."""
    from macros import lines

    asked = 0
    for path in sorted((HERE / "workloads").glob("*.yml")):
        problems: list[lines.Problem] = []
        case = lines.read(path, path.name, problems)
        if "total" not in case.get("expect", {}) or "publisher_is_wrong" in case:
            continue
        card = BOOKS["real"].card(on=lines.day(case["on"]), region=case["region"])
        data = json.loads(browser.card_data(card, DIMENSIONS))
        said = twin.ask({"card": data, "workload": plain(case["workload"]), "free_tier": case.get("free_tier", "true") == "true"})
        if "error" in said:
            assert "unknown key" in said["error"] or "no price dimension" in said["error"], f"{path.name}: {said}"
            continue
        asked += 1
        expected = str(case["expect"]["total"]).replace("_", "")
        places = len(expected.partition(".")[2])
        assert formatting.decimal(Fraction(said["exact"]["total"]), places) == expected, path.name
    assert asked >= 10, "few of the published bills were within the browser's reach: has the shape of the cases changed?"


def plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else str(value)


def test_a_card_of_another_version_is_refused(twin):
    data = json.loads(browser.card_data(BOOKS["real"].card(on=LAST, region="us-east-1"), DIMENSIONS)) | {"version": 2}
    said = twin.ask({"card": data, "workload": {"title": "Anything", "events": "1"}, "free_tier": True})
    assert said == {"error": "the page's rate card has version 2; this program reads 1"}


def test_unknown_is_not_zero(twin):
    card = BOOKS["real"].card(on=LAST, region="us-east-1")
    order = {"workload": {"title": "Anything", "events": "1", "per_event": {"lambda": {"duration_ms": "1", "memory_mb": "128"}}}, "free_tier": True}
    for asked, named in ((["lambda.requests"], "lambda.duration.x86_64"), (["lambda.duration.x86_64"], "lambda.requests")):
        assert f"'{named}'" in twin.ask(order | {"card": json.loads(browser.card_data(card, asked))})["error"]
    without_rules = json.loads(browser.card_data(card, DIMENSIONS)) | {"rules": {}}
    assert "billing rule" in twin.ask(order | {"card": without_rules})["error"]


def test_the_card_keeps_the_digits_of_the_rates_file_and_nothing_else():
    card = BOOKS["real"].card(on=LAST, region="us-east-1")
    text = browser.card_data(card, ["lambda.requests"])
    data = json.loads(text, parse_float=lambda digits: pytest.fail(f"a float in the data: {digits}"))
    assert data["rates"]["lambda.requests"]["tiers"] == [{"up_to": None, "price": format(card.price("lambda.requests").tiers[0].price, "f")}]
    assert list(data["rates"]) == ["lambda.requests"] == list(data["free_tiers"])
    assert not [name for name in data["rules"] if not name.startswith("lambda.")]
    with pytest.raises(rates.NoRate, match="lambda.request"):
        browser.card_data(card, ["lambda.request"])


def test_the_scripts_hold_no_price_and_touch_no_page():
    for path in ENGINE.glob("*.mjs"):
        code = re.sub(r"/\*.*?\*/|//[^\n]*|such as 120 or 0.25", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r"\d\.\d|\b(document|window|fetch|parseFloat)\b", code), f"{path.name} holds a decimal, a float or a page"
