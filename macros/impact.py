"""What a change of the rates file does to the pages: every figure that moves, with the sentence around it.

Both states of the file are built: every page's macros are rendered with the one and with the other, by the same code and from the
same Markdown as the site. MkDocs itself is not needed, because a figure's value does not depend on the theme.
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import jinja2

from . import formatting, pages
from .rates import NoRate, RateBook
from .workload import WorkloadError

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_BLOCK_TAGS = {"p", "li", "tr", "table", "caption", "div", "figcaption", "dd", "dt", "h1", "h2", "h3", "h4"}
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[^\d])")


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


def render(book: RateBook, docs: Path, day: date, only: set[str] | None = None, *, is_past: bool = False) -> dict[str, str]:
    """Every page's Markdown (or that of the named ones) with its macros rendered. `is_past`: as of an earlier day, as AS_OF builds it."""
    current = SimpleNamespace(name="")
    site = pages.Pages(book, day, docs, lambda: (current.name, ""), is_past=is_past)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.globals |= {name: getattr(site, name) for name in pages.MACROS}
    environment.filters |= {name: getattr(site, name) for name in pages.FILTERS}
    rendered = {}
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).as_posix()
        text = path.read_text(encoding="utf-8")
        if (only is not None and name not in only) or "render_macros: false" in text[:500]:
            continue
        current.name = name
        try:
            rendered[name] = environment.from_string(_FRONT_MATTER.sub("", text)).render()
        except (jinja2.TemplateError, pages.Mistake, NoRate, WorkloadError, ArithmeticError) as error:
            raise ImpactError(f"docs/{name}: {error}") from None
    return rendered


class _Figures(HTMLParser):
    """Collects the figures of a page with the text of the block that each stands in. Receipts are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[list[str | tuple[str, str]]] = [[]]
        self._receipt = 0
        self._figure: list[str] | None = None
        self._value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "samp" and "receipt" in (given.get("class") or ""):
            self._receipt += 1
        elif not self._receipt and tag in ("button", "data") and given.get("class") == "figure":
            self._figure, self._value = [], given.get("value") or ""
        elif tag in _BLOCK_TAGS:
            self.blocks.append([])
        elif tag in ("td", "th") and self.blocks[-1]:
            self.blocks[-1].append(", ")  # the sentence of a cell is its row

    def handle_endtag(self, tag: str) -> None:
        if tag == "samp" and self._receipt:
            self._receipt -= 1
        elif tag in ("button", "data") and self._figure is not None:
            self.blocks[-1].append(("".join(self._figure), self._value))
            self._figure = None
        elif tag in _BLOCK_TAGS:
            self.blocks.append([])

    def handle_data(self, data: str) -> None:
        if self._receipt:
            return
        if self._figure is not None:
            self._figure.append(data)
            return
        first, *others = re.split(r"\n\s*\n|\n(?=[#|*>+-])", data)
        self.blocks[-1].append(first)
        self.blocks += [[other] for other in others]


def figures(page: str, text: str) -> Iterator[Shown]:
    """The figures of a rendered page, in order."""
    parser = _Figures()
    parser.feed(text)
    parser.close()
    for block in parser.blocks:
        for position, part in enumerate(block):
            if isinstance(part, tuple):
                read, blank = _around(block, position)
                yield Shown(page, part[0], Fraction(part[1]), read, blank)


def _around(block: list, position: int) -> tuple[str, str]:
    """The sentence around a figure, as it reads and with all figures blanked."""
    marked = "".join(
        ("\x01" + part[0] + "\x01" if at == position else "\x02" + part[0] + "\x02") if isinstance(part, tuple) else part for at, part in enumerate(block)
    )
    marked = re.sub(r"\s+", " ", re.sub(r"[*_`|]+|\{[^}]*\}|\]\([^)]*\)|\[", " ", marked)).strip()
    sentence = next((piece for piece in _SENTENCE_END.split(marked) if "\x01" in piece), marked)
    blank = re.sub(r"\x01.*?\x01", "#", re.sub(r"\x02.*?\x02", "_", sentence))
    return re.sub(r"\s+,", ",", sentence.replace("\x01", "").replace("\x02", "")), blank


def moves(before: dict[str, str], after: dict[str, str]) -> list[Move]:
    """Every figure that differs between two rendered states of the pages, page by page."""
    found: list[Move] = []
    for page in sorted(before.keys() | after.keys()):
        old, new = list(figures(page, before.get(page, ""))), list(figures(page, after.get(page, "")))
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


def _move(page: str, first: Shown, second: Shown) -> Move:
    change = (second.value - first.value) / first.value if first.value else None
    percent = "" if change is None else f"{'+' if change > 0 else ''}{formatting.percent(change, 1)}"
    return Move(page, second.sentence, first.text, second.text, percent)


def base_file(revision: str, root: Path) -> bytes:
    """rates.yml as it was in a git revision. Raises ImpactError."""
    asked = ["git", "-C", str(root), "show", f"{revision}:macros/rates.yml"]
    try:
        shown = subprocess.run(asked, capture_output=True, check=False)
    except FileNotFoundError:
        raise ImpactError("git is not installed, so there is no earlier rates.yml to compare with") from None
    if shown.returncode:
        reason = shown.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["git gave no reason"]
        raise ImpactError(f"no macros/rates.yml in revision {revision}: {reason[0].removeprefix('fatal: ')}")
    return shown.stdout


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
    return "\n".join([*lines_, f"{len(found)} figure{'s' * (len(found) > 1)} on {pages_} page{'s' * (pages_ > 1)} move."])


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
