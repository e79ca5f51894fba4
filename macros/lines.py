"""YAML that remembers its lines, and keeps every scalar as it was written.

PyYAML by itself turns 0.0000166667 into a float, lets the last of two equal keys win, and forgets where things stood. For prices
that is three ways to be wrong. Here every scalar stays text with its line; the caller decides what it means
through `Fields`, which collects the mistakes instead of stopping at the first.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

from . import characters

# libyaml reads the rates file ten times as fast; where PyYAML was built without it, its own reader gives the same nodes.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"(\d+|\d{1,3}(_\d{3})+)(\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

# Bounds, each far above what any file needs, so that no input takes long or ends in an error of Python's own.
LARGEST_FILE = 4_000_000  # bytes
DEEPEST = 20  # lists and mappings within each other
MOST_CHARACTERS = 100  # of a number: more than anything that was ever counted, and few enough for arithmetic without end
LONGEST_TEXT = 2_000  # characters
_SHOWN = 60  # characters of a wrong value that a message repeats
_END = "..."
_KEY_AT_START = re.compile(r"^[\w-]+:(\s|$)", re.MULTILINE)
# Standard input under its name on Unix. Every other pipe or device is refused: opening one can wait forever.
_STANDARD_INPUT = ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands and what to write instead."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        """One line, whatever the file, its name or a value in it contains."""
        return characters.printable(f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}")


class Text(str):
    """A scalar as written. `line` counts from 1; `null` says that it is an unquoted null."""

    line: int | None = None
    null: bool = False


class Mapping(dict):
    """A mapping whose keys are `Text`."""

    line: int | None = None


class Sequence(list):
    """A list."""

    line: int | None = None


def read(path: Path, name: str, problems: list[Problem], *, ended: bool = False, most_bytes: int = LARGEST_FILE) -> object:
    """The content of a YAML file as Mapping, Sequence and Text; what is wrong with it goes to `problems`.

    `name` is what messages call the file. With `ended`, the file has to end with YAML's `...`. Returns None where nothing could be read.
    """
    try:
        data = _bytes(path, most_bytes)
    except FileNotFoundError:
        problems.append(Problem(name, None, "there is no such file"))
    except IsADirectoryError:
        problems.append(Problem(name, None, "is a folder; name a YAML file"))
    except (OSError, ValueError) as error:
        problems.append(Problem(name, None, f"cannot be read: {getattr(error, 'strerror', None) or error}"))
    else:
        return parse_bytes(data, name, problems, ended=ended)
    return None


def _bytes(path: Path, most: int) -> bytes:
    """What the file holds. Raises OSError for what is no file, or too large a file, without waiting for it."""
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError
    if not stat.S_ISREG(mode) and str(path) not in _STANDARD_INPUT:
        raise OSError("it is a pipe or a device, not a file")
    with open(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(f"it is larger than {most:,} bytes, the most that is read")
    return data


def parse_bytes(data: bytes, name: str, problems: list[Problem], *, ended: bool = False) -> object:
    """Like `read`, from what a file holds."""
    text = _decoded(data, name, problems)
    return None if text is None else parse(text, name, problems, ended=ended)


def _decoded(data: bytes, name: str, problems: list[Problem]) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(name, None, "is UTF-16 text: save it as UTF-8"))
        return None
    try:
        return data.decode("utf-8-sig")  # Windows editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(Problem(name, line, f"is not UTF-8 text: the byte 0x{data[error.start]:02X} is not valid in it; save the file as UTF-8"))
        return None


def parse(text: str, name: str, problems: list[Problem], *, ended: bool = False) -> object:
    """Like `read`, from text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = list(_unwelcome(text, name)) or list(_cut(text, name) if ended else ())
    root = None
    try:
        found = found or list(_beyond_plain(text, name))
        root = None if found else yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        found = [Problem(name, mark.line + 1 if mark else None, f"is not valid YAML: {what}")]
    if not found and root is None:
        found = [Problem(name, None, "is empty")]
    problems += found
    return None if found else _convert(root, name, problems)


def _unwelcome(text: str, name: str) -> Iterator[Problem]:
    """One mistake for each character that cannot be seen or looks like another, at the first line that has it."""
    places: dict[str, list[int]] = {}
    for at, character in characters.unwelcome(text):
        places.setdefault(character, []).append(at)
    for character, found in places.items():
        more = f" ({len(found) - 1} more in the file)" if len(found) > 1 else ""
        line = text.count("\n", 0, found[0]) + 1
        yield Problem(name, line, f"this line has {characters.described(character)}: {characters.advice(character)}{more}")


