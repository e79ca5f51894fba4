"""What an author types: each name is documented with a live example, and a mistake is one clear line."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from macros import figures, pages, rates
from tests import record

ROOT = Path(__file__).resolve().parents[1]
AUTHORS = ROOT / "docs" / "contributing" / "authors.md"


@pytest.fixture
def site_pages() -> pages.Pages:
    return pages.Pages(rates.load(record.FILE), date(2026, 11, 1), ROOT / "docs", lambda: ("page.md", "../"))


def _live(text: str) -> str:
    """The part of a page in which Jinja is at work."""
    return re.sub(r"{%-? raw -?%}.*?{%-? endraw -?%}", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", pages.MACROS)
def test_each_macro_is_shown_and_live_in_the_authors_page(name):
    text = AUTHORS.read_text(encoding="utf-8")
    assert re.search(rf"\b{name}\(", _live(text)), f"{name} has no live example in docs/contributing/authors.md"
    assert re.search(rf"^### .*\b{name}\b", text, re.MULTILINE), f"{name} has no section in docs/contributing/authors.md"


@pytest.mark.parametrize("name", pages.FILTERS)
def test_each_filter_is_shown_and_live_in_the_authors_page(name):
    text = AUTHORS.read_text(encoding="utf-8")
    assert re.search(rf"\|\s*{name}\b", _live(text)), f"{name} has no live example in docs/contributing/authors.md"
    assert f"**`{name}`**" in text, f"{name} is not explained in docs/contributing/authors.md"


def test_a_figure_without_a_filter_prints_with_its_receipt(site_pages):
    assert 'class="figure"' in str(site_pages.price("lambda.requests"))
    assert 'class="receipt"' in str(site_pages.bill("image-resize").total)


def test_equal_receipts_are_printed_once_a_page(site_pages):
    first, second = str(site_pages.price("lambda.requests")), str(site_pages.price("lambda.requests"))
    assert "<samp" in first and "<samp" not in second
    assert re.search(r'popovertarget="([^"]+)"', first).group(1) == re.search(r'popovertarget="([^"]+)"', second).group(1)


def test_the_figures_of_a_row_wait_for_the_one_that_opens(site_pages):
    price, limit = site_pages.price("lambda.requests"), site_pages.quota("lambda.memory")
    first, last = str(site_pages.usd(price, receipt="row")), str(site_pages.quantity(limit, unit=True))
    assert re.fullmatch(r'<data class="figure" value="0.0000002"[^>]*>\$0\.20</data>', first)
    assert last.count("<button") == last.count("<samp") == 1 and last.index("Lambda requests") < last.index("Memory of a function")
    assert "Lambda requests" not in str(site_pages.quota("lambda.timeout")), "what waited waits no more"
    site_pages.finish_page()


def test_a_row_without_a_figure_that_opens_stops_the_build(site_pages):
    site_pages.usd(site_pages.price("lambda.requests"), receipt="row")
    with pytest.raises(pages.Mistake, match="no later figure of its row opens the receipt"):
        site_pages.finish_page()
    with pytest.raises(pages.Mistake, match="receipt is True, False or \"row\", not 'rows'"):
        site_pages.usd(site_pages.price("lambda.requests"), receipt="rows")


def test_what_was_not_there_yet_opens_the_receipt_of_its_row():
    """A site as of 2016: arm64 had no price. The x86 price beside it must not end up on another row's receipt."""
    past = pages.Pages(rates.load(record.FILE), date(2016, 1, 23), ROOT / "docs", lambda: ("page.md", "../"), is_past=True)
    past.usd(past.price("lambda.duration.x86_64"), receipt="row")
    missing = str(past.usd(past.price("lambda.duration.arm64")))
    assert "not available on 23 January 2016" in missing and "Lambda duration, x86" in missing and "<button" in missing
    assert "<button" not in str(past.usd(past.price("lambda.duration.arm64"))), "alone it is no figure, and opens nothing"
    past.finish_page()


