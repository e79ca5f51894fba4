"""What a page shows: a line of Markdown as an author types it, rendered with the rates of record."""

from __future__ import annotations

import functools
import re
from datetime import date
from html import unescape

import jinja2

from macros import pages, placement, rates, templates
from tests import built, record


def html(markdown: str, *, on: date = record.DAY, is_past: bool = False) -> str:
    """The macros' output, with its HTML."""
    site = pages.Pages(_book(), on, built.ROOT / "docs", lambda: ("page.md", "../"), is_past=is_past)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.globals |= pages.macros_of(site)
    environment.filters |= pages.filters_of(site)
    return placement.clean(templates.render(environment, markdown, {}))


@functools.cache
def _book() -> rates.RateBook:
    return rates.load(record.FILE)


def text(markup: str) -> str:
    """HTML as it reads, cells and lines set apart."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", markup)).replace("\N{NO-BREAK SPACE}", " ")).strip()


def figure(markdown: str) -> str:
    """What stands on the page, without the receipts."""
    return text(re.sub(r'<samp class="receipt".*?</samp>', "", html(markdown)))


def receipts(markdown: str) -> list[str]:
    """What the receipts say, each as one run of text."""
    return [text(one) for one in re.findall(r'<samp class="receipt"[^>]*>(.*?)</samp>', html(markdown))]


def receipt(markdown: str) -> str:
    """The receipt of the one figure that has one."""
    (only,) = receipts(markdown)
    return only
