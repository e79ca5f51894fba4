"""Every page in a real Chromium: quiet, readable by everybody, as wide as the window, and the same text without JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests import built

DOCS = built.ROOT / "docs"
SCHEMES = {"light": "default", "dark": "slate"}  # what the system asks for -> the scheme of the theme that must answer
DESKTOP, PHONE, NARROWEST = 1280, 390, 320

# Everything of WCAG 2.0 to 2.2, A and AA, and axe's own good practice. Colours are looked at apart: they alone differ between the
# schemes, and take nearly all the time. target-size waits for adoption in axe, not here.
COLOURS = ["color-contrast", "link-in-text-block"]
STRUCTURE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}, **dict.fromkeys(COLOURS, {"enabled": False})},
}
COLOUR = {"runOnly": {"type": "rule", "values": COLOURS}}
WHOLE_PAGE: dict[str, list[str]] = {"include": ["html"]}
# A table's later rows are coloured as its first ones are; all rows of the tables of rates would take minutes.
FIRST_ROWS = {**WHOLE_PAGE, "exclude": ["tbody > tr:nth-child(n+9)"]}
VIOLATIONS = """([context, options]) => axe.run(context, {...options, resultTypes: ['violations'], preload: false}).then(found =>
  found.violations.map(rule => [rule.id, rule.help, rule.nodes.map(node => node.target.join(' '))]))"""

# The window's overflow, and what sticks out of it: the innermost culprits only, and none that scroll within themselves.
SIDEWAYS = """() => {
  const root = document.documentElement, width = root.clientWidth
  if (root.scrollWidth <= width && document.body.scrollWidth <= width) return []
  const scrolls = e => e && e !== document.body && (getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement))
  const sticksOut = e => e.getBoundingClientRect().right > width + 1 && !scrolls(e.parentElement)
  const out = [...document.body.querySelectorAll('*')].filter(sticksOut)
  const inner = out.filter(e => !out.some(other => other !== e && e.contains(other)))
  const named = e => e.tagName.toLowerCase() + (e.id && '#' + e.id) + [...e.classList].map(c => '.' + c).join('')
  return inner.length ? inner.map(named) : ['html']
}"""
SETTLED = """() => document.fonts.ready.then(() =>
  new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))"""
# Widgets that scripts add say so with data-live: they are all that may be more than the built page.
MAIN_TEXT = """() => {
  document.querySelectorAll('[data-live]').forEach(widget => { widget.style.display = 'none' })
  return document.querySelector('.md-content').innerText
}"""


def published() -> list[str]:
    """Addresses of all pages below the home page's, from their sources, so that each is a test of its own."""
    sources = [path.relative_to(DOCS) for path in DOCS.rglob("*.md")]
    shown = [path for path in sources if path.parts[0] != "examples" and not any(part.startswith(".") for part in path.parts)]
    folders = [path.parent if path.stem == "index" else path.with_suffix("") for path in shown]
    return sorted("" if folder == Path() else f"{folder.as_posix()}/" for folder in folders) + ["404.html"]


every_page = pytest.mark.parametrize("address", published(), ids=lambda address: address.rstrip("/") or "home")


class Window:
    """Shows one page after another, and lists what the page that is shown complained of or asked other hosts for."""

    def __init__(self, context: BrowserContext) -> None:
        self._page = context.new_page()
        self._host = ""
        self.complaints: list[str] = []
        context.on("request", self._on_request)
        context.on("requestfailed", lambda request: self.complaints.append(f"request failed: {request.url}"))
        context.on("response", self._on_response)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("console", self._on_console)

    def open(self, url: str) -> Page:
        self._page.goto("about:blank")  # whatever the last page still asks for is its own
        self.complaints.clear()
        self._host = urlsplit(url).netloc
        self._page.set_viewport_size({"width": DESKTOP, "height": 900})
        self._page.goto(url, wait_until="load")
        return self._page

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self._host:
            self.complaints.append(f"request to another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        told_already = message.text.startswith("Failed to load resource")  # without saying which
        if message.type in {"error", "warning"} and not told_already:
            self.complaints.append(f"console {message.type}: {message.text}")


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Callable[..., Window]]:
    """`window(scheme=..., javascript=...)`, kept for all pages: a new window would take longer than most pages."""
    contexts = []

    @cache
    def window(*, scheme: str = "light", javascript: bool = True) -> Window:
        contexts.append(browser.new_context(color_scheme=scheme, java_script_enabled=javascript, reduced_motion="reduce"))
        return Window(contexts[-1])

    yield window
    for context in contexts:
        context.close()