def test_figures_compare_and_divide_like_numbers(site_pages):
    small, large = site_pages.bill("image-resize", memory_mb=128), site_pages.bill("image-resize", events=9_000_000)
    assert small.total < large.total and large.total > small.total and small.total == small.total
    assert (large.total / small.total) > 1
    assert isinstance(large.total / 2, figures.Ratio)
    # 2 x 200,000 GB-seconds at 0.00001667 are 6.668, before any free tier; 128 MB are an eighth of it
    then = site_pages.bill("image-resize", on="2015-02-07", free_tier=False, events=2_000_000)
    assert then.line("lambda.duration.x86_64").cost.value * 1000 == 6668


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda site: site.price("lambda.request"), "did you mean 'lambda.requests'?"),
        (lambda site: site.price("lambda.requests", region="mars"), "unknown region 'mars'"),
        (lambda site: site.price("lambda.requests", on="yesterday"), "is not a date"),
        (lambda site: site.price("lambda.requests", tier=2), "has 1 tier"),
        (lambda site: site.price("lambda.requests", tier="one"), "not one"),
        (lambda site: site.price("lambda.duration.x86_64", tier=1.5), "not 1.5"),
        (lambda site: site.price(None), "names a price dimension in quotation marks"),
        (lambda site: site.usd(site.bill("image-resize").total, -1), "`places` is a whole number from 0 to 20, not -1"),
        (lambda site: site.usd(site.bill("image-resize").total, 99_999_999), "from 0 to 20, not 99999999"),
        (lambda site: site.usd(site.bill("image-resize").total, "two"), "from 0 to 20, not two"),
        (lambda site: site.percent(0.74, -2), "from 0 to 20, not -2"),
        (lambda site: site.times(9.5, 0.5), "from 0 to 20, not 0.5"),
        (lambda site: site.price("lambda.duration.arm64", on="2015-02-07"), "has no price in us-east-1 on 2015-02-07"),
        (lambda site: site.bill("image-resizer"), "docs/workloads/image-resizer.yml: there is no such file"),
        (lambda site: site.bill("image-resize", memory=512), "unknown key 'memory'; did you mean 'memory_mb'?"),
        (lambda site: site.bill("image-resize", memory_mb=100_000), "above Lambda's limit"),
        (lambda site: site.bill({"title": "x", "events": -1}), "`events` must be a plain positive decimal"),
        (lambda site: site.bill({"title": "x", "events": 1, "per_event": {"s3": {"puts": 1}}}), "unknown key 'puts'"),
        (lambda site: site.bill("image-resize").line("lambda.edge.requests"), "has no line 'lambda.edge.requests'"),
        (lambda site: site.bill("image-resize").only("ec2"), "has no line 'ec2'"),
        (lambda site: site.usd("13.53"), "figures that were computed"),
        (lambda site: site.usd(site.bill("image-resize").total / 2), "use times, percent or quantity"),
        (lambda site: site.table("x"), "table prints a bill"),
        (lambda site: site.rule("lambda.init_billed"), "rule_holds"),
        (lambda site: site.quota("lambda.memory", bound="most"), "no bound 'most'"),
        (lambda site: site.quantity("many"), "is not a number"),
        (lambda site: site.measured("nothing.yml"), "docs/nothing.yml: there is no such file"),
    ],
)
def test_a_mistake_is_one_clear_line(site_pages, ask, words):
    with pytest.raises(Exception) as caught:
        ask(site_pages)
    message = str(caught.value)
    assert words in message
    assert "\n" not in message


def test_a_float_typed_in_a_page_keeps_its_digits(site_pages):
    """0.1 is a tenth, not 0.1000000000000000055: 1,000,000 calls x 0.1 are 100,000 requests."""
    work = {"title": "x", "events": 1_000_000, "per_event": {"lambda": {"duration_ms": 100, "memory_mb": 128, "calls": 0.1}}}
    assert site_pages.bill(work).line("lambda.requests").quantity.value == 100_000


def test_someone_elses_figure_is_marked(site_pages):
    assert site_pages.quoted("$43.54", by="A & B") == '<q class="quoted" title="as A &amp; B has it">$43.54</q>'


class TestAsOfAnotherDay:
    @pytest.fixture
    def past(self) -> pages.Pages:
        return pages.Pages(rates.load(record.FILE), date(2016, 1, 23), ROOT / "docs", lambda: ("page.md", ""), is_past=True)

    def test_prices_are_those_of_the_day(self, past):
        assert "$0.00001667<" in str(past.price("lambda.duration.x86_64"))

    def test_what_did_not_exist_is_not_available_and_never_a_price(self, past):
        arm64 = past.bill("image-resize", architecture="arm64")
        for printed in (str(arm64.total), past.usd(arm64.only("lambda").total), past.table(arm64), past.times(arm64.total / 2)):
            assert "not available on 23 January 2016" in str(printed)
            assert "$" not in str(printed)
        assert not arm64.total < 10 and not arm64.total > 10
        assert list(arm64.lines) == []

    def test_a_number_over_what_is_not_available_is_not_available(self, past):
        there, gone = past.bill("image-resize"), past.bill("image-resize", architecture="arm64")
        assert "not available" in str(past.times(there.total / gone.total))
        assert "not available" in str(past.usd(there.total - gone.total))
        assert not (there.total > gone.total) and not (there.total < gone.total)

    def test_a_misspelled_name_is_still_a_mistake(self, past):
        with pytest.raises(rates.NoRate, match="no price dimension"):
            past.price("lambda.request")

    def test_a_day_that_the_page_names_is_not_forgiven(self, past):
        with pytest.raises(rates.NoRate):
            past.price("lambda.duration.arm64", on="2015-02-07")

    def test_as_of_that_is_no_date_is_one_line(self):
        with pytest.raises(pages.Mistake, match="AS_OF=soon is not a date"):
            pages.as_of({"AS_OF": "soon"})
        assert pages.as_of({"AS_OF": "2016-01-23"}) == date(2016, 1, 23)
