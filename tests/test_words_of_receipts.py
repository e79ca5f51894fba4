"""The words and rows of single receipts, against sums done by hand. tests/test_receipts.py recomputes those of all pages."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest

from tests import shown

# 3,000,000 events of 120 ms at 1,024 MB, each with two PUTs, without the free tier:
#   3,000,000 requests at $0.20 a million                             0.60
#   3,000,000 x 0.12 s x 1 GB = 360,000 GB-s at $0.0000166667         6.000012
#   3,000,000 x 2 = 6,000,000 PUTs at $0.005 a thousand              30.00
PHOTOS = "{'title': 'Photos', 'events': 3_000_000, 'per_event': {'lambda': {'duration_ms': 120, 'memory_mb': 1024}, 's3': {'put_requests': 2}}}"
# Two functions: 3,000,000 x 0.12 s x 1 GB = 360,000 and 3,000,000 x 0.1 s x 0.5 GB = 150,000 GB-s, with the free tier:
#   6,000,000 - 1,000,000 requests at $0.20 a million                 1.00
#   510,000 - 400,000 = 110,000 GB-s at $0.0000166667                 1.833337
TWO = "{'duration_ms': 120, 'memory_mb': 1024}, {'duration_ms': 100, 'memory_mb': 512}"
TWO = "{'title': 'Two', 'events': 3_000_000, 'per_event': {'lambda': [" + TWO + "]}}"
# 3,000,000 events of 100 ms at 1,024 MB: 300,000 GB-s are wholly free, 2,000,000 of the requests are not
PARTLY = "{'title': 'Partly free', 'events': 3_000_000, 'per_event': {'lambda': {'duration_ms': 100, 'memory_mb': 1024}}}"


def test_the_receipt_of_a_price_says_what_it_costs():
    told = shown.receipt("{{ price('lambda.requests') }}")
    assert "lambda.requests $0.20 per 1,000,000 requests, us-east-1," in told and "free" not in told


def test_the_receipt_of_a_free_price_says_free():
    told = shown.receipt("{{ price('lambda.function_urls') }}")
    assert "lambda.function_urls free, everywhere," in told and "$" not in told


def test_a_doubtful_price_says_that_it_has_one_source_and_no_other_does():
    # In the file the price of function URLs has one source only; that of requests is on AWS's page.
    assert "one source only" in shown.receipt("{{ price('lambda.function_urls') }}").lower()
    assert "one source only" not in shown.receipt("{{ price('lambda.requests') }}").lower()


def test_a_bill_says_whether_the_free_tier_is_in_it():
    without, with_it = (shown.receipt(f"{{{{ bill({PHOTOS}, free_tier={free}).total }}}}") for free in (False, True))
    assert "free tier not applied" in without and "free tier applied" not in without
    assert "free tier applied" in with_it and "free tier not applied" not in with_it


def test_a_product_of_two_factors_is_shown():
    told = shown.receipt(f"{{{{ bill({PHOTOS}, free_tier=False).total }}}}")
    assert "3,000,000 events × 2 requests each = 6,000,000 requests" in told
    assert "6,000,000 requests × $0.005 ÷ 1,000 $30.00" in told and "Total $36.600012 Rounded $36.60" in told
    assert "used in all" not in told, "one usage is no sum of usages"


def test_several_usages_of_one_price_are_added_up_before_the_free_tier():
    told = shown.receipt(f"{{{{ bill({TWO}, free_tier=True).total }}}}")
    assert "used in all 6,000,000 requests free tier (1,000,000 requests a month for the whole account) −1,000,000 requests" in told
    assert "used in all 510,000 GB-seconds free tier (400,000 GB-seconds a month for the whole account) −400,000 GB-seconds" in told
    assert "110,000 GB-seconds × $0.0000166667 $1.833337" in told and "Total $2.833337" in told


def _rows(markdown: str) -> list[str]:
    body = re.search(r"<tbody>(.*)</tbody>", shown.html(markdown), re.DOTALL)[1]
    return [shown.text(row) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)]


def test_a_row_of_a_till_receipt_that_is_wholly_free_is_one_row():
    assert _rows(f"{{{{ bill({PARTLY}, free_tier=True) | table }}}}") == [
        "Lambda requests 1,000,000 requests free tier $0.00",
        "Lambda requests 2,000,000 requests $0.20 per 1,000,000 requests $0.40",
        "Lambda duration, x86 300,000 GB-seconds free tier $0.00",
    ]


def test_a_ratio_of_two_prices():
    # 0.0000133334 / 0.0000166667 = 0.80000..., so arm64 costs 80 % of x86
    arm64, x86, ratio = shown.receipts("{{ (price('lambda.duration.arm64') / price('lambda.duration.x86_64')) | percent }}")
    assert "Price $0.0000133334" in arm64 and "Price $0.0000166667" in x86 and "$0.0000133334 ÷ $0.0000166667 80 %" in ratio


@pytest.mark.parametrize(("places", "filter_"), [(0, "percent"), (1, "percent"), (3, "percent"), (1, "times"), (3, "times")])
@pytest.mark.parametrize(("first", "second"), [(1, 1), (1_000_000, 300_000), (7_000_003, 2_999_999), (31, 100_000_007)])
def test_a_ratio_can_be_recomputed_from_what_its_receipt_prints(places, filter_, first, second):
    """However small its sides are, they have as many digits as the printed ratio needs."""
    sides = f"bill({PHOTOS}, free_tier=False).total / {first}", f"bill({PARTLY}, free_tier=False).total / {second}"
    markdown = f"{{{{ (({sides[0]}) / ({sides[1]})) | {filter_}({places}) }}}}"
    told = re.search(r"([\d,.]+) ÷ ([\d,.]+) ([\d,.]+) (%|times)$", shown.receipts(markdown)[-1])
    one, other, printed = (Fraction(number.replace(",", "")) for number in told.groups()[:3])
    hundred = 100 if filter_ == "percent" else 1
    assert abs(one / other - printed / hundred) <= Fraction(1, 10**places * hundred)


def test_a_loop_over_the_lines_of_a_bill():
    lines = "{% for line in month.lines %}{{ line.label }}: {{ line.cost }}; {% endfor %}"
    told = shown.figure(f"{{% set month = bill({PHOTOS}, free_tier=False) %}}{lines}")
    assert told == "Lambda requests: $0.60 ; Lambda duration, x86: $6.00 ; S3 PUT, COPY, POST and LIST requests: $30.00 ;"


def test_what_is_not_available_is_words_for_every_filter():
    """arm64 did not exist in 2016; what a page asks of its price stays words, in the hands of Jinja too."""
    past = "{% set gone = price('lambda.duration.arm64') %}"
    for ask in ("gone", "gone | usd", "gone | quantity", "gone.anything", "gone / 2", "gone ~ ''", "gone | string"):
        told = shown.text(shown.html(f"{past}{{{{ {ask} }}}}", on=date(2016, 1, 23), is_past=True))
        assert told == "not available on 23 January 2016", ask
    escaped = shown.html(past + "{{ gone | e }}", on=date(2016, 1, 23), is_past=True)
    assert escaped.startswith("&lt;span"), "it does not claim to be HTML that is safe already"
