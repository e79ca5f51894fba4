"""Ways to spoil a rates file, for `make corrupt`: every scalar, key and item of macros/rates.yml, and slips in a value that is added.

The file is spoiled as text, entry by entry: one entry with the file's head and whatever it refers to, which is read many times as
fast as the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import yaml

from macros import rates

TODAY = date.today()
SECTIONS = {"rates": "price", "free_tiers": "allowance", "rules": "rule", "quotas": "quota"}

NUMBERS = ("price", "up_to", "per", "amount", "value", "max", "min", "step", "recheck_days", "schema")
DAYS = ("from", "verified")
WORDS = ("unit", "source", "confidence", "pooled_over", "currency", "a Region", "a dimension")


@dataclass(frozen=True)
class Case:
    """One spoiled file. `known` names the facts on record that it should still tell; `about` is the field that was spoiled."""

    kind: str
    about: str
    text: str
    entry: str
    known: tuple[tuple[str, str], ...]
    is_new: bool = False


# --- the file in pieces


@dataclass(frozen=True)
class Piece:
    """A rates file that is sound, with the part of its text that is to be spoiled."""

    entry: str
    text: str
    start: int
    end: int
    known: tuple[tuple[str, str], ...]


@cache
def whole() -> str:
    return rates.FILE.read_text(encoding="utf-8")


@cache
def book() -> rates.RateBook:
    return rates.load()


def pieces() -> Iterator[Piece]:
    """The head of the file with one entry behind it, and each entry behind as much of the head as it needs."""
    root = yaml.compose(whole(), Loader=yaml.CSafeLoader)
    sections = {key.value: (key, value) for key, value in root.value}
    head = whole()[: sections["rates"][0].start_mark.index]
    entries = {}
    for section in SECTIONS:
        held = sections[section][1].value
        for number, (key, _) in enumerate(held):
            following = held[number + 1][0].start_mark.index if number + 1 < len(held) else sections[section][1].end_mark.index
            entries[section, key.value] = whole()[key.start_mark.index : following].rstrip()
    named = {"services": "service", "regions": "region", "sources": "source"}
    declared = tuple((kind, name) for section, kind in named.items() for name in getattr(book(), section))
    first = next(iter(entries))
    yield Piece("the head of the file", head + _sections({first: entries[first]}), 0, len(head), declared)
    for (section, name), text in entries.items():
        needed = {("rates", other): entries["rates", other] for other in _referred_to(section, name)} | {(section, name): text}
        made = _trimmed(head, "".join(needed.values())) + _sections(needed)
        start = made.index(f"\n  {text}\n", made.index(f"\n{section}:\n")) + 3
        yield Piece(name, made, start, start + len(text), ((SECTIONS[section], name),))


def _sections(entries: dict[tuple[str, str], str]) -> str:
    parts = []
    for section in SECTIONS:
        held = [f"  {text}\n" for (of, _), text in entries.items() if of == section]
        parts.append(f"{section}:\n{''.join(held)}" if held else f"{section}: {{}}\n")
    return "".join(parts) + "...\n"


def _trimmed(head: str, entry: str) -> str:
    """The head without comments, and without the services and sources that an entry does not need; two other sources stay."""
    used = [key for key in book().sources if f"source: {key}\n" in entry]
    others = [key for key in book().sources if key not in used][:2]
    sources = [f'  {key}: {{title: A page, url: "{book().sources[key].url}"}}\n' for key in [*used, *others]]
    top = head[head.index("\nschema:") + 1 : head.index("services:\n")]
    regions = head[head.index("regions:\n") : head.index("sources:\n")]
    services = [f'  {key}: {{name: {one.name}, from: {one.since}, pricing: "{one.pricing}"}}\n' for key, one in book().services.items() if f"{key}." in entry]
    return "".join([top, *(["services:\n", *services] if services else []), regions, "sources:\n", *sources, "\n"])


def _referred_to(section: str, name: str) -> list[str]:
    if section == "free_tiers":
        return list(book().free_tiers[name].covers)
    twin = name.replace(".arm64", ".x86_64")
    return [twin] if section == "rates" and twin != name else []


# --- leaves, and what can be done to them


@dataclass(frozen=True)
class Leaf:
    """A scalar in the text. `about` is its key, or what its list holds."""

    about: str
    value: str
    start: int
    end: int


def leaves(node: yaml.Node, about: str = "") -> Iterator[Leaf]:
    if isinstance(node, yaml.ScalarNode):
        yield Leaf(about, node.value, node.start_mark.index, node.end_mark.index)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from leaves(item, {"regions": "a Region", "covers": "a dimension"}.get(about, about))
    else:
        for key, value in node.value:
            yield from leaves(value, key.value)


GARBAGE = {
    "a list": "[1, 2]", "a mapping": "{a: 1}", "a tag": "!!python/object/apply:os.system x", "an anchor": "&a x", "empty": "", "null": "null",
    "a tilde": "~", "empty quotes": '""', "a no-break space": "{}\u00a0", "a zero-width space": "{}\u200b", "a soft hyphen": "{}\u00ad",
    "a byte order mark": "\ufeff{}", "a bidirectional override": "\u202e{}", "a tab": "\t{}", "a bell": "{}\x07",
    "an escaped line break": '"{}\\nb"', "an escaped line separator": '"{}\\u2028b"', "an escape sequence": '"\\e[31m{}"', "20,000 characters": "1" * 20_000,
}  # fmt: skip
NOT_A_VALUE = {
    "yes": "yes", "true": "true", "NaN": "NaN", "infinity": ".inf", "an exponent": "1e-7", "hexadecimal": "0x10", "octal": "0o17", "base 60": "1:30",
    "a minus": "-{}", "a plus": "+{}", "a comma": "1,000", "a dollar sign": "${}", "no digit before the point": ".5", "a percent sign": "5%",
    "Arabic digits": "\u0661\u0662", "full-width digits": "\uff11\uff12", "words": "about ten", "another letter's twin": "{}\u0435",
}  # fmt: skip


def replacements(leaf: Leaf) -> Iterator[tuple[str, str]]:
    """(kind, new text) for a scalar."""
    plain = leaf.value.replace('"', "'")
    for kind, pattern in GARBAGE.items():
        yield kind, pattern.replace("{}", plain)
    if leaf.about in (*NUMBERS, *DAYS, *WORDS):
        for kind, pattern in NOT_A_VALUE.items():
            yield kind, pattern.replace("{}", plain)
    if leaf.about in NUMBERS and re.fullmatch(r"[\d_.]+", leaf.value):
        yield from _other_numbers(leaf.value)
    if leaf.about in ("price", "value", "amount"):
        yield from ((f"the word {word}", word) for word in ("free", "unknown", "no"))
    if leaf.about in DAYS:
        yield from _other_days(date.fromisoformat(leaf.value))
    if leaf.about in WORDS or leaf.about == "value":
        yield from ((f"another {leaf.about}", word) for word in _known(leaf.about) if word != leaf.value)
        yield f"{leaf.about} with a letter doubled", leaf.value + leaf.value[-1]
        yield f"{leaf.about} in capitals", leaf.value.swapcase()
    if leaf.about not in (*NUMBERS, *DAYS, *WORDS):
        yield "other words", '"Something else altogether"'


def _other_numbers(text: str) -> Iterator[tuple[str, str]]:
    digits = text.replace("_", "")
    scaled = {"x 3": 3, "x 10": 10, "x 1,000": 1000, "x 1,000,000": 10**6}
    whole_part, _, fraction = digits.partition(".")
    for kind, factor in scaled.items():
        made = str(int(whole_part + fraction) * factor).rjust(len(fraction) + 1, "0")
        yield kind, f"{made[: len(made) - len(fraction)]}.{made[len(made) - len(fraction) :]}".rstrip(".") if fraction else made
    for kind, places in {"/ 10": 1, "/ 1,000": 3}.items():
        made = whole_part.rjust(places + 1, "0")
        yield kind, f"{made[:-places]}.{made[-places:]}{fraction}"
    yield "last digit changed", digits[:-1] + ("1" if digits[-1] != "1" else "2")
    yield "0", "0"


def _other_days(day: date) -> Iterator[tuple[str, str]]:
    yield "a year earlier", str(day - timedelta(days=365))
    yield "a year later", str(day + timedelta(days=365))
    yield "a day earlier", str(day - timedelta(days=1))
    yield "1990", "1990-01-01"
    yield "the year 1", "0001-01-01"
    yield "in three days", str(TODAY + timedelta(days=3))
    yield "2099", "2099-01-01"
    yield "30 February", "2020-02-30"
    yield "a day with a time", f"{day} 10:00:00"
    yield "month and day swapped", f"{day.year}-{day.day:02}-{day.month:02}"


def _known(about: str) -> list[str]:
    return {
        "unit": list(dict.fromkeys(rates.UNITS + rates.LIMIT_UNITS)),
        "source": list(book().sources)[:4],
        "confidence": ["high", "medium", "low"],
        "pooled_over": ["account", "region"],
        "currency": ["USD", "EUR"],
        "a Region": [*book().regions, "eu-west-2", "us-gov-west-1", "global"],
        "a dimension": list(book().rates)[:12],
        "value": ["yes", "no"],
    }.get(about, [])


def structures(node: yaml.Node, text: str, about: str = "") -> Iterator[tuple[str, str, str]]:
    """(kind, about, new text): keys and items left out, written twice, or changed for each other."""
    if isinstance(node, yaml.MappingNode):
        spans = [(key.start_mark.index, _end(value, text)) for key, value in node.value]
        for number, (key, value) in enumerate(node.value):
            yield f"{key.value} left out", key.value, _without(text, spans, number)
            yield "a key misspelled", key.value, text[: key.start_mark.index] + "x" + text[key.start_mark.index :]
            if node.flow_style:
                yield "a key twice", key.value, text[: key.start_mark.index] + text[slice(*spans[number])] + ", " + text[key.start_mark.index :]
            yield from structures(value, text, key.value)
    elif isinstance(node, yaml.SequenceNode):
        spans = [(item.start_mark.index, _end(item, text)) for item in node.value]
        for number, item in enumerate(node.value):
            yield f"one of {about} left out", about, _without(text, spans, number)
            yield f"one of {about} twice", about, _twice(text, spans[number], in_flow=bool(node.flow_style))
            if number:
                yield f"two of {about} swapped", about, _swapped(text, spans[number - 1], spans[number])
            yield from structures(item, text, about)


def _end(node: yaml.Node, text: str) -> int:
    return len(text[: node.end_mark.index].rstrip())


def _without(text: str, spans: list[tuple[int, int]], number: int) -> str:
    start, end = spans[number]
    if number + 1 < len(spans):
        return text[:start] + text[spans[number + 1][0] :]
    return text[: spans[number - 1][1] if number else start] + text[end:]


def _twice(text: str, span: tuple[int, int], *, in_flow: bool) -> str:
    start, end = span
    between = ", " if in_flow else "\n" + " " * (start - text.rindex("\n", 0, start) - 3) + "- "
    return text[:end] + between + text[start:end] + text[end:]


def _swapped(text: str, one: tuple[int, int], other: tuple[int, int]) -> str:
    return text[: one[0]] + text[slice(*other)] + text[one[1] : other[0]] + text[slice(*one)] + text[other[1] :]


def spoiled(piece: Piece) -> Iterator[Case]:
    """Every way to spoil one piece."""
    root = yaml.compose(piece.text, Loader=yaml.CSafeLoader)
    made = Case("", "", "", piece.entry, piece.known)
    for leaf in leaves(root):
        if piece.start <= leaf.start < piece.end:
            for kind, new in replacements(leaf):
                yield replace(made, kind=kind, about=leaf.about, text=piece.text[: leaf.start] + new + piece.text[leaf.end :])
    for kind, about, text in structures(root, piece.text):
        if text[: piece.start] == piece.text[: piece.start] and text.endswith(piece.text[piece.end :]):
            yield replace(made, kind=kind, about=about, text=text)


# --- a new value with a slip


def additions(piece: Piece) -> Iterator[Case]:
    """A value from today, as the page about rates tells you to write it, with one slip."""
    name = piece.entry
    kinds = {kind for kind, _ in piece.known}
    if len(piece.known) > 1:
        return
    section = next(key for key, kind in SECTIONS.items() if kind in kinds)
    entry = getattr(book(), section)[name]
    made = [_new_prices, _new_amounts][section != "rates"](entry)
    for kind, lines in made:
        body = "".join(f"\n      {line}" for line in lines) if "\n" in piece.text[piece.start : piece.end] else None
        if body is not None:
            yield Case(kind, "a new value", piece.text[: piece.end] + body + piece.text[piece.end :], name, piece.known, is_new=True)


def _new_prices(rate: rates.Rate) -> Iterator[tuple[str, list[str]]]:
    places = [rates.GLOBAL] if rate.is_global else list(book().regions)
    for region in places:
        value = rate.in_force(TODAY, region)
        if value and not value.free and value.since < TODAY:
            yield from _slips(value, region)


def _slips(value: rates.RateValue, region: str) -> Iterator[tuple[str, list[str]]]:
    def written(tiers: list[tuple], *, per: object = value.per, verified: object = TODAY) -> list[str]:
        shown = [
            f"{{{f'up_to: {bound:f}, ' if bound is not None else ''}price: {price if price == 'unknown' else format(price, 'f')}}}" for bound, price in tiers
        ]
        where = region if region == rates.GLOBAL else f"[{region}]"
        return [f"- from: {TODAY}", f"  regions: {where}", f"  tiers: [{', '.join(shown)}]", *([f"  per: {per:f}"] if per else []), *_look(verified)]

    tiers = [(tier.up_to, "unknown" if tier.price is None else tier.price) for tier in value.tiers]

    def times(factor: object) -> list[tuple]:
        return [(bound, price if price == "unknown" else price * Decimal(factor)) for bound, price in tiers]

    yield "a new price 5% up (a control)", written(times("1.05"))
    yield "a new price of twice the old one (a control)", written(times("2"))
    for factor in ("3", "10", "1000", "1000000", "0.1", "0.001"):
        yield f"a new price x {factor}", written(times(factor))
    yield "a new value free", [*written(tiers)[:2], "  price: free", *_look(TODAY)]
    yield "a new value with per x 1,000", written(tiers, per=value.per * 1000)
    yield "a new value with per 7", written(tiers, per=Decimal(7))
    if value.per > 1:
        yield "a new value with per 1", written(tiers, per=Decimal(1))
    yield "a new value that repeats the old", written(tiers)
    yield "a new value read in 1990", written(times("1.05"), verified="1990-01-01")
    yield "a new value read two years ago", written(times("1.05"), verified=TODAY - timedelta(days=731))
    if len(tiers) > 1 and tiers[1][1] != "unknown":
        yield "tier 2 at twice tier 1", written([tiers[0], (tiers[1][0], tiers[0][1] * 2), *tiers[2:]])
        yield "tier 2 at 100 times tier 1", written([tiers[0], (tiers[1][0], tiers[0][1] * 100), *tiers[2:]])
        yield "a bound of tiers / 1,000", written([(bound / 1000 if bound else None, price) for bound, price in times("1.05")])
        yield "tiers dropped", written([(None, tiers[0][1])])


def _look(verified: object) -> list[str]:
    source = next(iter(book().sources))
    return [f"  source: {source}", f"  verified: {verified}", "  evidence: a page", "  confidence: high"]


def _new_amounts(dated: rates.Dated) -> Iterator[tuple[str, list[str]]]:
    last = dated.values[-1]
    key = "amount" if dated.covers else "value" if dated.name in book().rules else "max"
    least = [f"  min: {last.least:f}"] if last.least is not None else []

    def written(value: str) -> list[str]:
        return [f"- from: {TODAY}", *least, f"  {key}: {value}", *_look(TODAY)]

    if last.yes is not None:
        yield "a new answer, yes for no", written("no" if last.yes else "yes")
        return
    if last.amount is None:
        return
    yield f"a new {key} 5% up (a control)", written(f"{last.amount * Decimal('1.05'):f}")
    for factor in ("10", "1000", "0.001"):
        yield f"a new {key} x {factor}", written(f"{last.amount * Decimal(factor):f}")
    yield f"a new {key} of 0", written("0")
    yield f"a new {key} left empty", written("")
    yield f"a new {key} that repeats the old", [*written(f"{last.amount:f}"), *([f"  step: {last.step:f}"] if last.step else [])]


# --- the text of the whole file


def texts() -> Iterator[Case]:
    """Slips of an editor, at places all over the file, and the file cut at the end of each line."""
    named = {**SECTIONS, "services": "service", "regions": "region", "sources": "source"}
    everything = tuple((kind, name) for section, kind in named.items() for name in getattr(book(), section))
    rows = whole().splitlines(keepends=True)
    for number in range(len(rows) - 1):
        yield Case("the file cut at the end of a line", "the text", "".join(rows[: number + 1]), "the whole file", everything)
    places = [number for number, row in enumerate(rows) if ": " in row and not row.lstrip().startswith("#")]
    for number in places[:: max(1, len(places) // 40)]:
        row = rows[number]
        key, _, value = row.partition(": ")
        changed = {
            "an alias": f"{key}: *x\n", "a merge key": row + f"{' ' * (len(row) - len(row.lstrip()))}<<: {{a: 1}}\n", "a line twice": row + row,
            "a line left out": "", "a wrong indent": " " + row, "a tab at the start": "\t" + row, "a quotation mark not closed": f'{key}: "{value}',
            "a bracket not closed": f"{key}: [{value}", "a colon twice": f"{key}: : {value}", "no space after the colon": f"{key}:{value}",
            "a control character": row.rstrip() + "\x01\n", "a NUL": row.rstrip() + "\0\n", "a conflict marker": "<<<<<<< HEAD\n" + row,
            "a tag on the value": f"{key}: !!str {value}", "an anchor on the value": f"{key}: &x {value}", "100,000 brackets": f"{key}: {'[' * 100_000}\n",
            "two documents": "---\n" + row, "the end mark in between": "...\n" + row, "a line separator": row.rstrip() + "\u2028x\n",
            "a comment sign before it": "# " + row,
        }  # fmt: skip
        for kind, new in changed.items():
            yield Case(kind, "the text", "".join([*rows[:number], new, *rows[number + 1 :]]), "the whole file", everything)
