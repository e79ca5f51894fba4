"""A page on paper, with and without its receipts, and a page whose colors the reader's system decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

EXAMPLE = "image-example/"
PAGE_OF_PDF = re.compile(rb"/Type\s*/Page\b(?!s)")
OPAQUE = re.compile(r"rgb\(\d+, \d+, \d+\)$")  # a color with transparency has four numbers
BACKGROUND = "element => getComputedStyle(element).backgroundColor"
# Where colors are forced, the browser paints the page's ground behind each line of text: text in that color is not seen, whatever its own ground is.
UNSEEN = """() => {
  const ground = getComputedStyle(document.body).backgroundColor
  const says = e => [...e.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  const inDrawing = e => e.closest('svg')
  return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && says(e) && !inDrawing(e) && getComputedStyle(e).color === ground)
    .map(e => e.textContent.trim())
}"""


def _pages_on_paper(page: Page) -> int:
    return len(PAGE_OF_PDF.findall(page.pdf(format="A4")))


@pytest.fixture(scope="module")
def printed(browser: Browser, site_url: str) -> Iterator[Page]:
    """The worked example, as its printout with receipts shows it."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site_url}{EXAMPLE}?receipts")
        page.locator(".receipt-notes").wait_for(state="attached")
        page.emulate_media(media="print")
        yield page


class TestPrintedWithReceipts:
    def test_it_takes_about_twice_the_paper_not_five_times(self, printed, browser, site_url):
        with browser.new_context(java_script_enabled=False) as context:
            plain = context.new_page()
            plain.goto(f"{site_url}{EXAMPLE}")
            pages, with_receipts = _pages_on_paper(plain), _pages_on_paper(printed)
        assert 4 <= pages < with_receipts <= 2 * pages + 1

    def test_each_figure_has_the_number_of_its_note_and_equal_receipts_share_one(self, printed):
        marks = printed.locator(".md-content button.figure + .receipt-mark")
        numbers = [int(text.strip("[]")) for text in marks.all_inner_texts()]
        notes = printed.locator(".receipt-notes > ol > li")
        assert marks.count() == printed.locator(".md-content button.figure:visible").count() > 20
        assert numbers[0] == 1 and set(numbers) <= set(range(1, notes.count() + 1))
        assert list(dict.fromkeys(numbers)) == list(range(1, len(set(numbers)) + 1)), "numbered in the order of the text"
        assert len(set(numbers)) < len(numbers), "a figure that stands twice has one receipt"

    def test_a_note_ends_with_the_figure_that_it_is_of(self, printed):
        """Of each figure that opens a receipt of its own: the note of its number says the figure as printed."""
        wrong = printed.evaluate("""() => {
          const notes = [...document.querySelectorAll('.receipt-notes > ol > li')]
          const figures = [...document.querySelectorAll('.md-content button.figure:has(+ .receipt-mark)')]
          const number = figure => parseInt(figure.nextElementSibling.textContent.slice(1))
          return figures.filter(figure => !notes[number(figure) - 1].textContent.includes(figure.textContent)).map(figure => figure.textContent)
        }""")
        assert wrong == []

    def test_the_notes_stand_in_two_columns_after_the_text(self, printed):
        notes = printed.locator(".receipt-notes > ol > li")
        assert notes.first.is_visible() and printed.locator(".md-content .receipt:visible").count() == 0
        lefts = {round(notes.nth(index).bounding_box()["x"]) for index in range(0, notes.count(), 3)}
        assert printed.locator(".receipt-notes > ol").evaluate("list => getComputedStyle(list).columnCount") == "2" and len(lefts) >= 2
        last_heading = printed.locator(".md-content h2:not(.receipt-notes h2)").last.bounding_box()
        assert notes.first.bounding_box()["y"] > last_heading["y"]

    def test_ids_stay_unique(self, printed):
        assert printed.evaluate("() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.length === new Set(ids).size }")

    def test_on_the_screen_nothing_of_it_shows(self, printed):
        printed.emulate_media(media="screen")
        assert printed.locator(".receipt-notes:visible, .receipt-mark:visible").count() == 0
        printed.emulate_media(media="print")


@pytest.fixture(scope="module", params=["light", "dark"])
def forced(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with browser.new_context(forced_colors="active", color_scheme=request.param, reduced_motion="reduce") as context:
        yield context.new_page()


class TestForcedColors:
    def test_an_opened_receipt_is_opaque_and_has_an_edge(self, forced, site_url):
        forced.goto(f"{site_url}pricing/lambda/")
        forced.locator(".md-content p button.figure").first.click()
        receipt = forced.locator(".receipt:popover-open")
        assert OPAQUE.match(receipt.evaluate(BACKGROUND)), receipt.evaluate(BACKGROUND)
        assert receipt.evaluate("e => parseFloat(getComputedStyle(e).borderTopWidth)") >= 1
        text, ground = (receipt.evaluate(f"e => getComputedStyle(e).{name}") for name in ("color", "backgroundColor"))
        assert text != ground

    def test_a_bill_on_the_page_has_an_edge_and_no_gradient(self, forced, site_url):
        forced.goto(site_url)
        style = forced.locator("table.bill").first.evaluate("e => { const s = getComputedStyle(e); return [s.borderTopStyle, s.backgroundImage] }")
        assert style == ["solid", "none"]

    def test_the_focus_is_seen(self, forced, site_url):
        forced.goto(site_url)
        forced.locator(".hero__answer button.figure").focus()
        forced.keyboard.press("Shift+Tab")
        forced.keyboard.press("Tab")
        style = forced.evaluate("() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth) >= 2] }")
        assert style == ["solid", True]

    @pytest.mark.parametrize("path", ["", "tutorials/hello-console/", "pricing/lambda/", "contributing/rates/"])
    def test_no_text_has_the_color_of_what_is_behind_it(self, forced, site_url, path):
        forced.goto(site_url + path)
        if forced.locator("function-in-page").count():
            forced.get_by_role("button", name="Test", exact=True).focus()
        assert forced.evaluate(UNSEEN) == []

    def test_a_chart_is_drawn_in_the_systems_colors(self, forced, site_url):
        """SVG keeps the colors it is given, so they must be the system's: as dark on light, or light on dark, as the text of the page."""
        forced.goto(f"{site_url}pricing/through-time/")
        chart = forced.locator("figure.chart svg:visible")
        label = chart.locator("text").last.evaluate("e => getComputedStyle(e).fill")
        line = chart.locator(".chart__line").evaluate("e => getComputedStyle(e).stroke")
        page_text, ground = (forced.evaluate(f"() => getComputedStyle(document.body).{name}") for name in ("color", "backgroundColor"))
        link = forced.locator(".md-content p a").first.evaluate("e => getComputedStyle(e).color")
        assert (label, line) == (page_text, link) and ground not in (label, line)
