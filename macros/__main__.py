"""The command line: `python -m macros check | bill | impact | drift | export`.

Exit status 0 when all is well, 2 when an input is wrong or the output cannot be written; a mistake is one line on standard error,
never a traceback. `check --fail-on-stale` and `drift` have a status 1 of their own. 3 is a fault of the program itself, 130 an
interruption from the keyboard.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
import traceback
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _use_the_environment() -> None:
    """Runs the same command with the Python of `.venv`, which has what this one lacks, so that `python -m macros` works as it is printed."""
    python = ROOT / ".venv" / "bin" / "python"
    if not python.exists() or Path(sys.prefix).resolve() == (ROOT / ".venv").resolve():
        sys.exit("python -m macros: the packages of requirements.txt are not installed; run `make venv` in the project's folder first")
    os.execv(python, [str(python), "-m", "macros", *sys.argv[1:]])


if importlib.util.find_spec("yaml") is None:
    _use_the_environment()

from . import characters, checks, driftreport, export, formatting, impact, lines, metering, pages, rates, rating, workload  # noqa: E402

WRONG_INPUT, STALE, OWN_FAULT, INTERRUPTED = 2, 1, 3, 130
HOME_REGION = "us-east-1"
WORKLOADS = ROOT / "docs" / "workloads"
STANDARD_INPUT = "-"


def _day(text: str) -> date:
    parsed = lines.day(text)
    if parsed is None:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date: write it as 2015-02-07")
    return parsed


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty name is no folder: write . for the one you are in")
    return Path(text)


def _check(arguments: argparse.Namespace) -> int:
    book = rates.load(arguments.rates)
    today = date.today()
    values = sum(len(rate.values) for rate in book.rates.values())
    print(f"{arguments.rates.name} is sound: {len(book.rates)} price dimensions, {values} dated prices, {len(book.quotas)} quotas.")
    stale = book.stale(today)
    file = "/".join(arguments.rates.parts[-2:])  # as in the messages about mistakes
    for notice in checks.notices(book, today):
        print(f"{file}: {notice}")
    for rate, value, days in stale:
        name = getattr(rate, "dimension", None) or rate.name
        print(f"{file}:{value.line}: {name}: last verified on {value.provenance.verified}, {days} days ago; look at {value.provenance.source.url}")
    if stale:
        print(f"{len(stale)} of the values in force are past their re-check date.")
    return STALE if stale and arguments.fail_on_stale else 0


def _bill(arguments: argparse.Namespace) -> int:
    book = rates.load(arguments.rates)
    today = date.today()
    card = book.card(on=arguments.on or today, region=arguments.region)
    work = _workload(arguments.workload)
    bill = rating.rate(metering.meter(work, card), card, free_tier=arguments.free_tier)
    print(formatting.bill_json(bill) if arguments.json else formatting.bill_text(work.title, bill))
    if card.on > today:
        print(f"Note: {card.on} is in the future; this bill uses the prices announced by {today}, which may still change.", file=sys.stderr)
    return 0


def _workload(name: str) -> workload.Workload:
    """The workload of a file, of standard input, or of a name that pages use: image-resize is docs/workloads/image-resize.yml."""
    if name == STANDARD_INPUT:
        if sys.stdin is None:
            raise workload.WorkloadError("standard input: is closed; name a file, or write the workload to it")
        content = sys.stdin.buffer.read(workload.LARGEST_WORKLOAD + 1)  # it may never end
        if len(content) > workload.LARGEST_WORKLOAD:
            raise workload.WorkloadError(f"standard input: is larger than {workload.LARGEST_WORKLOAD:,} bytes, the most that is read")
        return workload.load_bytes(content, name="standard input")
    path, known = Path(name), WORKLOADS / f"{name}.yml"
    if path.exists() or len(path.parts) != 1:
        return workload.load(path)
    if known.exists():
        return workload.load(known, name=f"docs/workloads/{name}.yml")
    near = lines.suggestion(name.removesuffix(".yml"), sorted(file.stem for file in WORKLOADS.glob("*.yml")))
    raise workload.WorkloadError(f"{name}: there is no such file, and no workload of that name in docs/workloads{near}")


def _impact(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        earlier = Path(folder) / "rates.yml"
        earlier.write_bytes(impact.base_file(arguments.base, ROOT))
        before = rates.load(earlier, name=f"macros/rates.yml in {arguments.base}", judge=False)
    day = pages.as_of()
    states = [impact.render(book, ROOT / "docs", day) for book in (before, rates.load())]
    moved = impact.moves(*states)
    print(impact.report_json(moved) if arguments.json else impact.report(moved))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    book, folder = rates.load(), arguments.folder
    try:
        export.write({"rates.json": export.rates_json(book, pages.as_of()), "rates.csv": export.rates_csv(book)}, folder)
    except (OSError, ValueError) as error:  # a NUL in the folder's name is a ValueError
        _tell(f"{folder}: cannot be written: {getattr(error, 'strerror', None) or error}")
        return WRONG_INPUT
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        """One line, not argparse's usage above it."""
        _tell(f"{self.prog}: {message}; see {self.prog} --help")
        sys.exit(WRONG_INPUT)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m macros", description="Rates, bills and what moves them.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    check = commands.add_parser("check", help="is rates.yml sound, and is any rate past its re-check date?")
    check.add_argument("rates", nargs="?", type=Path, default=rates.FILE, help="a rates file (default: macros/rates.yml)")
    check.add_argument("--fail-on-stale", action="store_true", help="exit with 1 when a rate is past its re-check date")
    check.set_defaults(run=_check)

    bill = commands.add_parser(
        "bill",
        help="the bill of a workload",
        epilog="Examples: python -m macros bill image-resize --on 2015-02-07; python -m macros bill my.yml --no-free-tier --json",
    )
    bill.add_argument("workload", help="a file, the name of one in docs/workloads such as image-resize, or - for standard input")
    bill.add_argument("--on", type=_day, metavar="DATE", help="the day whose rates and rules are used (default: today)")
    bill.add_argument("--region", default=HOME_REGION, help=f"default: {HOME_REGION}")
    bill.add_argument("--free-tier", action=argparse.BooleanOptionalAction, default=True, help="apply the free tier (default) or leave it out")
    bill.add_argument("--json", action="store_true", help="for machines: every number a plain decimal string")
    bill.add_argument("--rates", type=Path, default=rates.FILE, help=argparse.SUPPRESS)
    bill.set_defaults(run=_bill)

    moved = commands.add_parser("impact", help="every figure on every page that a change of rates.yml moves")
    moved.add_argument("--base", default="HEAD", metavar="REV", help="the git revision to compare with (default: HEAD)")
    moved.add_argument("--json", action="store_true")
    moved.set_defaults(run=_impact)

    data = commands.add_parser("export", help="rates.json and rates.csv: the data for machines")
    data.add_argument("folder", type=_folder)
    data.set_defaults(run=_export)
    driftreport.add_parser(commands)
    for command in commands.choices.values():
        command.set_defaults(refuse=command.error)  # with the help that lists its own options
    return parser


