"""`make corrupt`: every scalar of macros/rates.yml is spoiled in every way we know of, and each spoiled file goes through the real checker.

Prints a table and writes it to docs/contributing/corrupt.yml, which the page about rates quotes. What nobody refuses has to mean the
same, or be something that no program can judge: the words of a note, a source looked at again. The record of the past
(tests/record_history.py) judges what the checker accepts.
"""

from __future__ import annotations

import argparse
import dataclasses
import multiprocessing
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import yaml

from macros import rates
from tests import progress, record_history
from tests.corruptions import TODAY, Case, additions, pieces, spoiled, texts, whole

RESULT = rates.FILE.parent.parent / "docs" / "contributing" / "corrupt.yml"
SLOW_S = 5
# Fields of the book that no program can judge, and those that change when a source is looked at again.
WORDS = {"label", "title", "name", "evidence", "read_in", "note", "confirmed", "line"}
LOOKS = {"verified", "recheck_days"}

OUTCOMES = {
    "refused": "refused by `check`, with its line",
    "recorded": "accepted by `check`, refused by the record of the past",
    "same": "accepted, and means the same",
    "look": "accepted: a later look at a source, or another period between two looks",
    "words": "accepted: other words in a text that no program can judge",
    "plausible": "accepted: a new value that could be true",
    "unplaced": "refused, but without a line",
    "lines": "refused in more lines than mistakes",
    "slow": f"longer than {SLOW_S} s",
    "traceback": "ended in a traceback",
    "silent": "accepted, and nothing has seen it",
}
GOOD = ("refused", "recorded", "same", "look", "words", "plausible")


# --- judging


def judged(case: Case) -> str:
    """The outcome of one case, a key of OUTCOMES."""
    began = time.monotonic()
    try:
        found = rates.parse(case.text, name="rates.yml")
    except rates.RatesError as error:
        outcome = _of_refusal(error)
    except Exception:  # noqa: BLE001  # a traceback is what is looked for
        outcome = "traceback"
    else:
        outcome = _of_acceptance(case, found)
    return "slow" if time.monotonic() - began > SLOW_S else outcome


def _of_refusal(error: rates.RatesError) -> str:
    if len(str(error).splitlines()) != len(error.problems):
        return "lines"
    return "refused" if all(problem.line or problem.message == "is empty" for problem in error.problems) else "unplaced"


def _of_acceptance(case: Case, found: rates.RateBook) -> str:
    if case.is_new:
        return "plausible" if "control" in case.kind else "silent"
    record = [row for row in _record() if (row["kind"], row["name"]) in case.known]
    if record_history.changes(record, found):
        return "recorded"
    sound = _sound(case)
    levels = {"same": {"line"}, "words": WORDS, "look": WORDS | LOOKS}
    return next((outcome for outcome, blank in levels.items() if _meaning(found, blank) == _meaning(sound, blank)), "silent")


@cache
def _record() -> list[record_history.Row]:
    return record_history.recorded()


def _meaning(found: rates.RateBook, blank: set[str]) -> dict:
    """All that a file says, but for the fields in `blank`, the lines, and the order in which values that do not meet are written."""
    said = _told(found, blank)
    for section in ("rates", "free_tiers", "rules", "quotas"):
        for entry in said[section].values():
            entry["values"].sort(key=repr)
    return said


def _told(value: object, blank: set[str]) -> object:
    if dataclasses.is_dataclass(value):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {
            name: _told(sorted(held) if name == "regions" and not isinstance(held, dict) else held, blank) for name, held in fields.items() if name not in blank
        }
    if isinstance(value, dict):
        return {str(key): _told(item, blank) for key, item in value.items()}
    return [_told(item, blank) for item in value] if isinstance(value, (list, tuple)) else value


@cache
def _sound_pieces() -> dict[tuple, str]:
    return {piece.known: piece.text for piece in pieces()}


def _sound(case: Case) -> rates.RateBook:
    return _sound_book(case.known)


@cache
def _sound_book(known: tuple) -> rates.RateBook:
    return rates.parse(_sound_pieces().get(known) or whole(), name="rates.yml")


# --- the run


def cases(number: int) -> Iterator[Case]:
    """The cases of one job: the pieces in order, then the text of the whole file."""
    held = list(pieces())
    if number == len(held):
        yield from texts()
        return
    yield from spoiled(held[number])
    yield from additions(held[number])


def jobs() -> int:
    return sum(1 for _ in pieces()) + 1


def run_job(number: int, step: int = 1, offset: int = 0) -> tuple[Counter, list[str]]:
    """Counts by (kind, outcome), and a line for each case that went wrong. `step` takes every so-manieth case."""
    counts, wrong = Counter(), []
    for index, case in enumerate(cases(number)):
        if (index + offset) % step:
            continue
        outcome = judged(case)
        counts[_kind(case), outcome] += 1
        if outcome not in GOOD:
            wrong.append(f"{outcome}: {case.entry}: {case.about}: {case.kind}")
    return counts, wrong


def _kind(case: Case) -> str:
    if case.kind.endswith(("left out", "twice", "swapped")) and case.about != "the text":
        return f"{'a key or an item'} {case.kind.split()[-2] + ' ' if case.kind.endswith('out') else ''}{case.kind.split()[-1]}"
    return case.kind


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--step", type=int, default=1, help="only every so-manieth corruption, and write no result (for trying this script)")
    arguments = parser.parse_args()
    total, counts, wrong = jobs(), Counter(), []
    with multiprocessing.Pool(2) as pool:
        results = pool.imap_unordered(_Job(arguments.step), reversed(range(total)))  # the longest job first
        for done, (found, trouble) in enumerate(results, 1):
            counts += found
            wrong += trouble
            progress.show(f"{done} of {total} pieces, {counts.total():,} corruptions", last=done == total)
    result = summary(counts)
    for row in result["outcomes"]:
        print(f"{row['outcome']:<75} {row['count']:>8}")
    print("\n".join(sorted(wrong)))
    if arguments.step == 1:
        text = yaml.safe_dump(result, sort_keys=False, allow_unicode=True, width=150)
        RESULT.write_text(f"# Written by `make corrupt`; quoted by rates.md.\n{text}", encoding="utf-8")
    return int(bool(wrong))


@dataclass(frozen=True)
class _Job:
    step: int

    def __call__(self, number: int) -> tuple[Counter, list[str]]:
        return run_job(number, self.step)


def summary(counts: Counter) -> dict:
    """The result as it is kept: by outcome, then by kind of corruption."""
    outcomes, kinds = Counter(), {}
    for (kind, outcome), count in counts.items():
        outcomes[outcome] += count
        kinds.setdefault(kind, Counter())[outcome] += count
    return {
        "date": str(TODAY),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "tried": f"{counts.total():,}",
        "outcomes": [{"outcome": words, "count": f"{outcomes[key]:,}"} for key, words in OUTCOMES.items() if outcomes[key] or key in ("traceback", "silent")],
        "kinds": [
            {"kind": kind, "tried": f"{found.total():,}", **{key: f"{found[key]:,}" for key in OUTCOMES if found[key]}} for kind, found in sorted(kinds.items())
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
