"""Bills that others published, and sums worked out by hand, against the engine: one case a file in workloads/ (see its README)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from macros import lines, metering, rates, rating, workload
from tests import record

FOLDER = Path(__file__).with_name("workloads")
FILES = sorted(FOLDER.glob("*.yml"))
KEYS = {"source", "on", "region", "free_tier", "workload", "expect", "publisher_is_wrong"}
BY_DIMENSION = ("quantities", "billable", "costs")
_SUM = re.compile(r"#   [^:]+: (?P<sum>[\d.,x/+() -]+) = (?P<about>about )?(?P<result>[\d.,]+)")


@dataclass(frozen=True)
class Figure:
    """Something that a case expects: what it is called, and the digits that the file shows."""

    what: str
    shown: str
    dimension: str | None = None
    tier: int | None = None

    def of(self, bill: rating.Bill) -> Fraction:
        """The same figure on a bill of ours."""
        if self.dimension is None:
            return bill.total
        line = bill.line(self.dimension)
        if self.tier is not None:
            return line.tiers[self.tier].cost
        return getattr(line, {"quantities": "quantity", "billable": "billable", "costs": "cost"}[self.what])

    def __str__(self) -> str:
        tier = "" if self.tier is None else f", tier {self.tier + 1}"
        return f"{self.what}{f' of {self.dimension}' if self.dimension else ''}{tier}"


def case_of(path: Path) -> lines.Mapping:
    """The file, every scalar as it is written: 2.30 stays 2.30."""
    problems: list[lines.Problem] = []
    case = lines.read(path, path.name, problems)
    assert not problems, "\n".join(map(str, problems))
    return case


def figures_of(expect: lines.Mapping) -> list[Figure]:
    found = [Figure(what, shown, dimension) for what in BY_DIMENSION for dimension, shown in expect.get(what, {}).items()]
    for dimension, costs in expect.get("tiers", {}).items():
        found += [Figure("tiers", shown, dimension, place) for place, shown in enumerate(costs)]
    return found + ([Figure("total", expect["total"])] if "total" in expect else [])


def places_of(shown: str) -> int:
    return len(shown.partition(".")[2])


def half_up(value: Fraction, places: int) -> Fraction:
    """Rounded as people round: 0.125 to two places is 0.13."""
    return Fraction((value * 10**places + Fraction(1, 2)).__floor__(), 10**places)


def agree(ours: Fraction, shown: str, *, by_hand: bool) -> bool:
    """Whether our figure, rounded to as many places as the file shows, is what the file shows.

    A sum worked out by hand is exact; only a quotient that does not end may be rounded in it, at four places or more.
    """
    expected = Fraction(Decimal(shown))
    if by_hand and places_of(shown) < 4:
        return ours == expected
    return half_up(ours, places_of(shown)) == expected


def digits(value: Fraction) -> Decimal:
    """For messages: as many digits as anybody wants to see."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def bill_of(case: lines.Mapping, book: rates.RateBook) -> rating.Bill:
    card = book.card(on=date.fromisoformat(case["on"]), region=case["region"])
    usages = metering.meter(workload.read(case["workload"]), card)
    return rating.rate(usages, card, free_tier=case.get("free_tier", "true") == "true")


@pytest.fixture(scope="module")
def book() -> rates.RateBook:
    return rates.load(record.FILE)


every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@every_file
def test_the_bill_is_the_published_one(path: Path, book: rates.RateBook) -> None:
    case = case_of(path)
    expect = case["expect"]
    if "error" in expect:
        with pytest.raises((rates.NoRate, workload.WorkloadError)) as caught:
            bill_of(case, book)
        message = str(caught.value)
        assert len(message.splitlines()) == 1, f"an error is one line, not:\n{message}"
        plain = re.sub(r"(?<=\d)[,_](?=\d)", "", message)  # 10,240 and 10240 are the same word
        missing = [word for word in expect["error"].split() if word not in plain]
        assert not missing, f"the message has no {', '.join(missing)}: {message}"
        return

    bill = bill_of(case, book)
    by_hand = "by_hand" in case["source"]
    wrong = [
        f"{figure}: expected {figure.shown}, ours is {digits(ours)}"
        for figure in figures_of(expect)
        if not agree(ours := figure.of(bill), figure.shown, by_hand=by_hand)
    ]
    assert not wrong, "\n".join(wrong)
    for dimension, costs in expect.get("tiers", {}).items():
        charged = [tier for tier in bill.line(dimension).tiers if tier.quantity]
        assert len(charged) == len(costs), f"{dimension} is charged in {len(charged)} tiers, not in {len(costs)}"


