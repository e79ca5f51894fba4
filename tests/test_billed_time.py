"""The billed time of one invocation, as pages print it: in milliseconds, with a receipt that says how it was rounded."""

from __future__ import annotations

import pytest

from macros import templates
from tests import built, shown

LINE = "bill(work, on='{day}').line('lambda.duration.x86_64').billed_ms"


def figure(work: str, day: str) -> str:
    return "{% set work = " + work + " %}{{ " + LINE.format(day=day) + " }}"


def test_the_billed_time_of_the_image_example_on_two_days():
    # 120 ms in steps of 1 ms are 120 ms; in the steps of 100 ms of 2015 they were 200 ms.
    assert shown.figure(figure("'image-resize'", "2026-11-01")) == "120 ms"
    assert shown.figure(figure("'image-resize'", "2015-02-07")) == "200 ms"


def test_its_receipt_speaks_of_milliseconds_and_says_how_it_was_rounded():
    receipt = shown.receipt(figure("'image-resize'", "2015-02-07"))
    assert receipt == "What was metered 200 ms (120 ms, rounded up to whole 100 ms) = 200 ms Quantity in ms 200 ms"
    assert "GB-second" not in receipt


def test_invocations_that_differ_have_no_one_billed_time():
    two = "{'title': 'Two', 'events': 1, 'per_event': {'lambda': [{'duration_ms': 1, 'memory_mb': 128}, {'duration_ms': 2, 'memory_mb': 128}]}}"
    with pytest.raises(templates.Wrong, match="Two: lambda.duration.x86_64 has 2 billed times"):
        shown.figure(figure(two, "2026-11-01"))


def test_no_page_makes_a_time_of_gb_seconds_or_bills_a_float():
    pages = {path.name: path.read_text(encoding="utf-8") for path in (built.ROOT / "docs").rglob("*.md")}
    assert [name for name, text in pages.items() if ".quantity / 1000" in text or "| float" in text] == []
