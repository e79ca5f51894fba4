"""Characters that a person cannot see, or takes for others: found and called by their names.

A no-break space looks like a space and a full-width digit like a digit, but neither is one. Files and messages go through here, so
that such a character is named where it stands and never reaches a terminal as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_OUTSIDE_ASCII_TEXT = re.compile(r"[^\n\x20-\x7e]")
_JOINERS = "\u200c\u200d"  # within a word of Persian or Hindi, and within an emoji, they belong there
_NAMES = {"\t": "tab", "\x00": "NUL character", "\x1b": "escape character", "\x85": "next-line character", "\ufeff": "byte order mark"}
_ADVICE = {
    "Zs": "write a plain space",
    "Zl": "start a new line",
    "Zp": "start a new line",
    "Cf": "delete it; it cannot be seen",
    "Cc": "delete it",
    "Cs": "delete it",
    "Co": "delete it",
    "Nd": "write the digits 0 to 9",
}


def described(character: str) -> str:
    """What a character is, with its number: `a no-break space (U+00A0)`."""
    called = _NAMES.get(character) or unicodedata.name(character, "").lower() or "control character"
    return f"{'an' if called[0] in 'aeiou' else 'a'} {called} (U+{ord(character):04X})"


def advice(character: str) -> str:
    """What to do about a character that `unwelcome` found."""
    return "write spaces" if character == "\t" else _ADVICE.get(unicodedata.category(character), "delete it")


def unwelcome(text: str) -> Iterator[tuple[int, str]]:
    """Each character that is invisible, a control, a strange space, or another script's digit: (position, character)."""
    for found in _OUTSIDE_ASCII_TEXT.finditer(text):
        at, character = found.start(), found[0]
        if character in _JOINERS and not (text[at - 1 : at].isascii() or text[at + 1 : at + 2].isascii()):
            continue
        if unicodedata.category(character) in _ADVICE or ord(character) & 0xFFFE == 0xFFFE:
            yield at, character


def remark(text: str) -> str:
    """`; it has a no-break space (U+00A0)` where a word that is not known holds such a character, otherwise nothing."""
    found = next(unwelcome(text), None)
    return "" if found is None else f"; it has {described(found[1])}: {advice(found[1])}"


def inert(text: str) -> str:
    """The text on one line, with a replacement character for each that cannot be printed: for words from outside, which are only quoted."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def printable(text: str) -> str:
    """The text on one line, with everything escaped that would break the line or steer a terminal."""
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() else f"\\x{ord(character):02x}"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"):
        return f"\\u{ord(character):04x}"
    return character