def main(argv: list[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without the letters of a title shows \u escapes instead of ending in an error
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    if sys.stdout is None:  # started with `>&-`
        _tell("python -m macros: standard output is closed")
        return WRONG_INPUT
    try:
        arguments, unknown = parser.parse_known_args(argv)
        if unknown:
            arguments.refuse(f"unrecognized arguments: {' '.join(unknown)}")
        status = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except rates.RatesError as error:
        for problem in error.problems:
            _tell(str(problem))
        return WRONG_INPUT
    except (rates.NoRate, workload.WorkloadError, pages.Mistake, impact.ImpactError) as error:
        _tell(str(error))
        return WRONG_INPUT
    except BrokenPipeError:  # the reader closed the pipe, as `| head` does
        _discard_output()
        return 0
    except OSError as error:
        _discard_output()
        _tell(f"python -m macros: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        return WRONG_INPUT
    except KeyboardInterrupt:
        _discard_output()
        return INTERRUPTED
    except Exception as error:  # whatever is not foreseen is still one line, and a status that means nothing else
        if os.environ.get("MACROS_TRACEBACK"):
            traceback.print_exc()
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        _tell(f"python -m macros: a fault of this program, in {Path(place.filename).name}:{place.lineno}: {what}; please report it")
        return OWN_FAULT


def _tell(message: str) -> None:
    """One line on standard error. Where that is closed or full, the exit status alone tells."""
    if sys.stderr is None:  # print would write to standard output instead
        return
    try:
        print(characters.printable(message), file=sys.stderr, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _discard_output() -> None:
    """What is left in the buffer cannot be written; Python would try once more on its way out, and print a traceback."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        pass  # no real file behind it, as in tests


if __name__ == "__main__":
    sys.exit(main())
