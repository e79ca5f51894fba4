"""Charts as readers see them: none without a change to show, and on a phone the newest value in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from playwright.sync_api import Browser, Page

from macros import impact, rates
from tests import built, record

CHART = re.compile(r'<figure class="chart".*?</figure>', re.DOTALL)
TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")
PAGES_WITH_CHARTS = ["pricing/through-time", "reference/s3", "reference/dynamodb"]

# Of the drawing that is shown: its texts that the window does not show in full without scrolling sideways.
CUT_OFF = """figure => {
  const shown = [...figure.querySelectorAll('svg')].filter(svg => svg.checkVisibility())
  const cut = [...shown[0].querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect()
    return box.left < 0 || box.right > document.documentElement.clientWidth || box.height < 10
  })
  return {drawings: shown.length, scrolls: figure.scrollWidth > figure.clientWidth, cut: cut.map(text => text.textContent)}
}"""
OVERLAPPING = """figure => {
  const texts = [...figure.querySelectorAll('svg')].filter(svg => svg.checkVisibility()).flatMap(svg => [...svg.querySelectorAll('text')])
  const boxes = texts.map(text => ({text: text.textContent, ...text.getBoundingClientRect().toJSON()}))
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 4 && b.top < a.bottom - 4
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => meet(a, b)).map(b => `${a.text} / ${b.text}`))
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


@pytest.mark.parametrize("address", PAGES_WITH_CHARTS)
def test_every_text_of_a_chart_is_in_sight_on_a_phone_and_none_covers_another(page, site_url, address):
    page.goto(f"{site_url}{address}/")
    charts = page.locator("figure.chart").all()
    assert charts
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for chart in charts:
            assert chart.evaluate(CUT_OFF) == {"drawings": 1, "scrolls": False, "cut": []}, f"{width} px"
            assert chart.evaluate(OVERLAPPING) == [], f"{width} px"


def test_the_newest_value_stands_at_the_end_above_the_word_today(page, site_url):
    """S3 Standard storage costs $0.023 since 1 December 2016."""
    page.goto(f"{site_url}reference/s3/")
    page.set_viewport_size({"width": 320, "height": 900})
    drawing = page.locator("figure.chart svg:visible")
    today, values = drawing.get_by_text("today", exact=True).bounding_box(), drawing.get_by_text("$0.023", exact=True).all()
    ends = [box["x"] + box["width"] for box in (value.bounding_box() for value in values)]
    assert any(abs(end - (today["x"] + today["width"])) < 3 for end in ends)
    assert today["x"] + today["width"] <= 320


def test_an_axis_says_what_it_counts(site):
    units = ("US dollars a month", "US dollars per GB-month", "US dollars per request")
    for address, unit in zip(PAGES_WITH_CHARTS, units, strict=True):
        chart = CHART.search((site / address / "index.html").read_text(encoding="utf-8"))[0]
        assert TEXT.findall(chart).count(unit) == TEXT.findall(chart).count("$0.00") == 2, "in the wide drawing and in the tall one"


def test_there_is_no_chart_without_two_values_to_tell_apart(site):
    """Heroku's dynos have one price each on record, Lambda's request price never changed, and a GB-second of x86 moved by 0.02 %."""
    charts = {path.parent.name: CHART.findall(path.read_text(encoding="utf-8")) for path in (site / "reference").glob("*/index.html")}
    assert not charts["heroku"] and not charts["lambda"]
    assert charts["s3"] and charts["dynamodb"]
    for found in charts.values():
        for chart in found:
            assert len({text for text in TEXT.findall(chart) if text.startswith("$") and text != "$0.00"}) >= 2, chart


def test_the_steps_of_a_bill_through_time_are_named():
    """1 December 2016: S3's price cut. 1 December 2020: duration is rounded to 1 ms. Nothing else moved this workload."""
    html = impact.render(rates.load(record.FILE), built.ROOT / "docs", record.DAY, only={"pricing/through-time.md"})["pricing/through-time.md"]
    wide = [unescape(text) for text in TEXT.findall(CHART.search(html)[0].split("</svg>")[0])]
    assert {"S3 Standard storage", "Duration is rounded up to 1 ms"} <= set(wide)
    # By hand in the test of the table: $41.47, $34.95, $33.62.
    assert {"$41.47", "$34.95", "$33.62"} <= set(wide)
    assert "today" not in wide and "23 November 2026" in wide, "a chart of another day does not say today"
    assert date(2026, 11, 23) == record.DAY
