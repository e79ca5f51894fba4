"""What a change of the rates file does to the pages: every figure that moves, with the sentence around it.

Both states of the file are built: MkDocs itself reads each page and renders its macros with the one and with the other, so that
a page that builds is a page that can be compared. Only pages that differ become HTML, in which their sentences are found.
"""

from __future__ import annotations

import difflib
import functools
import json
import logging
import re
import subprocess
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

from . import formatting, pages
from .rates import RateBook

_Part = str | tuple[str, str]  # words, or a figure: its text and its value
_THIS, _OTHER, _CELL = "\x01", "\x02", "\x03"  # around the figure in question, around other figures, before a cell
_BLOCK_TAGS = {
    "p", "li", "tr", "table", "caption", "div", "section", "blockquote", "figure", "figcaption", "dd", "dt", "summary", "details", "pre",
    "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
_CLOSING = "\u201d\"')"
_ABBREVIATED = {"e.g", "i.e", "vs", "etc", "approx", "ca", "no", "resp", "incl", "fig", "st", "mr", "ms", "dr"}


class ImpactError(Exception):
    """The two states could not be compared. The text is one line."""


@dataclass(frozen=True)
class Shown:
    """A figure as a page shows it: its text, its exact value, and the sentence around it with figures as they read."""

    page: str
    text: str
    value: Fraction
    sentence: str
    place: str  # the sentence with its figures blanked: what two states of a page are aligned by


@dataclass(frozen=True)
class Move:
    """A figure that moves. `before` or `after` is None where only one of the states shows it."""

    page: str
    sentence: str
    before: str | None
    after: str | None
    percent: str

    @property
    def on_reference_only(self) -> bool:
        return self.page.startswith("reference/")


class Rendered(str):
    """A page's Markdown with its macros rendered; `html()` is what the site makes of it."""

    html: Callable[[], str]


def render(book: RateBook, docs: Path, day: date, only: set[str] | None = None, *, is_past: bool = False) -> dict[str, str]:
    """Every page's Markdown (or that of the named ones) with its macros rendered, as MkDocs renders it. Raises ImpactError.

    `is_past`: as of an earlier day, as AS_OF builds it.
    """
    site = _site(docs)
    site.offer(book, day, is_past)
    return {name: site.page(name) for name in site.names if only is None or name in only}


@functools.cache
def _site(docs: Path) -> _Site:
    return _Site(docs)


class _Site:
    """The project as MkDocs has it before it writes pages: its configuration, its files, its navigation and mkdocs-macros' environment."""

    def __init__(self, docs: Path):
        from mkdocs.config import load_config
        from mkdocs.exceptions import MkDocsException
        from mkdocs.structure.files import get_files, set_exclusions
        from mkdocs.structure.nav import get_navigation

        logging.getLogger("mkdocs").setLevel(logging.CRITICAL + 1)  # mistakes come as ImpactError, warnings are the build's affair
        try:
            self._config = load_config(str(docs.parent / "mkdocs.yml"), strict=False)
            self._config.plugins.on_config(self._config)
        except MkDocsException as error:
            raise ImpactError(" ".join(str(error).split())) from None
        self._files = self._config.plugins.on_files(get_files(self._config), config=self._config)
        set_exclusions(self._files, self._config)
        navigation = get_navigation(self._files, self._config)
        self._config.plugins.on_nav(navigation, config=self._config, files=self._files)
        self._sources = {file.src_uri: file for file in self._files.documentation_pages()}
        self._docs, self.names = docs, sorted(self._sources)

    def offer(self, book: RateBook, day: date, is_past: bool) -> None:
        """Let the pages be rendered with this rate book."""
        from . import register

        env = self._config.plugins["macros"]
        register.offer(env, pages.Pages(book, day, self._docs, lambda: register.current(env), is_past=is_past))
        env.env.globals.update(env.macros)
        env.env.filters.update(env.filters)

    def page(self, name: str) -> Rendered:
        from mkdocs.structure.pages import Page

        file, mistakes = self._sources[name], self._config.plugins["macros/mistakes"]
        page = copy(file.page) if file.page else Page(None, file, self._config)
        mistakes.found.clear()
        page = self._config.plugins.on_pre_page(page, config=self._config, files=self._files)
        page.read_source(self._config)
        text = self._config.plugins.on_page_markdown(page.markdown, page=page, config=self._config, files=self._files)
        if mistakes.found:
            raise ImpactError(mistakes.found[name][0])
        rendered = Rendered(text)
        rendered.html = functools.cache(lambda: self._html(page, text))
        return rendered

    def _html(self, page: object, text: str) -> str:
        page.markdown = text
        page.render(self._config, self._files)
        return page.content


class _Figures(HTMLParser):
    """Collects the figures of a page with the text of the block that each stands in. Receipts and drawings are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[list[_Part]] = [[]]
        self._unseen = ""
        self._figure: list[str] | None = None
        self._value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._unseen:
            return
        if tag == "svg" or (tag == "samp" and "receipt" in (given.get("class") or "")):
            self._unseen = tag
        elif tag in ("button", "data") and given.get("class") == "figure":
            self._figure, self._value = [], given.get("value") or ""
        elif tag in _BLOCK_TAGS:
            self.blocks.append([])
        elif tag in ("td", "th"):
            self.blocks[-1].append(_CELL)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""
        elif tag in ("button", "data") and self._figure is not None:
            self.blocks[-1].append(("".join(self._figure), self._value))
            self._figure = None
        elif tag in _BLOCK_TAGS:
            self.blocks.append([])

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._figure is not None:
            self._figure.append(data)
        else:
            self.blocks[-1].append(data)


def figures(page: str, html: str) -> Iterator[Shown]:
    """The figures of a page's HTML, in order."""
    parser = _Figures()
    parser.feed(html)
    parser.close()
    for block in parser.blocks:
        for position, part in enumerate(block):
            if isinstance(part, tuple) and part[1]:
                read, blank = _around(block, position)
                yield Shown(page, part[0], Fraction(part[1]), read, blank)


def _around(block: list[_Part], position: int) -> tuple[str, str]:
    """The sentence around a figure, or its row of a table: as it reads, and with all figures blanked."""
    marked = "".join(
        f"{_THIS}{part[0]}{_THIS}" if at == position else f"{_OTHER}{part[0]}{_OTHER}" if isinstance(part, tuple) else part for at, part in enumerate(block)
    )
    cells = [cell for cell in (" ".join(cell.split()) for cell in marked.split(_CELL)) if cell]
    whole = ", ".join(cells) if len(cells) > 1 else _sentence("".join(cells))
    blank = re.sub(f"{_THIS}.*?{_THIS}", "#", re.sub(f"{_OTHER}.*?{_OTHER}", "_", whole))
    return whole.replace(_THIS, "").replace(_OTHER, ""), blank


def _sentence(text: str) -> str:
    """The sentence with the marked figure. Where it is not certain that a sentence ends, it goes on: rather too much than half of one."""
    start, depth = 0, 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character in ".!?" and depth <= 0 and _ends_a_sentence(text, at):
            end = len(text) - len(text[at + 1 :].lstrip(_CLOSING))
            if _THIS in text[start:end]:
                return text[start:end].strip()
            start = end
    return text[start:].strip()


def _ends_a_sentence(text: str, at: int) -> bool:
    before, after = text[:at].rsplit(None, 1)[-1:] or [""], text[at + 1 :]
    word = before[0].strip("(\"'").lower()
    begins = after.lstrip(_CLOSING)
    if not begins[:1].isspace():
        return not begins
    first = begins.lstrip()[:1]
    return word not in _ABBREVIATED and not (len(word) == 1 and word.isalpha()) and (first.isupper() or first in f'{_THIS}{_OTHER}\u201c"(')


def moves(before: dict[str, str], after: dict[str, str]) -> list[Move]:
    """Every figure that differs between two rendered states of the pages, page by page."""
    found: list[Move] = []
    for page in sorted(before.keys() | after.keys()):
        first, second = before.get(page, ""), after.get(page, "")
        if first == second:
            continue
        old, new = list(figures(page, _html(first))), list(figures(page, _html(second)))
        matcher = difflib.SequenceMatcher(None, [shown.place for shown in old], [shown.place for shown in new], autojunk=False)
        for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
            same = kind == "equal" or (kind == "replace" and old_to - old_from == new_to - new_from)
            if same:
                pairs = zip(old[old_from:old_to], new[new_from:new_to], strict=True)
                found += [_move(page, first, second) for first, second in pairs if first.text != second.text]
            else:
                found += [Move(page, shown.sentence, shown.text, None, "") for shown in old[old_from:old_to]]
                found += [Move(page, shown.sentence, None, shown.text, "") for shown in new[new_from:new_to]]
    return found


def _html(text: str) -> str:
    return text.html() if isinstance(text, Rendered) else text


def _move(page: str, first: Shown, second: Shown) -> Move:
    change = (second.value - first.value) / first.value if first.value else None
    percent = "" if change is None else f"{'+' if change > 0 else ''}{formatting.percent(change, 1)}"
    return Move(page, second.sentence, first.text, second.text, percent)


def base_file(revision: str, root: Path) -> bytes:
    """rates.yml as it was in a git revision. Raises ImpactError."""
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise ImpactError(f"no macros/rates.yml in revision {revision}: git knows no such revision here; name a commit, a branch or a tag")
    shown = _git(root, "show", f"{commit.decode().strip()}:macros/rates.yml")
    if shown is None:
        raise ImpactError(f"no macros/rates.yml in revision {revision}: name a later one")
    return shown


def _git(root: Path, *words: str) -> bytes | None:
    """What git answers; None where it cannot."""
    try:
        answer = subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=False)
    except FileNotFoundError:
        raise ImpactError("git is not installed, so there is no earlier rates.yml to compare with") from None
    except ValueError:  # a NUL in the name
        return None
    return None if answer.returncode else answer.stdout


def report(found: list[Move]) -> str:
    """For a terminal or a comment on a pull request."""
    if not found:
        return "No figure on any page moves."
    lines_, page = [], None
    for move in found:
        if move.page != page:
            page = move.page
            lines_.append(f"{page}")
        change = f"{move.before or 'not shown'} -> {move.after or 'not shown'}" + (f" ({move.percent})" if move.percent else "")
        lines_.append(f"  {change}: {move.sentence}")
    pages_ = len({move.page for move in found})
    figures_ = "1 figure" if len(found) == 1 else f"{len(found)} figures"
    return "\n".join([*lines_, f"{figures_} on {pages_} page{'s' * (pages_ > 1)} move{'s' * (len(found) == 1)}."])


def report_json(found: list[Move]) -> str:
    """{"moves": [{"page", "sentence", "before", "after", "percent", "reference_only"}]}"""
    entries = [
        {
            "page": move.page,
            "sentence": move.sentence,
            "before": move.before,
            "after": move.after,
            "percent": move.percent or None,
            "reference_only": move.on_reference_only,
        }
        for move in found
    ]
    return json.dumps({"moves": entries}, indent=2, ensure_ascii=False)
