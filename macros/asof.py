"""Passages of a site that is built as of an earlier day.

A sentence around a price that did not exist yet is nonsense ("arm64 is not available on 23 January 2016 cheaper"), and so may be the
rest of its paragraph. In such a build a passage with a missing figure is left out, and says so; a table's cell shows that its figure
is missing. The pages themselves know nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from .figures import UNAVAILABLE

_PASSAGES = {"p", "li", "dd", "figcaption"}
_CELLS = {"td", "th"}
_BLOCKS = _PASSAGES | _CELLS | {"ul", "ol", "dl", "dt", "div", "table", "blockquote", "pre", "details", "section"}


class LeaveOut(Extension):
    """Leaves out the passages that rest on what did not exist. `day` is the day as pages print it: 23 January 2016."""

    def __init__(self, day: str):
        super().__init__()
        self.day = day

    def extendMarkdown(self, md: Markdown) -> None:
        # After the inline patterns (20), which put raw HTML away; before the table of contents (5).
        md.treeprocessors.register(_Passages(md, self.day), "as_of", 15)


class _Passages(Treeprocessor):
    def __init__(self, md: Markdown, day: str):
        super().__init__(md)
        self.note = f"Left out: this passage is about something that did not exist, or has no price on file, on {day}."

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            left_out_before = False
            for child in list(parent):
                missing = child.tag in _PASSAGES | _CELLS and self._is_missing(child)
                if missing and child.tag in _CELLS:
                    _replace(child, "not available")
                elif missing and left_out_before and not _blocks(child):
                    parent.remove(child)  # one note stands for a run of passages
                elif missing:
                    _replace(child, self.note)
                left_out_before = bool(missing)

    def _is_missing(self, element: Element) -> bool:
        stashed = self.md.htmlStash.rawHtmlBlocks
        return any(UNAVAILABLE in str(stashed[int(number)]) for text in _inline_text(element) for number in HTML_PLACEHOLDER_RE.findall(text))


def _inline_text(element: Element) -> Iterator[str]:
    """The text of an element and its inline children, without that of the blocks in it, which are looked at by themselves."""
    yield element.text or ""
    for child in element:
        if child.tag not in _BLOCKS:
            yield from _inline_text(child)
        yield child.tail or ""


def _blocks(element: Element) -> list[Element]:
    return [child for child in element if child.tag in _BLOCKS]


def _replace(element: Element, words: str) -> None:
    """Puts words in the place of an element's text; lists within it stay."""
    kept = _blocks(element)
    for child in list(element):
        element.remove(child)
    for child in kept:
        child.tail = None
    element.text = None
    note = Element("em", {"class": "unavailable"})
    note.text = words
    element[:] = [note, *kept]
