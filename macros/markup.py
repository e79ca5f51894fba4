"""Words from data files on their way into a page: neither HTML nor Markdown takes them for its own."""

from __future__ import annotations

_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
_TABLE = str.maketrans(_HTML | {character: f"&#{ord(character)};" for character in "\\`*_{}[]#!|~^+"})


def escaped(words: str) -> str:
    """A label, a title or the name of a Region, to be read as it was written."""
    return " ".join(words.split()).translate(_TABLE)
