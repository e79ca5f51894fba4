"""How fresh the rates of a page are: what readers are told below it and beside a figure, by the build's day and by their own clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Browser, Page

from macros import freshness, pages, rates
from tests import built, record

OVERDUE_LIST, MARKED = "[data-rates-overdue]", ".md-content .figure[data-overdue]"


class _Visible(HTMLParser):
    """The text that is not hidden, and the links in it."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.links, self._open = "", [], []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open.append("hidden" in given)
        if tag == "a" and not any(self._open):
            self.links.append(given["href"])

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open):
            self.text += data


def _page(day: date, *, is_past: bool = False) -> pages.Pages:
    return pages.Pages(rates.load(record.FILE), day, built.ROOT / "docs", lambda: ("page.md", "../"), is_past=is_past)


def _told(page: pages.Pages) -> _Visible:
    visible = _Visible()
    visible.feed(page.freshness())
    return visible


class TestAsOfTheBuild:
    """On record: Function URLs were checked on 6 April 2022, Lambda's requests in us-east-1 on 29 September 2026."""

    def test_the_one_rate_that_is_overdue_is_named_dated_and_linked(self):
        page = _page(date(2026, 11, 1))
        fresh, overdue = str(page.price("lambda.requests")), str(page.price("lambda.function_urls"))
        told = _told(page)
        assert "based on 2 rates, checked between 6 April 2022 and 29 September 2026" in told.text
        assert "Overdue for another check: 1 of 2 rates" in told.text
        assert "Function URLs, last checked 6 April 2022" in told.text and "Lambda requests" not in told.text
        assert told.links == ["../reference/lambda/#lambda-function-urls"]
        assert "data-overdue" in overdue and "data-overdue" not in fresh

    def test_nothing_is_overdue_on_the_last_day_of_the_period(self):
        # Checked on 29 September 2026, to be checked again after 90 days: the last of them is 28 December 2026.
        for day, overdue in ((date(2026, 12, 28), False), (date(2026, 12, 29), True)):
            page = _page(day)
            assert ("data-overdue" in str(page.price("lambda.requests"))) is overdue
            assert ("Overdue" in _told(page).text) is overdue

    def test_three_are_named_and_the_others_counted(self):
        page = _page(date(2026, 11, 1))
        # Checked in Ireland on 23 February 2023, each of them.
        for size in ("nano", "micro", "small", "medium", "large"):
            str(page.price(f"ec2.t3.{size}", region="eu-west-1"))
        told = _told(page)
        assert "Overdue for another check: 5 of 5 rates" in told.text and "and 2 more" in told.text
        assert len(told.links) == 5 and all(re.fullmatch(r"\.\./reference/ec2/#ec2-t3-\w+", link) for link in told.links)
        assert told.text.count("in eu-west-1, last checked 23 February 2023") == 5

    def test_a_rate_used_often_counts_once(self):
        page = _page(date(2026, 11, 1))
        for _ in range(3):
            str(page.price("lambda.requests"))
        assert "based on 1 rate, checked on 29 September 2026" in _told(page).text

    def test_a_price_of_the_past_does_not_get_stale(self):
        page = _page(date(2026, 11, 1))
        str(page.bill("image-resize", on="2015-02-07").only("lambda.duration").total)
        assert page.freshness() == ""

    def test_a_site_as_of_an_earlier_day_says_nothing_of_overdue_rates(self):
        page = _page(date(2024, 1, 1), is_past=True)
        printed = str(page.price("lambda.function_urls"))
        assert "checked on 6 April 2022" in _told(page).text and "Overdue" not in page.freshness()
        assert "data-due" not in printed and "data-overdue" not in printed

    def test_both_sides_of_a_ratio_count(self):
        page = _page(date(2026, 11, 1))
        ratio = page.price("lambda.edge.requests") / page.price("lambda.requests")
        assert {look.label for look in freshness.looks(ratio, page.day)} == {"Lambda@Edge requests in us-east-1", "Lambda requests in us-east-1"}


@contextmanager
def _read_on(browser: Browser, url: str, day: str, **options) -> Iterator[Page]:
    with browser.new_context(**options) as context:
        page = context.new_page()
        page.clock.set_fixed_time(f"{day}T12:00:00Z")
        page.goto(url)
        yield page


class TestByTheReadersClock:
    def test_before_anything_is_due_no_figure_is_marked(self, browser, site_url):
        with _read_on(browser, f"{site_url}pricing/lambda/", "2015-01-01") as page:
            page.locator(OVERDUE_LIST).wait_for(state="hidden")
            assert page.locator(MARKED).count() == 0

    def test_long_after_the_build_every_rate_is_named_or_counted_and_each_figure_marked(self, browser, site_url):
        with _read_on(browser, f"{site_url}pricing/lambda/", "2099-01-01") as page:
            page.wait_for_function(f"() => document.querySelectorAll('{OVERDUE_LIST} li[hidden]').length === 0")
            told = page.locator(OVERDUE_LIST)
            rates_on_page = told.locator("li").count()
            assert f"{rates_on_page} of {rates_on_page} rates" in told.inner_text()
            assert told.locator("li:visible").count() == 3
            assert f"and {rates_on_page - 3} more" in told.inner_text()
            told.locator("summary").click()
            assert told.locator("li:visible").count() == told.locator("li:visible a").count() == rates_on_page
            assert page.locator(MARKED).count() == page.locator(".md-content .figure[data-due]").count() > 20

    def test_the_mark_is_seen_and_heard_and_the_page_keeps_its_colors(self, browser, site_url):
        with _read_on(browser, f"{site_url}pricing/lambda/", "2099-01-01") as page:
            figure = page.locator("p > .figure[data-overdue]").first
            figure.wait_for()
            assert "†" in figure.evaluate("figure => getComputedStyle(figure, '::after').content")
            assert figure.evaluate("figure => getComputedStyle(figure).color === getComputedStyle(figure.parentElement).color")
            session = page.context.new_cdp_session(page)
            names = [node["name"]["value"] for node in session.send("Accessibility.getFullAXTree")["nodes"] if node.get("role", {}).get("value") == "button"]
            assert f"{figure.inner_text()} (overdue for a check)" in names
            color = "element => getComputedStyle(element).color"
            colors = {told.evaluate(color) for told in [page.locator(OVERDUE_LIST), *page.locator(f"{OVERDUE_LIST} li").all()]}
            assert colors == {page.locator(".rates-verified").evaluate(color)}

    def test_without_javascript_the_days_the_rates_were_checked_are_there(self, browser, site_url):
        with browser.new_context(java_script_enabled=False) as context:
            page = context.new_page()
            page.goto(f"{site_url}pricing/lambda/")
            assert re.search(r"based on \d+ rates, checked between \d+ \w+ \d{4} and \d+ \w+ \d{4}", page.locator(".rates-verified").inner_text())

    def test_a_page_without_figures_says_nothing_of_rates(self, site):
        assert "rates-verified" not in (site / "further-reading" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", ["pricing/lambda", "pricing/s3", "old-way"])
def test_the_build_and_the_script_agree_on_the_day_of_the_build(site, site_url, browser, address):
    html = (site / address / "index.html").read_text(encoding="utf-8")
    marked = len(re.findall(r'class="figure"[^>]* data-overdue', html))
    with _read_on(browser, f"{site_url}{address}/", date.today().isoformat()) as page:
        page.wait_for_timeout(150)
        assert page.locator(".figure[data-overdue]").count() == marked
        before = re.search(r"data-count>(\d+)<", html)[1]
        assert page.locator(f"{OVERDUE_LIST} [data-count]").first.text_content() == before
