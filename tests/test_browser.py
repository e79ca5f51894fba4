"""Every page in a real Chromium: quiet, readable by everybody, as wide as the window, and the same text without JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from functools import cache
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests import accessible, built

DOCS = built.ROOT / "docs"
THEME = {"light": "default", "dark": "slate"}  # what the system asks for -> the scheme of the theme that must answer
DESKTOP, PHONE, NARROWEST = 1280, 390, 320

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

    def open(self, url: str, *, scheme: str = "light", width: int = DESKTOP) -> Page:
        self._page.goto("about:blank")  # whatever the last page still asks for is its own
        self.complaints.clear()
        self._host = urlsplit(url).netloc
        self._page.emulate_media(color_scheme=scheme)
        self._page.set_viewport_size({"width": width, "height": 900})
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
    """`window(javascript=...)`, kept for all pages: a new window would take longer than most pages."""
    contexts = []

    @cache
    def window(*, javascript: bool = True) -> Window:
        contexts.append(browser.new_context(java_script_enabled=javascript, reduced_motion="reduce"))
        return Window(contexts[-1])

    yield window
    for context in contexts:
        context.close()


@every_page
def test_a_page_is_quiet_accessible_fits_and_needs_no_javascript(window, site_url, address):
    troubles = []
    shown = window()
    page = shown.open(site_url + address)
    accessible.prepare(page)
    for width in (DESKTOP, PHONE, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLED)
        found = [f"scrolls sideways: {culprit}" for culprit in page.evaluate(SIDEWAYS)]
        if width != NARROWEST:  # axe has seen at 390 what there is at 320
            found += accessible.structure(page)
            found += colors(page, "light" if width == DESKTOP else "dark")
        troubles += [f"/{address} {width} px: {trouble}" for trouble in found]
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    troubles += differences(text(window(javascript=False).open(site_url + address)), text(page))
    troubles += [f"/{address}: {complaint}" for complaint in shown.complaints + window(javascript=False).complaints]
    if troubles:
        pytest.fail("\n".join(troubles), pytrace=False)


def colors(page: Page, scheme: str) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    page.wait_for_selector(f"body[data-md-color-scheme={THEME[scheme]}]")
    return [f"{scheme}: {violation}" for violation in accessible.colors(page)]


@pytest.mark.parametrize(("scheme", "width"), [("dark", DESKTOP), ("light", PHONE)])
@pytest.mark.parametrize("address", ["", "tutorials/hello-console/", "reference/lambda/"])
def test_opened_in_the_other_scheme_it_is_as_good(window, site_url, address, scheme, width):
    """The pairs that the test of every page leaves out: what only one width shows, such as the sidebars, is the same on all pages."""
    shown = window()
    page = shown.open(site_url + address, scheme=scheme, width=width)
    accessible.prepare(page)
    assert page.locator("body").get_attribute("data-md-color-scheme") == THEME[scheme], "not from the first moment"
    assert colors(page, scheme) + shown.complaints == []


def text(page: Page) -> list[str]:
    return [" ".join(line.split()) for line in page.evaluate(MAIN_TEXT).splitlines() if line.strip()]


def differences(without_javascript: list[str], with_it: list[str]) -> list[str]:
    if not without_javascript:
        return ["no text without JavaScript"]
    changes = islice(unified_diff(without_javascript, with_it, n=0, lineterm=""), 2, None)  # the first two name the files
    return [f"only without (-) or with (+) JavaScript: {line}" for line in changes if line[0] in "+-"]


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
    holding = {urlsplit(location).path for location, text in texts.items() if number in text}
    page.locator(", ".join(f'.md-search-result__link[href*="/{location}?"]' for location in holding)).first.wait_for()
    assert not shown.complaints, "\n".join(shown.complaints)


def test_a_language_that_was_chosen_once_is_chosen_everywhere(browser, site_url):
    def languages() -> set[str]:
        """Of the sets of tabs that offer both languages, which are chosen."""
        sets = [one for one in page.locator(".tabbed-set").all() if one.locator("> .tabbed-labels > label").all_inner_texts() == ["Node.js", "Python"]]
        assert len(sets) > 1
        return {one.evaluate("set => set.querySelector(`label[for=${set.querySelector(':scope > input:checked').id}]`).innerText") for one in sets}

    with browser.new_context() as context:
        page = context.new_page()
        page.goto(site_url + "tutorials/hello-sam/")
        assert languages() == {"Node.js"}
        page.locator(".tabbed-labels > label", has_text="Python").first.click()
        page.wait_for_function("() => JSON.parse(localStorage.getItem(`${new URL(__md_scope).pathname}.__tabs`) || '[]').includes('Python')")
        assert languages() == {"Python"}
        page.goto(site_url + "tutorials/handler/")
        page.wait_for_function("() => document.querySelector('.tabbed-set > input:checked ~ .tabbed-labels > label:nth-child(2)')")
        page.evaluate(SETTLED)
        assert languages() == {"Python"}


def test_receipts_are_printed_when_a_reader_asks(browser, site_url):
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
        page.goto(site_url + "image-example/")
        page.emulate_media(media="print")
        receipts = page.locator(".md-content .receipt")
        assert receipts.count() > 10
        assert page.locator(".md-content .receipt:visible, .receipt-notes").count() == 0
        page.emulate_media(media="screen")
        page.get_by_role("link", name="Print with receipts").click()
        assert page.evaluate("window.printed") == 1
        page.emulate_media(media="print")
        assert page.locator(".receipt-notes li:visible").count() == receipts.count()
        page.goto(page.url)
        assert page.url.endswith("?receipts")
        page.locator(".receipt-notes li:visible").first.wait_for()