@every_file
def test_a_case_says_where_its_figures_come_from(path: Path) -> None:
    case = case_of(path)
    assert set(case) <= KEYS, f"unknown keys: {set(case) - KEYS}"
    source, expect = case["source"], case["expect"]
    if "by_hand" in source:
        assert set(source) == {"by_hand"}
        assert len(source["by_hand"]) > 10
    else:
        assert set(source) == {"id", "title", "url", "quote"}
        assert source["url"].startswith(("https://", "http://"))
        assert source["quote"].strip()
        assert "error" not in expect
    assert set(expect) <= {*BY_DIMENSION, "tiers", "total", "error"}
    assert "error" in expect or figures_of(expect), "a case without a figure shows nothing"
    if "publisher_is_wrong" in case:
        assert set(case["publisher_is_wrong"]) == {"printed", "why"}


@every_file
def test_the_sums_in_the_comment_are_right_and_lead_to_the_figures(path: Path) -> None:
    """Expectations are worked out on paper, in the file, and never copied from the program that they are to check."""
    results = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#   "):
            continue
        found = _SUM.fullmatch(line)
        assert found, f"a line set in by three spaces is a sum, `#   what: 2 x 3 = 6`, not: {line}"
        exact, shown = evaluate(found["sum"]), found["result"].replace(",", "")
        assert (half_up(exact, places_of(shown)) if found["about"] else exact) == Fraction(Decimal(shown)), line
        results.append(exact)

    case = case_of(path)
    money = [figure for figure in figures_of(case["expect"]) if figure.what in ("costs", "tiers", "total")]
    unexplained = [
        f"{figure} {figure.shown}"
        for figure in money
        if Decimal(figure.shown) and not any(half_up(result, places_of(figure.shown)) == Fraction(Decimal(figure.shown)) for result in results)
    ]
    assert not unexplained, f"no sum in the comment gives {'; '.join(unexplained)}"


def evaluate(text: str) -> Fraction:
    """A sum as a pocket calculator has it: numbers, + - x / and brackets; x and / before + and -."""
    tokens = re.findall(r"[\d.,]+|[x/+()-]", text)

    def operand() -> Fraction:
        token = tokens.pop(0)
        if token != "(":
            return Fraction(Decimal(token.replace(",", "")))
        inner = chain()
        assert tokens.pop(0) == ")", text
        return inner

    def product() -> Fraction:
        value = operand()
        while tokens and tokens[0] in "x/":
            value = value * operand() if tokens.pop(0) == "x" else value / operand()
        return value

    def chain() -> Fraction:
        value = product()
        while tokens and tokens[0] in "+-":
            value = value + product() if tokens.pop(0) == "+" else value - product()
        return value

    value = chain()
    assert not tokens, f"cannot read {text}"
    return value


def test_a_pocket_calculator_multiplies_before_it_adds() -> None:
    assert evaluate("1,000 - 2 x (3 + 4) / 4") == Fraction(1993, 2)


def test_half_is_rounded_up() -> None:
    assert agree(Fraction("1.875"), "1.88", by_hand=False)
    assert agree(Fraction("0.125"), "0.13", by_hand=False)
    assert not agree(Fraction("0.125"), "0.12", by_hand=False)
    assert not agree(Fraction("0.125"), "0.13", by_hand=True)


def test_there_are_many_cases_and_none_is_left_out() -> None:
    published = [path for path in FILES if "url" in case_of(path)["source"]]
    assert len(FILES) >= 60
    assert len(published) >= 30
    stray = [path.name for path in FOLDER.iterdir() if path not in FILES and path.name != "README.md"]
    assert not stray, f"not read by any test: {stray}"


def test_the_readme_names_every_published_example() -> None:
    """Its table has the examples that are cases here, with their files, and those that cannot be, with the reason."""
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    listed = {(name, file) for name, cell in rows for file in re.findall(r"`([^`]+\.yml)`", cell)}
    reasons = {name for name, cell in rows if ".yml`" not in cell}
    published = {(case["source"]["id"], path.name) for path in FILES if "id" in (case := case_of(path))["source"]}
    assert published <= listed, f"not in the table: {published - listed}"
    absent = [file for _, file in listed if not (FOLDER / file).is_file()]
    assert not absent, f"named in the table, but not there: {absent}"
    assert len({name for name, _ in rows}) == len(rows) == 61
    assert reasons, "some of the sixty need what no dimension covers"
