"""`python -m macros drift`: the report on offer files, for people and for machines. It reads the rates file and never writes it."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

from . import drift, fetch, formatting, lines, meters, pricelist, rates
from .drift import ANNOUNCED, MISSING_THERE, SAME, STATUSES, Entry
from .lines import Problem
from .rates import RateBook

SAME_STATUS, DIFFERS, UNREADABLE = 0, 1, 2
OLD_DAYS = 92  # AWS publishes the files in use here at least every few weeks


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Adds the command to the command line."""
    parser = commands.add_parser(
        "drift",
        help="rates.yml against AWS Price List files; a report, never an edit",
        description="Compares rates.yml with offer files of the AWS Price List. Exit status: 0 nothing differs, 1 something"
        " differs, 2 a file could not be read or matched.",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="offer files (JSON, one service and region each)")
    parser.add_argument("--fetch", action="store_true", help="download the current files for the regions in use")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="keep the downloaded files here (default: nowhere)")
    parser.add_argument("--base-url", type=_host, default=fetch.BASE_URL, metavar="URL", help=f"default: {fetch.BASE_URL}")
    parser.add_argument("--on", type=_day, metavar="DATE", help="compare with the rates of this day (default: today)")
    parser.add_argument("--json", action="store_true", help="for machines: every number a plain decimal string")
    parser.add_argument("--rates", type=Path, default=rates.FILE, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def _day(text: str) -> date:
    parsed = lines.day(text)
    if parsed is None:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date: write it as 2015-02-07")
    return parsed


def _host(text: str) -> str:
    try:
        is_address = text.startswith(("https://", "http://")) and bool(urlsplit(text).hostname)
    except ValueError:  # a bracket that is not closed
        is_address = False
    if not is_address:
        raise argparse.ArgumentTypeError(f"'{text}' is not a URL: write it as {fetch.BASE_URL}")
    return text


def run(arguments: argparse.Namespace) -> int:
    """Raises RatesError where the rates file is not sound."""
    if not arguments.files and not arguments.fetch:
        print("python -m macros drift: name an offer file, or download the current ones with --fetch", file=sys.stderr)
        return UNREADABLE
    book, on = rates.load(arguments.rates), arguments.on or date.today()
    with tempfile.TemporaryDirectory() as scratch:
        files, problems = list(arguments.files), []
        if arguments.fetch:
            downloaded, problems = _download(book, on, arguments.to or Path(scratch), arguments.base_url)
            files += downloaded
        entries: list[Entry] = []
        published: dict[str, date] = {}
        progress = fetch.Progress()
        for number, path in enumerate(files, start=1):
            progress.step(f"comparing {path.name}", number, len(files))
            found = _findings(path, book, on)
            entries += found.entries
            problems += found.problems
            published |= {path.name: found.published} if found.published else {}
        progress.clear()
    print(report_json(entries, problems, book, on, published) if arguments.json else report(entries, problems, book, on, published, len(files)))
    for problem in problems:
        print(problem, file=sys.stderr)
    return UNREADABLE if problems else DIFFERS if any(entry.status != SAME for entry in entries) else SAME_STATUS


def _download(book: RateBook, on: date, folder: Path, base_url: str) -> tuple[list[Path], list[Problem]]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return [], [Problem(str(folder), None, f"cannot be written: {error.strerror}")]
    return fetch.fetch(drift.in_use(book, on=on), folder, base_url=base_url)


def _findings(path: Path, book: RateBook, on: date) -> drift.Findings:
    try:
        return drift.compare(pricelist.read(path), book, on=on)
    except pricelist.Unreadable as error:
        return drift.Findings((), (Problem(path.name or str(path), None, str(error)),))


def report(entries: list[Entry], problems: list[Problem], book: RateBook, on: date, published: dict[str, date], files: int) -> str:
    """One line an entry, what differs first, and a summary. The problems themselves go to standard error."""
    blocks = [f"rates.yml on {on} against {files} price-list file{'' if files == 1 else 's'}"]
    if old := [f"  {name}: published on {day}, {(on - day).days:,} days before" for name, day in published.items() if (on - day).days > OLD_DAYS]:
        blocks.append("\n".join(["old files: what has changed since is not in them", *old]))
    for status in STATUSES:
        chosen = sorted((entry for entry in entries if entry.status == status), key=_order)
        if chosen:
            blocks.append("\n".join([f"{status} ({len(chosen)})", *(f"  {_line(entry)}" for entry in chosen)]))
    if unlisted := list(_unlisted(book)):
        blocks.append("\n".join(["never compared", *(f"  {name}: {why}" for name, why in unlisted)]))
    counts = Counter(entry.status for entry in entries)
    summary = [f"{counts[status]} {status}" for status in STATUSES] + [f"{len(problems)} not read or not matched"]
    return "\n\n".join([*blocks, ", ".join(summary)])


def _order(entry: Entry) -> tuple:
    return entry.name, entry.region, entry.begin, entry.file


def _unlisted(book: RateBook) -> Iterator[tuple[str, str]]:
    """The dimensions that no price list can confirm, alike ones in one line."""
    reasons: dict[str, list[str]] = {}
    for dimension in book.rates:
        if not meters.meters_of([dimension]):
            reasons.setdefault(meters.why_not_listed(dimension), []).append(dimension)
    for why, dimensions in reasons.items():
        yield ", ".join(dimensions), why


def _line(entry: Entry) -> str:
    where = f"free tier {entry.name}" if entry.is_allowance else f"{entry.name}, {entry.region}"
    if entry.begin:
        where += f", above {formatting.measure(entry.begin, entry.unit)}"
    return f"{where}: {_change(entry)}{_when(entry)} ({_source(entry)})"


def _change(entry: Entry) -> str:
    ours, theirs = _amount(entry, entry.ours), _amount(entry, entry.theirs)
    if entry.status == SAME:
        return f"{ours} {_unit(entry)}"
    if entry.status == MISSING_THERE:
        return f"{ours} {_unit(entry)} -> not in the file"
    if entry.ours is None or entry.theirs is None:
        return f"{ours or 'not in rates.yml'} -> {theirs or 'not in the file'} {_unit(entry)}"
    if entry.ours_end == entry.theirs_end:
        return f"{ours} -> {theirs} {_unit(entry)}"
    price = f"{theirs} {_unit(entry)}" if Fraction(entry.ours) == entry.theirs else f"{ours} -> {theirs} {_unit(entry)}"
    return f"{price}, {_end(entry, entry.ours_end)} -> {_end(entry, entry.theirs_end)}"


def _amount(entry: Entry, amount: Decimal | Fraction | None) -> str:
    if amount is None:
        return ""
    return formatting.quantity(amount) if entry.is_allowance else formatting.price(_digits(amount, entry.ours))


def _digits(amount: Decimal | Fraction, like: Decimal | None) -> Decimal:
    """Every digit, and as many places as the rates file writes, so that two prices line up."""
    text = formatting.exact(Fraction(amount))
    places = max(2, *(-number.as_tuple().exponent for number in (Decimal(text), like) if number is not None))
    whole, _, fraction = text.partition(".")
    return Decimal(f"{whole}.{fraction.ljust(places, '0')}")  # from text: arithmetic would round it to 28 digits


def _unit(entry: Entry) -> str:
    return f"{formatting.plural(entry.unit)} a month" if entry.is_allowance else formatting.unit(entry.unit, entry.per)


def _end(entry: Entry, end: Fraction | None) -> str:
    return "without end" if end is None else f"up to {formatting.measure(end, entry.unit)}"


def _when(entry: Entry) -> str:
    if entry.effective is None:
        return ""
    return f", {'from' if entry.status == ANNOUNCED else 'in force since'} {entry.effective}"


def _source(entry: Entry) -> str:
    parts = [f"SKU {', '.join(entry.skus)}" if entry.skus else "", entry.usage_type, entry.file]
    return ", ".join(part for part in parts if part)


def report_json(entries: list[Entry], problems: list[Problem], book: RateBook, on: date, published: dict[str, date]) -> str:
    """For machines. Numbers are plain decimal strings; null where a side has none, and for the open end of a tier."""
    return json.dumps(
        {
            "on": on.isoformat(),
            "currency": book.currency,
            "published": {name: day.isoformat() for name, day in published.items()},
            "entries": [_data(entry) for entry in entries],
            "problems": [str(problem) for problem in problems],
            "never_compared": {name: meters.why_not_listed(name) for name in book.rates if not meters.meters_of([name])},
        },
        indent=2,
    )


def _data(entry: Entry) -> dict:
    numbers = {
        "per": entry.per, "begin": entry.begin, "ours": entry.ours, "ours_end": entry.ours_end, "theirs": entry.theirs,
        "theirs_end": entry.theirs_end,
    }  # fmt: skip
    return {
        "status": entry.status,
        "kind": "free tier" if entry.is_allowance else "price",
        "name": entry.name,
        "region": entry.region or None,
        "unit": entry.unit,
        **{name: None if number is None else formatting.exact(number) for name, number in numbers.items()},
        "effective": entry.effective.isoformat() if entry.effective else None,
        "skus": list(entry.skus),
        "usage_type": entry.usage_type or None,
        "file": entry.file,
    }
