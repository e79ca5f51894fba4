"""The engine in the browser gives what the engine of the build gives, to the last digit, and refuses what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros import browser, formatting, lines, rates, workload
from tests import parity
from tests.parity import DIMENSIONS, LAST, Twin

HERE = Path(__file__).parent
ENGINE = HERE.parent / "docs/assets/js/engine"
BOOKS = parity.books()


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    twin = Twin()
    yield twin
    twin.close()


@pytest.mark.parametrize(("kind", "count"), [("ordinary", 4_000), ("wild", 2_000)])
def test_the_browser_bills_as_the_build_does(twin: Twin, kind: str, count: int) -> None:
    """A slice of `make parity`: bills, notes, allowances and errors, the same on every machine and in every run."""
    found = parity.compare(twin, kind, f"slice {kind}", count)
    assert not found.differences, "\n".join(found.differences[:3])
    assert found.billed > count / 4, "few workloads were billed at all: do the rates still have prices on these days?"
    assert found.refused > count / 20


def test_parity_sees_a_difference(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note that differs by a word is a difference, so a figure that differs by a digit is one too."""
    monkeypatch.setattr(parity.metering, "_unit_of", lambda increment: "steps")
    found = parity.compare(twin, "ordinary", "slice ordinary", 200)
    assert found.differences
    assert "rounded up to whole steps" in found.differences[0]


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


@pytest.mark.parametrize("title", [["one", "two"], {"a": "b"}, None, "", "  "], ids=repr)
def test_a_title_that_is_no_text_is_refused_in_the_same_words(twin, title: object):
    card = json.loads(browser.card_data(BOOKS["real"].card(on=LAST, region="us-east-1"), DIMENSIONS))
    content = {"title": title, "events": "1", "per_event": {"lambda": {"duration_ms": "1", "memory_mb": "128"}}}
    with pytest.raises(workload.WorkloadError) as refusal:
        workload.read(content)
    assert twin.ask({"card": card, "workload": content, "free_tier": True}) == {"error": str(refusal.value)}


def test_unknown_is_not_zero(twin):
    card = BOOKS["real"].card(on=LAST, region="us-east-1")
    order = {"workload": {"title": "Anything", "events": "1", "per_event": {"lambda": {"duration_ms": "1", "memory_mb": "128"}}}, "free_tier": True}
    for asked, named in ((["lambda.requests"], "lambda.duration.x86_64"), (["lambda.duration.x86_64"], "lambda.requests")):
        assert f"'{named}'" in twin.ask(order | {"card": json.loads(browser.card_data(card, asked))})["error"]
    whole = json.loads(browser.card_data(card, DIMENSIONS))
    assert "billing rule" in twin.ask(order | {"card": whole | {"rules": {}}})["error"]
    assert twin.ask(order | {"card": whole | {"quotas": {}}}) == {"error": "there is no quota 'lambda.memory'"}


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
