"""The built site, page by page: nothing of the workshop shows, every link leads somewhere, nothing comes from another host."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests import built, pages
from tests.pages import Page

BRACES = re.compile(r"\{\{|\{%|\{#")
MACRO_ERRORS = re.compile(r"Macro (?:Rendering|Syntax) Error|no such element:|\bUndefinedError\b")
# A number in scientific notation, but neither a group of a UUID nor a part of a hash.
SCIENTIFIC = re.compile(r"(?<![\w-])\d+(?:\.\d+)?[eE][-+]\d+(?![\w-])")
NOT_A_NUMBER = re.compile(r"(?<![\w-])(?:nan|inf)(?![\w-])", re.IGNORECASE)
PYTHON_OBJECT = re.compile(r"\b(?:Decimal|Fraction)\(|<macros\.|\bobject at 0x")
# What names a thing or a place rather than says something to a reader; an SVG's geometry may hold any number.
NO_PROSE = {"id", "class", "href", "src", "srcset", "for", "name", "style", "d", "points", "transform", "popovertarget"}

LINKS = {
    **dict.fromkeys(("a", "area", "link", "use", "image"), "href"),
    **dict.fromkeys(("img", "source", "script", "iframe", "video", "audio", "track", "embed"), "src"),
    "object": "data",
    "form": "action",
}
POINTERS = ("for", "popovertarget", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details", "list")
# A <link> of these kinds is told to machines, and nothing is fetched because of it.
TOLD = {"canonical", "alternate", "next", "prev", "license", "edit", "author", "me"}
FETCHED_BY_CSS = re.compile(r"""@import\s+(?:url\()?\s*["']?([^"')\s;]+)|url\(\s*["']?([^"')]+)""")
IMPORTED_BY_SCRIPT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']((?:https?:)?//[^"']+)""")


@pytest.fixture(scope="session")
def all_pages(site: Path) -> list[Page]:
    found = [pages.read(path) for path in sorted(site.rglob("*.html"))]
    assert found, f"no page in {site}"
    return found


def where(page: Page, site: Path, line: int) -> str:
    return f"{page.path.relative_to(site)}:{line}"


def in_prose_and_attributes(page: Page, pattern: re.Pattern[str]) -> list[tuple[int, str]]:
    """Line and text of each hit. Code is left out: a listing may hold braces, and a page may say what `2e-7` gets."""
    texts = [(text.line, text.text) for text in page.texts if text.seen and not text.code]
    attributes = [(e.line, value) for e in page.elements for name, value in e.attributes.items() if name not in NO_PROSE]
    return [(line, text.strip()[:120]) for line, text in texts + attributes if pattern.search(text)]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(BRACES, id="braces"),
        pytest.param(MACRO_ERRORS, id="macro errors"),
        pytest.param(SCIENTIFIC, id="scientific notation"),
        pytest.param(NOT_A_NUMBER, id="nan"),
        pytest.param(PYTHON_OBJECT, id="python objects"),
    ],
)
def test_no_page_shows_what_a_macro_should_have_turned_into_text(site, all_pages, pattern):
    found = [f"{where(page, site, line)}: {text}" for page in all_pages for line, text in in_prose_and_attributes(page, pattern)]
    assert not found, "\n".join(found)


def test_every_page_has_a_title_a_description_and_a_language(site, all_pages):
    lacking = []
    for page in all_pages:
        language = next((html["lang"] for html in page.all("html")), "")
        for what, value in {"title": page.title, "description": page.meta("description").strip(), "lang": language}.items():
            if not value:
                lacking.append(f"{page.path.relative_to(site)} has no {what}")
    assert not lacking, "\n".join(lacking)


def test_every_link_image_and_anchor_leads_somewhere(site, all_pages):
    by_path = {page.path: page for page in all_pages}
    broken = []
    for page in all_pages:
        for element in page.elements:
            for target in targets(element):
                if trouble := why_broken(target, page, site, by_path):
                    broken.append(f"{where(page, site, element.line)}: <{element.tag}> {target}: {trouble}")
    assert not broken, "\n".join(broken)


def targets(element: pages.Element) -> list[str]:
    names = {LINKS.get(element.tag, ""), "poster", "xlink:href"}
    if element.tag == "meta" and element["property"] in {"og:image", "og:url"}:
        return [element["content"]]
    sets = [part.split()[0] for part in element["srcset"].split(",") if part.strip()]
    return [element[name] for name in names if name in element.attributes] + sets


def why_broken(target: str, page: Page, site: Path, by_path: dict[Path, Page]) -> str:
    url = urlsplit(urljoin(address_of(page, site), target))
    if f"{url.scheme}://{url.netloc}" != "{0.scheme}://{0.netloc}".format(urlsplit(built.site_url())):
        return ""  # another host's: nothing here is asked of it
    if not url.path.startswith(built.base_path()):
        return f"leads out of {built.base_path()}, the path that the site is published under"
    file = site / unquote(url.path.removeprefix(built.base_path()))
    file = file / "index.html" if url.path.endswith("/") else file
    if not file.is_file():
        return "no such file"
    if url.fragment and file in by_path and unquote(url.fragment) not in by_path[file].anchors:
        return "no such anchor"
    return ""


def address_of(page: Page, site: Path) -> str:
    path = page.path.relative_to(site).as_posix()
    return urljoin(built.site_url(), path.removesuffix("index.html"))


def test_whatever_points_at_an_id_finds_it_once(site, all_pages):
    wrong = []
    for page in all_pages:
        ids = Counter(page.ids)
        wrong += [f"{page.path.relative_to(site)}: id {name!r} is there {count} times" for name, count in ids.items() if count > 1]
        for element in page.elements:
            named = [name for attribute in POINTERS for name in element[attribute].split()]
            wrong += [f"{where(page, site, element.line)}: <{element.tag}> names id {name!r}" for name in named if name not in ids]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_fetched_from_another_host(site, all_pages):
    foreign = []
    for page in all_pages:
        for element in page.elements:
            follows = element.tag in {"a", "area"} or (element.tag == "link" and TOLD & set(element["rel"].split()))
            fetched = [] if follows else targets(element)
            fetched += css_targets(element["style"])
            foreign += [f"{where(page, site, element.line)}: <{element.tag}> {url}" for url in fetched if is_foreign(url)]
        styles = [(text.line, css_targets(text.text)) for text in page.texts if "style" in text.within]
        foreign += [f"{where(page, site, line)}: style {url}" for line, urls in styles for url in urls if is_foreign(url)]
    for file in sorted(site.rglob("*")):
        found = {".css": css_targets, ".svg": css_targets, ".mjs": IMPORTED_BY_SCRIPT.findall}.get(file.suffix)
        if found:
            foreign += [f"{file.relative_to(site)}: {url}" for url in found(file.read_text(encoding="utf-8")) if is_foreign(url)]
    assert not foreign, "\n".join(foreign)


def css_targets(css: str) -> list[str]:
    return [url or other for url, other in FETCHED_BY_CSS.findall(css)]


@cache
def is_foreign(url: str) -> bool:
    parts = urlsplit(urljoin(built.site_url(), url.strip()))
    return parts.scheme in {"http", "https"} and parts.netloc != urlsplit(built.site_url()).netloc


def test_the_search_index_holds_text_and_no_template(site):
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert index["docs"]
    prose = {doc["location"]: re.sub(r"<code>.*?</code>", "", doc["title"] + doc["text"], flags=re.DOTALL) for doc in index["docs"]}
    raw = [location for location, text in prose.items() if BRACES.search(text)]
    assert not raw, f"templates in the search index: {raw}"


def test_the_search_finds_a_number_as_a_whole(site):
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    separator = re.compile(index["config"]["separator"])
    for text in ("It costs $0.0000123456 for each GB-second.", "(0.0000123456)", "up to 0.0000123456, then less"):
        assert "0.0000123456" in separator.split(text)
    for doc in index["docs"]:
        tokens = set(separator.split(doc["text"]))
        for number in re.findall(r"(?<![\w.,-])0\.\d{5,}(?![\w.])", re.sub("<[^>]+>", " ", doc["text"])):
            assert any(number in token for token in tokens), f"{doc['location']}: a search for {number} finds nothing"
