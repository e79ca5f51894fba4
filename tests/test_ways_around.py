"""How readers get around: the home page's first step, names in the navigation, sections and the way to the top, receipts of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests import built

DOCS = built.ROOT / "docs"
NAV_ENTRY = re.compile(r"^ +- (?:([^:\n]+): )?([\w/-]+\.md)$", re.MULTILINE)
LONG_PAGE = "reference/lambda/"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce") as context:
        yield context.new_page()


def _open(page: Page, url: str, *, width: int = 1280, height: int = 900) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url)
    page.wait_for_function("() => document.querySelector('[data-md-component=header]') && window.document$")


class TestHome:
    def test_the_first_button_leads_to_the_function_that_runs_in_the_page(self, page, site_url):
        _open(page, site_url)
        button = page.locator(".hero a.md-button").first
        assert button.inner_text() == "Run one in your browser"
        button.click()
        page.wait_for_url("**/tutorials/hello-console/#*")
        target = page.locator(f"[id='{urlsplit(page.url).fragment}']")
        function = page.locator("function-in-page")
        assert function.count() == 1
        assert target.bounding_box()["y"] < function.bounding_box()["y"] < target.bounding_box()["y"] + 600

    @pytest.mark.parametrize("width", [390, 320])
    def test_on_a_phone_it_is_on_the_first_screen(self, page, site_url, width):
        _open(page, site_url, width=width, height=640)
        box = page.locator(".hero a.md-button").first.bounding_box()
        assert box["y"] + box["height"] < 640

    def test_the_next_page_says_what_lambda_is_good_for(self, page, site_url):
        _open(page, site_url)
        assert page.locator(".md-footer__link--next").get_attribute("href").rstrip("/").endswith("features")


def test_the_navigation_calls_a_page_what_it_calls_itself():
    wrong = []
    for label, name in NAV_ENTRY.findall((built.ROOT / "mkdocs.yml").read_text(encoding="utf-8")):
        heading = re.search(r"^# (.+?)(?: *\{.*\})?$", (DOCS / name).read_text(encoding="utf-8"), re.MULTILINE)[1]
        if label and name != "index.md" and label != heading:
            wrong.append(f"{name}: {label!r} in the navigation, {heading!r} on the page")
    assert not wrong, "\n".join(wrong)


class TestChrome:
    @pytest.mark.parametrize("width", [960, 1024, 1200, 1280])
    def test_the_sections_are_in_sight_from_a_tablet_up(self, page, site_url, width):
        _open(page, f"{site_url}pricing/lambda/", width=width)
        sections = page.locator(".md-tabs__link:visible").all()
        assert len(sections) == 7
        for section in sections:
            box = section.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width

    @pytest.mark.parametrize("width", [390, 320])
    def test_a_title_in_the_header_of_a_phone_is_not_cut(self, page, site_url, width):
        _open(page, f"{site_url}tutorials/hello-sam/", width=width)
        page.mouse.wheel(0, 3000)
        page.locator(".md-header__title--active").wait_for()
        title = page.locator(".md-header__topic + .md-header__topic .md-ellipsis")
        assert title.inner_text().strip() == "Hello world from the command line"
        assert title.evaluate("e => e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth + 1")

    def test_a_long_page_has_a_way_back_to_the_top(self, page, site_url):
        _open(page, site_url + LONG_PAGE)
        page.evaluate("window.scrollTo(0, 6000)")
        page.wait_for_timeout(200)
        page.evaluate("window.scrollTo(0, 5000)")  # the theme shows it to a reader who goes back up
        page.get_by_role("button", name="Back to top").click()
        page.wait_for_function("() => window.scrollY === 0")


class TestReceiptsOnTheScreen:
    @pytest.mark.parametrize("width", [1280, 1024, 390])
    def test_one_that_opens_upward_leaves_the_header_free(self, page, site_url, width):
        """A figure near the lower edge of the window: its receipt has more room above."""
        _open(page, f"{site_url}pricing/lambda/", width=width, height=620)
        figures = page.locator(".md-content p > button.figure")
        opened = 0
        for index in range(0, 12, 3):
            figure = figures.nth(index)
            figure.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().bottom + scrollY - innerHeight + 6)")
            figure.click()
            receipt, header = page.locator(".receipt:popover-open").bounding_box(), page.locator(".md-header").bounding_box()
            if receipt["y"] + receipt["height"] <= figure.bounding_box()["y"] + 1:
                opened += 1
                assert receipt["y"] >= header["y"] + header["height"] - 1
            page.keyboard.press("Escape")
        assert opened, "none opened upward"

    def test_every_figure_of_a_row_opens_the_receipt_of_the_row(self, page, site_url):
        _open(page, f"{site_url}pricing/lambda/")
        row = page.locator("tr:has(td:text-is('Europe (Frankfurt)'))")
        figures = row.locator("data.figure")
        assert figures.count() == 2
        page.locator("data.figure[data-opens]").first.wait_for()
        for index, title in enumerate(["A million requests", "Lambda duration, x86"]):
            figures.nth(index).click()
            opened = page.locator(".receipt:popover-open")
            part = opened.locator(".receipt__title").nth(index)
            assert part.inner_text() == title
            box, paper = part.bounding_box(), opened.bounding_box()
            assert paper["y"] <= box["y"] <= paper["y"] + paper["height"], "the part that explains the figure is in sight"
            page.keyboard.press("Escape")
