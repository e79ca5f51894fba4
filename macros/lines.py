"""YAML that remembers its lines, and keeps every scalar as it was written.

PyYAML by itself turns 0.0000166667 into a float, lets the last of two equal keys win, and forgets where things stood. For prices
that is three ways to be wrong. Here every scalar stays text with its line; what it means is decided by whoever asks for it
through `Fields`, which collects the mistakes instead of stopping at the first.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

# libyaml reads the rates file ten times as fast; where PyYAML was built without it, its own reader gives the same nodes.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"\d+(_\d+)*(\.\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands and what to write instead."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


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


def read(path: Path, name: str, problems: list[Problem]) -> object:
    """The content of a YAML file as Mapping, Sequence and Text; what is wrong with it goes to `problems`.

    `name` is what messages call the file. Returns None where nothing could be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.append(Problem(name, None, "there is no such file"))
    except IsADirectoryError:
        problems.append(Problem(name, None, "is a folder; name a YAML file"))
    except (OSError, UnicodeDecodeError) as error:
        reason = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else (error.strerror or str(error))
        problems.append(Problem(name, None, f"cannot be read: {reason}"))
    else:
        return parse(text, name, problems)
    return None


def parse(text: str, name: str, problems: list[Problem]) -> object:
    """Like `read`, from text."""
    try:
        # An alias could contain itself; neither rates nor workloads have a use for one.
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1
                problems.append(Problem(name, line, f"the alias *{event.anchor}: write the value out instead"))
                return None
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        problems.append(Problem(name, mark.line + 1 if mark else None, f"is not valid YAML: {what}"))
        return None
    if root is None:
        problems.append(Problem(name, None, "is empty"))
        return None
    return _convert(root, name, problems)


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
            problems.append(Problem(name, key_line, f"duplicate key '{key}' (first in line {first}): keep one"))
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
    """The value of a plain decimal (1_000_000, 0.0000166667), or None for anything else: no sign, exponent, comma or NaN."""
    return Decimal(text.replace("_", "")) if _NUMBER.fullmatch(text) else None


def day(text: str) -> date | None:
    """The day written as 2015-02-07, or None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` where one of the known words is near."""
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
        if self.broken and mapping is not None:  # None: it is missing, which whoever asked for it has noted
            self.wrong(f"must hold `key: value` lines, not {_kind(mapping)}", mapping)
        self.mapping = Mapping() if self.broken else mapping
        self.line = self.mapping.line

    def wrong(self, message: str, at: object = None) -> None:
        line = getattr(at, "line", None) or getattr(self, "line", None)
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
        if not isinstance(value, Text) or value.null or not value.strip():
            self.wrong(f"`{key}` is empty: write what it is in words", self._at(key))
            return None
        return value

    def number(self, key: str, *, required: bool = True, minimum: Decimal | int = 0, above: bool = False) -> Decimal | None:
        """A plain decimal, at least (or, with `above`, more than) `minimum`."""
        value = self.get(key, required=required)
        if value is None:
            return None
        parsed = number(value) if isinstance(value, Text) else None
        if parsed is None:
            self.wrong(f"`{key}` must be a plain positive decimal such as 120 or 0.25, not {_show(value)}", self._at(key))
            return None
        if parsed < minimum or (above and parsed == minimum):
            self.wrong(f"`{key}` must be {'more than' if above else 'at least'} {minimum}, not {value}", self._at(key))
            return None
        return parsed

    def choice(self, key: str, known: Iterable[str], *, required: bool = True) -> str | None:
        value = self.get(key, required=required)
        if value is None:
            return None
        known = list(known)
        if not isinstance(value, Text) or value not in known:
            near = suggestion(value, known) if isinstance(value, Text) else ""
            self.wrong(f"unknown {key} {_show(value)}: write one of {', '.join(known)}{near}", self._at(key))
            return None
        return str(value)

    def day(self, key: str) -> date | None:
        value = self.get(key)
        if value is None:
            return None
        parsed = day(value) if isinstance(value, Text) else None
        if parsed is None:
            self.wrong(f"`{key}` is not a date: write it as 2026-11-23, not {_show(value)}", self._at(key))
        return parsed

    def items(self, key: str) -> Sequence:
        """A list that holds something."""
        value = self.get(key)
        if isinstance(value, Sequence) and value:
            return value
        if value is not None:
            self.wrong(f"`{key}` must be a list with at least one entry", self._at(key))
        return Sequence()

    def child(self, key: str) -> Fields:
        """The fields of a mapping within this one."""
        where = f"{self.where}.{key}" if self.where else key
        return Fields(self.get(key), self.file, where, self.problems)

    def finish(self) -> None:
        for key in self.mapping:
            if key not in self.asked:
                near = suggestion(key, self.asked)
                self.wrong(f"unknown key '{key}'{near or ': known here are ' + ', '.join(sorted(self.asked))}", key)

    def _at(self, key: str) -> object:
        return next((own for own in self.mapping if own == key), self.mapping.get(key))


def _kind(value: object) -> str:
    return "a list" if isinstance(value, Sequence) else _show(value)


def _show(value: object) -> str:
    if isinstance(value, Text):
        return "nothing" if value.null or value == "" else f"'{value}'"
    return "a list" if isinstance(value, Sequence) else "a mapping"
