"""The command line: `python -m macros check | bill | impact | drift | export`.

Exit status 0 when all is well, 2 when an input is wrong; a mistake is one line on standard error, never a traceback.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path

from . import driftreport, export, formatting, impact, lines, metering, pages, rates, rating, workload

WRONG_INPUT, STALE = 2, 1
HOME_REGION = "us-east-1"


def _day(text: str) -> date:
    parsed = lines.day(text)
    if parsed is None:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date: write it as 2015-02-07")
    return parsed


def _check(arguments: argparse.Namespace) -> int:
    book = rates.load(arguments.rates)
    today = date.today()
    values = sum(len(rate.values) for rate in book.rates.values())
    print(f"{arguments.rates.name} is sound: {len(book.rates)} price dimensions, {values} dated prices, {len(book.quotas)} quotas.")
    stale = book.stale(today)
    for rate, value, days in stale:
        name = getattr(rate, "dimension", None) or rate.name
        print(
            f"{arguments.rates.name}:{value.line}: {name}: last verified on {value.provenance.verified}, {days} days ago; look at {value.provenance.source.url}"
        )
    if stale:
        print(f"{len(stale)} of the values in force are past their re-check date.")
    return STALE if stale and arguments.fail_on_stale else 0


def _bill(arguments: argparse.Namespace) -> int:
    book = rates.load(arguments.rates)
    card = book.card(on=arguments.on or date.today(), region=arguments.region)
    work = workload.load(arguments.workload)
    bill = rating.rate(metering.meter(work, card), card, free_tier=not arguments.no_free_tier)
    print(formatting.bill_json(bill) if arguments.json else formatting.bill_text(work.title, bill))
    return 0


def _impact(arguments: argparse.Namespace) -> int:
    root = rates.FILE.parent.parent
    with tempfile.TemporaryDirectory() as folder:
        earlier = Path(folder) / "rates.yml"
        earlier.write_bytes(impact.base_file(arguments.base, root))
        before = rates.load(earlier, name=f"macros/rates.yml in {arguments.base}")
    day = pages.as_of()
    states = [impact.render(book, root / "docs", day) for book in (before, rates.load())]
    moved = impact.moves(*states)
    print(impact.report_json(moved) if arguments.json else impact.report(moved))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    book, folder = rates.load(), arguments.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rates.json").write_text(export.rates_json(book, pages.as_of()), encoding="utf-8")
        (folder / "rates.csv").write_text(export.rates_csv(book), encoding="utf-8")
    except OSError as error:
        print(f"{folder}: cannot be written: {error.strerror}", file=sys.stderr)
        return WRONG_INPUT
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        """One line, not argparse's usage above it."""
        self.exit(WRONG_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m macros", description="Rates, bills and what moves them.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    check = commands.add_parser("check", help="is rates.yml sound, and is any rate past its re-check date?")
    check.add_argument("rates", nargs="?", type=Path, default=rates.FILE, help="a rates file (default: macros/rates.yml)")
    check.add_argument("--fail-on-stale", action="store_true", help="exit with 1 when a rate is past its re-check date")
    check.set_defaults(run=_check)

    bill = commands.add_parser("bill", help="the bill of a workload file")
    bill.add_argument("workload", type=Path)
    bill.add_argument("--on", type=_day, metavar="DATE", help="the day whose rates and rules are used (default: today)")
    bill.add_argument("--region", default=HOME_REGION, help=f"default: {HOME_REGION}")
    bill.add_argument("--no-free-tier", action="store_true")
    bill.add_argument("--json", action="store_true", help="for machines: every number a plain decimal string")
    bill.add_argument("--rates", type=Path, default=rates.FILE, help=argparse.SUPPRESS)
    bill.set_defaults(run=_bill)

    moved = commands.add_parser("impact", help="every figure on every page that a change of rates.yml moves")
    moved.add_argument("--base", default="HEAD", metavar="REV", help="the git revision to compare with (default: HEAD)")
    moved.add_argument("--json", action="store_true")
    moved.set_defaults(run=_impact)

    data = commands.add_parser("export", help="rates.json and rates.csv: the data for machines")
    data.add_argument("folder", type=Path)
    data.set_defaults(run=_export)
    driftreport.add_parser(commands)
    return parser


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except (rates.RatesError, rates.NoRate, workload.WorkloadError, pages.Mistake, impact.ImpactError) as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except BrokenPipeError:  # somebody closed the pipe, as `| head` does
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
