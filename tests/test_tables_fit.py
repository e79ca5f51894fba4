"""Tables that the build makes stay in their column, prices with tiers are rows that one can read, and code can be read to the end of its lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

# Tables, and cells of theirs, that reach beyond the column of text.
OVERFLOWING = """() => {
  const column = document.querySelector('.md-content__inner').getBoundingClientRect()
  const boxes = [...document.querySelectorAll('table.rates, table.rates *, table.replay')]
  const named = e => `${e.closest('table').caption.textContent}: <${e.tagName.toLowerCase()}> ${e.textContent.slice(0, 40)}`
  const aloud = e => e.closest('thead') && getComputedStyle(e.closest('thead')).position === 'absolute' // on a phone heads are only read aloud
  return boxes.filter(e => e.checkVisibility() && !aloud(e) && e.getBoundingClientRect().right > column.right + 1).map(named)
}"""
# Of every price with tiers: on how many lines each tier stands.
LINES_OF_TIERS = """() => [...document.querySelectorAll('td[data-label=Price] .tier')].map(tier => {
  const line = parseFloat(getComputedStyle(tier.closest('td')).lineHeight)
  return [tier.textContent, Math.round(tier.getBoundingClientRect().height / line)]
})"""

# Of the pieces of code with a button to copy them: the words that stay under the button, however far one scrolls.
UNDER_THE_BUTTON = """() => [...document.querySelectorAll('.md-content pre:has(> .md-code__nav)')].flatMap(pre => {
  const code = pre.querySelector('code'), button = pre.querySelector('button').getBoundingClientRect(), range = document.createRange()
  code.scrollLeft = code.scrollWidth
  const words = document.createTreeWalker(code, NodeFilter.SHOW_TEXT), hidden = []
  const isUnder = box => box.right > button.left + 2 && box.left < button.right && box.top < button.bottom - 4 && box.bottom > button.top + 4
  while (words.nextNode()) {
    range.selectNodeContents(words.currentNode)
    if (words.currentNode.data.trim() && [...range.getClientRects()].some(isUnder)) hidden.push(words.currentNode.data.slice(-30))
  }
  return hidden
})"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


@pytest.mark.parametrize("service", ["lambda", "s3", "transfer", "ec2", "logs", "changes"])
def test_no_table_reaches_into_the_margin(page, site_url, service):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site_url}reference/{service}/")
    assert page.locator("table.rates").count() > 0
    for width in (1280, 1024, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOWING) == [], f"{width} px"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_tier_is_a_line_or_two_not_a_word_a_line(page, site_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site_url}reference/lambda/")
    tiers = page.evaluate(LINES_OF_TIERS)
    assert any("up to 10,240 GB" in text for text, _ in tiers), "logs to S3 or Firehose have four tiers"
    assert [text for text, lines in tiers if lines > 2] == []


def test_a_phone_shows_what_a_dyno_costs_today(page, site_url):
    """One long cell that does not wrap would push the prices of today's column out of sight."""
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{site_url}old-way/#heroku")
    table = page.locator("table", has_text="Dyno")
    hidden = table.evaluate("e => e.getBoundingClientRect().right - e.closest('.md-content__inner').getBoundingClientRect().right")
    assert hidden <= 0


@pytest.mark.parametrize("path", ["contributing/rates/", "tutorials/watch-costs/", "tutorials/deploy/", "tutorials/hello-console/"])
def test_no_word_of_a_command_stays_under_the_button_that_copies_it(page, site_url, path):
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(site_url + path)
    page.locator(".md-content pre > .md-code__nav").first.wait_for(state="attached")
    assert page.evaluate(UNDER_THE_BUTTON) == []