def _cut(text: str, name: str) -> Iterator[Problem]:
    """A file that was saved or copied in part may still be YAML; one that has its end mark is whole."""
    rows = text.rstrip().split("\n")
    if rows[-1] != _END and _KEY_AT_START.search(text):
        yield Problem(name, len(rows), f"the file is cut off here: restore what is missing, and end it with YAML's end mark, a line `{_END}`")


def _beyond_plain(text: str, name: str) -> Iterator[Problem]:
    """What YAML has and no file here may use: aliases (one could contain itself), anchors, tags, and nesting without end."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            yield Problem(name, line, f"the alias *{_cut_short(event.anchor)}: write the value out instead")
        elif getattr(event, "anchor", None):
            yield Problem(name, line, f"the anchor &{_cut_short(event.anchor)}: delete it, and write the value out where an alias repeats it")
        if getattr(event, "tag", None):
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            yield Problem(name, line, f"the tag {_cut_short(shown)}: delete it, and write the plain value")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            yield Problem(name, line, f"lists and mappings are nested more than {DEEPEST} deep: flatten them")
            return


def _convert(node: yaml.Node, name: str, problems: list[Problem]) -> object:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        text = Text(node.value)
        text.line = line
        text.null = not node.style and node.value in ("", "~", "null")
        return text
    if isinstance(node, yaml.SequenceNode):
        items = Sequence(_convert(item, name, problems) for item in node.value)
        items.line = line
        return items
    mapping = Mapping()
    mapping.line = line
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem(name, key_line, "a key must be a word"))
            continue
        key = Text(key_node.value)
        key.line = key_line
        if key in mapping:
            first = next(old.line for old in mapping if old == key)
            problems.append(Problem(name, key_line, f"duplicate key {show(key)} (first in line {first}): keep one"))
            continue
        mapping[key] = _convert(value_node, name, problems)
    return mapping


def from_python(value: object) -> object:
    """Plain Python data (a workload built in a page) in the shape that `parse` gives, without lines.

    Numbers become the digits that were written: 0.1 is "0.1", never 0.1000000000000000055.
    """
    if isinstance(value, dict):
        return Mapping((Text(key), from_python(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return Sequence(from_python(item) for item in value)
    if isinstance(value, bool):
        return Text("true" if value else "false")
    if isinstance(value, (int, float, Decimal)):
        number = Decimal(str(value))
        return Text(format(number, "f") if number.is_finite() else str(value))
    text = Text("" if value is None else str(value))
    text.null = value is None
    return text


def number(text: str) -> Decimal | None:
    """The value of a plain decimal (1_000_000, 0.0000166667), or None for anything else: no sign, exponent, comma or NaN.

    None too for more than MOST_CHARACTERS characters: no quantity and no price has them, and arithmetic with them has no end.
    Underscores only set groups of three digits apart: in 1_0 a digit or two were lost.
    """
    return Decimal(text.replace("_", "")) if len(text) <= MOST_CHARACTERS and _NUMBER.fullmatch(text) else None


def day(text: str) -> date | None:
    """The day written as 2015-02-07, or None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` where one of the known words is near; a strange character in the word is named instead."""
    if hidden := characters.remark(word):
        return hidden
    if len(word) > MOST_CHARACTERS:
        return ""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


class Fields:
    """Reads the fields of one mapping, and notes what is wrong with them.

    Each method returns None when the field is absent or wrong; the mistake is in `problems` then. `finish` reports keys that
    nobody asked for.
    """

    def __init__(self, mapping: object, file: str, where: str, problems: list[Problem]):
        self.file, self.where, self.problems = file, where, problems
        self.asked: set[str] = set()
        self.broken = not isinstance(mapping, Mapping)
        if self.broken and mapping is not None:  # None: it is missing, which the caller has noted
            self.wrong(f"must hold `key: value` lines, not {_kind(mapping)}", mapping)
        self.mapping = Mapping() if self.broken else mapping
        self.line = self.mapping.line

    def wrong(self, message: str, at: object = None) -> None:
        """Notes a mistake. `at` is the value that is wrong, or its line; without it, the mapping."""
        line = at if isinstance(at, int) else getattr(at, "line", None) or getattr(self, "line", None)
        self.problems.append(Problem(self.file, line, f"{self.where}: {message}" if self.where else message))

    def has(self, key: str) -> bool:
        self.asked.add(key)
        return key in self.mapping

    def get(self, key: str, *, required: bool = True) -> object:
        """The raw value of a field."""
        if self.has(key):
            return self.mapping[key]
        if required and not self.broken:
            self.wrong(f"`{key}` is missing")
        return None

    def text(self, key: str, *, required: bool = True) -> str | None:
        value = self.get(key, required=required)
        if value is None:
            return None
        if not isinstance(value, Text):
            self.wrong(f"`{key}` must be text on one line, not {_kind(value)}", self.at(key))
            return None
        if value.null or not value.strip():
            self.wrong(f"`{key}` is empty: write what it is in words", self.at(key))
            return None
        if len(value) > LONGEST_TEXT:
            self.wrong(f"`{key}` has {len(value):,} characters: write at most {LONGEST_TEXT:,}", self.at(key))
            return None
        if "\n" in value:
            self.wrong(f"`{key}` has a line break: write it on one line", self.at(key))
            return None
        if remark := characters.remark(value):
            self.wrong(f"`{key}` cannot be printed as it is{remark}", self.at(key))
            return None
        return value

    def number(self, key: str, *, required: bool = True, minimum: Decimal | int = 0, above: bool = False) -> Decimal | None:
        """A plain decimal, at least (or, with `above`, more than) `minimum`."""
        value = self.get(key, required=required)
        if value is None:
            return None
        parsed = number(value) if isinstance(value, Text) else None
        if isinstance(value, Text) and len(value) > MOST_CHARACTERS:
            self.wrong(f"`{key}` is {len(value):,} characters long: a number has at most {MOST_CHARACTERS}", self.at(key))
            return None
        if _is_empty(value):
            self.wrong(f"`{key}` is empty: write a plain positive decimal such as 120 or 0.25", self.at(key))
            return None
        if parsed is None:
            self.wrong(f"`{key}` must be a plain positive decimal such as 120 or 0.25, not {show(value)}{_remark(value)}", self.at(key))
            return None
        if parsed < minimum or (above and parsed == minimum):
            self.wrong(f"`{key}` must be {'more than' if above else 'at least'} {minimum}, not {value}", self.at(key))
            return None
        return parsed

    def choice(self, key: str, known: Iterable[str], *, required: bool = True) -> str | None:
        value = self.get(key, required=required)
        if value is None:
            return None
        known = list(known)
        if _is_empty(value):
            self.wrong(f"`{key}` is empty: write one of {', '.join(known)}", self.at(key))
            return None
        if not isinstance(value, Text) or value not in known:
            near = suggestion(value, known) if isinstance(value, Text) else ""
            self.wrong(f"unknown {key} {show(value)}: write one of {', '.join(known)}{near}", self.at(key))
            return None
        return str(value)

    def day(self, key: str) -> date | None:
        value = self.get(key)
        if value is None:
            return None
        parsed = day(value) if isinstance(value, Text) else None
        if _is_empty(value):
            self.wrong(f"`{key}` is empty: write a date such as 2026-11-23", self.at(key))
        elif parsed is None:
            self.wrong(f"`{key}` is not a date: write it as 2026-11-23, not {show(value)}{_remark(value)}", self.at(key))
        return parsed

    def items(self, key: str) -> Sequence:
        """A list that holds something."""
        value = self.get(key)
        if isinstance(value, Sequence) and value:
            return value
        if value is not None:
            self.wrong(f"`{key}` must be a list with at least one entry", self.at(key))
        return Sequence()

    def child(self, key: str) -> Fields:
        """The fields of a mapping within this one."""
        where = f"{self.where}.{key}" if self.where else key
        return Fields(self.get(key), self.file, where, self.problems)

    def finish(self) -> None:
        for key in self.mapping:
            if key not in self.asked:
                near = suggestion(key, self.asked)
                self.wrong(f"unknown key {show(key)}{near or ': known here are ' + ', '.join(sorted(self.asked))}", key)

    def at(self, key: str) -> object:
        """Where a key stands, for `wrong`."""
        return next((own for own in self.mapping if own == key), self.mapping.get(key))


def _kind(value: object) -> str:
    return "a list" if isinstance(value, Sequence) else show(value)


def show(value: object) -> str:
    """A wrong value as a message repeats it: in quotation marks, cut short where it is long."""
    if isinstance(value, str):
        return "nothing" if getattr(value, "null", False) or value == "" else f"'{_cut_short(value)}'{_length(value)}"
    return "a list" if isinstance(value, Sequence) else "a mapping"


def _is_empty(value: object) -> bool:
    return isinstance(value, Text) and (value.null or value == "")


def _remark(value: object) -> str:
    return characters.remark(value) if isinstance(value, Text) else ""


def _cut_short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _length(text: str) -> str:
    return f" ({len(text):,} characters)" if len(text) > _SHOWN else ""