@every_page
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_is_quiet_accessible_and_fits(window, site_url, address, scheme):
    troubles = []
    shown = window(scheme=scheme)
    page = shown.open(site_url + address)
    page.evaluate(SETTLED)
    assert page.locator("body").get_attribute("data-md-color-scheme") == SCHEMES[scheme]
    page.evaluate(AXE_SCRIPT)
    for width in (DESKTOP, PHONE, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLED)
        found = [f"scrolls sideways: {culprit}" for culprit in page.evaluate(SIDEWAYS)]
        if width != NARROWEST:  # axe has seen at 390 what there is at 320
            found += violations(page, FIRST_ROWS, COLOUR)
            found += violations(page, WHOLE_PAGE, STRUCTURE) if scheme == "light" else []
        troubles += [f"/{address} {scheme} {width} px: {trouble}" for trouble in found]
    troubles += [f"/{address} {scheme}: {complaint}" for complaint in shown.complaints]
    if troubles:
        pytest.fail("\n".join(troubles), pytrace=False)


def violations(page: Page, context: dict, options: dict) -> list[str]:
    return [f"{rule}: {few(places)} ({words})" for rule, words, places in page.evaluate(VIOLATIONS, [context, options])]


def few(selectors: list[str]) -> str:
    return ", ".join(selectors[:3]) + (f" and {len(selectors) - 3} more" if len(selectors) > 3 else "")


@every_page
def test_without_javascript_a_page_says_the_same(window, site_url, address):
    scripted, plain = window(), window(javascript=False)
    with_it, without_it = main_text(scripted, site_url + address), main_text(plain, site_url + address)
    assert without_it, f"/{address} has no text"
    assert without_it == with_it
    assert not plain.complaints, "\n".join(plain.complaints)


def main_text(shown: Window, url: str) -> list[str]:
    page = shown.open(url)
    page.wait_for_timeout(100)  # for a script that changes the text late; frames, which SETTLED counts, come only with JavaScript
    text = page.evaluate(MAIN_TEXT)
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_these_tests_know_every_page(site):
    files = [path.relative_to(site) for path in site.rglob("*.html")]
    pages = [file.as_posix().removesuffix("index.html") for file in files if file.parts[0] != "assets"]  # there, frames of pages
    assert sorted(pages) == sorted(published())


def test_the_search_finds_a_price_in_full(window, site, site_url):
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    texts = {doc["location"]: re.sub("<[^>]+>", " ", doc["text"]) for doc in index["docs"]}
    number = next(found[0] for text in texts.values() if (found := re.search(r"(?<=\$)0\.0000\d{3,}(?!\d)", text)))
    shown = window()
    page = shown.open(site_url)
    page.keyboard.press("/")
    page.locator(".md-search__input").press_sequentially(number)
    page.locator(".md-search-result__link").first.wait_for()
    links = page.locator(".md-search-result__link").all()
    hits = {urlsplit(link.get_attribute("href")).path.removeprefix(built.base_path()) for link in links}
    holding = {urlsplit(location).path for location, text in texts.items() if number in text}
    assert holding & hits, f"a search for {number} finds {hits}, and not {holding}"
    assert not shown.complaints, "\n".join(shown.complaints)
