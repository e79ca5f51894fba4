"""Where the figures of a page stand, and where none may: in headings, links, attributes and code they would be lost or garbled.

While a page is made, each figure carries a mark with the line that it was written in. The page's HTML is checked and the marks go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from .templates import current_line

_NAME = "figureplaced"  # one word: a highlighter of code would take a hyphen apart
_MARK = re.compile(rf' {_NAME}="[^"]*"')
_WRITTEN = re.compile(rf'{_NAME}=\\?"(\d+)')  # a mark that is shown as text
_IN_MARKUP = re.compile(r"\]\([^)\s]*$|<\w[^<>]*=[^<>]*$|^\s*\[[^\]\n]+\]:\s*$", re.MULTILINE)  # before a figure that Markdown has left in pieces
_RECEIPT = re.compile(r'<samp class="receipt" id="([^"]+)"')
_OPENER = re.compile(r'<button type="button" class="figure"([^>]*?) popovertarget="([^"]+)"([^>]*)>(.*?)</button>', re.DOTALL)
_UNSEEN = re.compile(r'<samp class="receipt".*?</samp>|<svg\b.*?</svg>', re.DOTALL)
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_ROWS = {"tr", "p", "li", "dd", "dt", "figcaption", "div", "section"}
_HEADING = "a heading cannot show a figure, which would become part of its anchor: write it in the text below"
_LINK = "a link cannot hold a figure, which opens its receipt: write it before or after the link"
_ATTRIBUTE = "an attribute, an address or the text of an image cannot hold a figure: write it in the text of the page"
_CODE = "code cannot show a figure: write it in the text, or put {% raw %} and {% endraw %} around a macro that is shown as code"
_LABEL = "the name of a tab cannot hold a figure: write it in the tab's text"
_COMMENT = "a comment cannot hold a figure: write {%# … #%} around what pages do not show"
_LOST = "the receipt of this figure is missing, or there twice: print what a {% set %} block holds exactly once"
_FORBIDDEN = {f"h{level}": _HEADING for level in range(1, 7)} | {"a": _LINK, "code": _CODE, "pre": _CODE, "kbd": _CODE, "label": _LABEL}


@dataclass(frozen=True)
class Misplaced:
    """What is wrong with a figure; `line` counts as the page's text was rendered."""

    line: int | None
    message: str


def mark(html: str, row: str = "") -> str:
    """The HTML of a figure with its line. `row`: "waits 3" or "opens 3", for figures that share the receipt of row 3."""
    line = current_line()
    return html if line is None else html.replace('class="figure"', f'class="figure" {_NAME}="{line}{" " * bool(row)}{row}"', 1)


def clean(html: str) -> str:
    """The HTML of a page without the marks."""
    return _MARK.sub("", html)


def without_lost_receipts(html: str) -> str:
    """As of an earlier day passages are left out, perhaps with a receipt that later figures open: those are printed plain."""
    there = set(_RECEIPT.findall(html))
    return _OPENER.sub(lambda one: one[0] if one[2] in there else f'<data class="figure"{one[1]}{one[3]}>{one[4]}</data>', html)


def check(html: str, *, whole: bool = True) -> list[Misplaced]:
    """Every figure that stands where none may or has lost its receipt; unless passages were left out, also what a row does not open."""
    if _NAME not in html:
        return []
    parser = _Figures(Counter(_RECEIPT.findall(html)))
    parser.feed(_UNSEEN.sub("", html))
    parser.close()
    found = [*parser.found, *(parser.without_receipt() if whole else ())]
    return sorted(dict.fromkeys(found), key=lambda misplaced: misplaced.line or 0)


@dataclass
class _Row:
    """A figure of a table's row that leaves its receipt to a later one."""

    number: str
    row: int
    line: int
    text: str = ""


class _Figures(HTMLParser):
    def __init__(self, receipts: Counter[str]) -> None:
        super().__init__()
        self._receipts = receipts
        self.found: list[Misplaced] = []
        self._open: list[tuple[str, int]] = []  # tags with a number each
        self._count = 0
        self._text = ""  # since the last tag; in code, since its beginning
        self._waiting: list[_Row] = []
        self._opened: set[tuple[str, int]] = set()
        self._figure: _Row | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count += 1
        given = dict(attrs)
        for value in given.values():
            if written := _WRITTEN.search(value or ""):
                self.found.append(Misplaced(int(written[1]), _ATTRIBUTE))
        if placed := given.get(_NAME):
            self._placed(tag, *placed.split())
            if (receipt := given.get("popovertarget")) and self._receipts[receipt] != 1:
                self.found.append(Misplaced(int(placed.split()[0]), _LOST))
        if not self._in_code():
            self._text = ""
        if tag not in _VOID:
            self._open.append((tag, self._count))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("data", "button"):
            self._figure = None
        while any(tag == name for name, _ in self._open):
            if self._open.pop()[0] == tag:
                break
        if not self._in_code():
            self._shown()

    def handle_comment(self, data: str) -> None:
        self.found += [Misplaced(int(line), _COMMENT) for line in _WRITTEN.findall(data)]

    def handle_data(self, data: str) -> None:
        self._text += data
        if self._figure:
            self._figure.text += data

    def close(self) -> None:
        super().close()
        self._shown()

    def without_receipt(self) -> Iterator[Misplaced]:
        for figure in self._waiting:
            if (figure.number, figure.row) not in self._opened:
                yield Misplaced(figure.line, waits(figure.text))

    def _placed(self, tag: str, line: str, kind: str = "", number: str = "") -> None:
        names = [name for name, _ in self._open]
        message = next((_FORBIDDEN[name] for name in names if name in _FORBIDDEN), None)
        if tag not in ("button", "data") or _IN_MARKUP.search(self._text):
            message = _ATTRIBUTE
        if message:
            self.found.append(Misplaced(int(line), message))
        row = next((count for name, count in reversed(self._open) if name == "tr"), None)
        row = row or next((count for name, count in reversed(self._open) if name in _ROWS), 0)
        if kind == "waits":
            self._figure = _Row(number, row, int(line))
            self._waiting.append(self._figure)
        elif kind == "opens":
            self._opened.add((number, row))

    def _in_code(self) -> bool:
        return any(name in ("code", "pre") for name, _ in self._open)

    def _shown(self) -> None:
        """A figure whose HTML is shown as text."""
        for written in _WRITTEN.finditer(self._text):
            self.found.append(Misplaced(int(written[1]), _CODE))
        self._text = ""


def waits(text: str) -> str:
    """What is wrong with a figure whose receipt nobody opens."""
    return f'{text} has receipt="row", but no later figure of its row opens the receipt: print the last figure of a row without receipt="row"'
