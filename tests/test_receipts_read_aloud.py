"""What a screen reader is told of figures and receipts, and what a receipt says about doubtful rates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from playwright.sync_api import Browser, Page

from macros import pages, rates, reference
from tests import accessible, built, record


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce") as context:
        yield context.new_page()


class _Tree:
    """Chromium's accessibility tree of a page: what is announced, from the root down."""

    def __init__(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        self.nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
        session.detach()

    def role(self, node: dict) -> str:
        return "" if node["ignored"] else node["role"]["value"]

    def name(self, node: dict) -> str:
        return node.get("name", {}).get("value", "")

    def below(self, node: dict) -> Iterator[dict]:
        for child in node.get("childIds", ()):
            yield self.nodes[child]
            yield from self.below(self.nodes[child])

    def text(self, node: dict) -> str:
        return " ".join(self.name(child).strip() for child in self.below(node) if self.role(child) == "StaticText")

    def having(self, role: str, name: str) -> list[dict]:
        return [node for node in self.nodes.values() if self.role(node) == role and self.name(node) == name]


def test_an_opened_receipt_is_a_named_group_whose_rows_are_items_of_a_list(page, site_url):
    page.goto(site_url)
    page.locator(".hero__answer button.figure").click()
    tree = _Tree(page)
    receipt, *others = tree.having("group", page.locator(".receipt:popover-open .receipt__title").inner_text())
    assert not others
    items = [tree.text(node) for node in tree.below(receipt) if tree.role(node) == "listitem"]
    assert any(re.fullmatch(r"1,000,000 requests × \$[\d.]+ ÷ 1,000,000 \$[\d.]+", item) for item in items), items
    assert any(item.startswith("Total $") for item in items)
    assert any("verified on" in item for item in items), "each rate is an item too"
    rows = page.locator(".receipt:popover-open .receipt__amount").count()
    assert len(items) >= rows > 3
    accessible.prepare(page)
    assert accessible.structure(page, ".receipt:popover-open") == []


def test_a_figure_is_a_button_that_is_called_what_it_reads(page, site_url):
    page.goto(site_url)
    printed = page.locator(".hero__answer button.figure").inner_text()
    tree = _Tree(page)
    closed = tree.having("button", printed)
    assert closed, f"no button is called {printed}"
    properties = {entry["name"]: entry["value"].get("value") for entry in closed[0]["properties"]}
    assert properties["expanded"] is False
    page.locator(".hero__answer button.figure").click()
    properties = {entry["name"]: entry["value"].get("value") for entry in _Tree(page).having("button", printed)[0]["properties"]}
    assert properties["expanded"] is True


def test_the_receipt_of_a_row_is_named_after_all_its_figures(page, site_url):
    page.goto(f"{site_url}pricing/lambda/")
    page.locator("tr:has(td:text-is('Europe (Ireland)')) button.figure").click()
    titles = page.locator(".receipt:popover-open .receipt__title").all_inner_texts()
    assert len(titles) == 3
    assert _Tree(page).having("group", " ".join(titles))


def test_every_receipt_has_a_name(site):
    """Also those that a test does not open."""
    nameless = []
    for path in site.rglob("index.html"):
        for start in re.findall(r'<samp class="receipt"[^>]*>', path.read_text(encoding="utf-8")):
            if 'role="group"' not in start or not re.search(r' aria-label(ledby)?="[^"]+"', start):
                nameless.append(f"{path.relative_to(site)}: {start}")
    assert not nameless


@pytest.fixture(scope="module")
def doubtful() -> rates.RateBook:
    text, note = record.FILE.read_text(encoding="utf-8"), "Since December 2025 the same file says 0.0000006000"
    assert text.count(note) == 1
    return rates.parse(text.replace(note, note.replace("Since", "Sources conflict: since")), name="rates.yml")


class TestDoubts:
    """Made up: sources conflict about requests in Frankfurt. On record: the upper tiers of Cape Town's duration were read in one place."""

    @pytest.fixture
    def site_pages(self, doubtful: rates.RateBook) -> pages.Pages:
        return pages.Pages(doubtful, date(2026, 11, 1), built.ROOT / "docs", lambda: ("page.md", "../"))

    def _receipt(self, html: str) -> str:
        return unescape(re.sub(r"<[^>]+>", "", re.search(r"<samp.*?</samp>", html)[0]))

    @pytest.mark.parametrize(
        ("dimension", "region", "told"),
        [
            ("lambda.requests", "eu-central-1", "Sources conflict: since December 2025 the same file says 0.0000006000"),
            ("lambda.duration.x86_64", "af-south-1", "One source only. From is the earliest dated reading. The upper tiers were read in this one place."),
        ],
    )
    def test_the_receipt_says_so_and_why(self, site_pages, dimension, region, told):
        assert told in self._receipt(str(site_pages.price(dimension, region=region)))
        bill = site_pages.bill("million-calls", region=region, free_tier=False)
        assert told in self._receipt(str(bill.only(dimension).total))

    def test_where_sources_conflict_it_does_not_say_that_there_is_one(self, site_pages):
        assert "ne source only" not in self._receipt(str(site_pages.price("lambda.requests", region="eu-central-1")))

    def test_a_rate_without_doubt_has_no_note(self, site_pages):
        receipt = self._receipt(str(site_pages.price("lambda.requests")))
        assert "source only" not in receipt and "conflict" not in receipt

    def test_the_reference_says_the_same(self, doubtful):
        html = reference.page(doubtful, "lambda", date(2026, 11, 1))
        assert "(sources conflict)" in html and "(one source only)" in html
