"""A page of the built site, taken apart: its text, its attributes, its links. Only the standard library's parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CODE = {"pre", "code", "kbd"}
UNSEEN = {"script", "style", "template"}


@dataclass(frozen=True)
class Element:
    line: int
    tag: str
    attributes: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


@dataclass(frozen=True)
class Text:
    line: int
    text: str
    within: frozenset[str]

    @property
    def code(self) -> bool:
        return bool(self.within & CODE)

    @property
    def seen(self) -> bool:
        return not self.within & UNSEEN


@dataclass
class Page:
    path: Path
    elements: list[Element] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [element["id"] for element in self.elements if "id" in element.attributes]

    @property
    def anchors(self) -> set[str]:
        return {*self.ids, *(element["name"] for element in self.elements if element.tag == "a" and "name" in element.attributes)}

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def meta(self, name: str) -> str:
        return next((element["content"] for element in self.all("meta") if element["name"] == name), "")

    @property
    def title(self) -> str:
        return "".join(text.text for text in self.texts if "title" in text.within and "svg" not in text.within).strip()


def read(path: Path) -> Page:
    page = Page(path)
    _Parser(page).feed(path.read_text(encoding="utf-8"))
    return page


class _Parser(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.append(Element(self.getpos()[0], tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.page.texts.append(Text(self.getpos()[0], data, frozenset(self.open)))
