"""What the rates file says of the past, one fact a row, in tests/rates_history.csv: the file may add to it and never change it.

    python -m tests.record_history

writes the record anew from macros/rates.yml. Do that after you add a value, or after you correct one on purpose: the correction is
then seen in the diff of the record. The facts speak of meaning (a price for one unit, in a Region, from a day, up to a bound), so
that they stay the same when rates.yml is written in another shape.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from pathlib import Path

from macros import rates

FILE = Path(__file__).with_name("rates_history.csv")
COLUMNS = (
    "kind", "name", "region", "from", "up_to", "value", "unit", "covers", "pooled_over", "min", "step", "source", "verified", "confidence",
)  # fmt: skip
HOW = "if the record was wrong, say in the commit where the right value is from, and run `python -m tests.record_history`"
_EXACT = Context(prec=200)

Row = dict[str, str]


@dataclass(frozen=True)
class Fact:
    """What holds from a day on: its rows (more than one where it has tiers)."""

    kind: str
    name: str
    region: str
    since: date
    rows: tuple[tuple[tuple[str, str], ...], ...]
    source: str
    verified: date
    confidence: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.name, self.region

    def __str__(self) -> str:
        return f"{self.name}{' in ' * bool(self.region)}{self.region} from {self.since}" if self.since > date.min else f"the {self.kind} {self.name}"

    def says(self) -> str:
        return "; ".join(" ".join(f"{column} {value}" for column, value in row if value) for row in self.rows)


def rows_of(book: rates.RateBook) -> list[Row]:
    """Every fact of a rates file, in its order."""
    found = [_plain_row("service", key, service.pricing, str(service.since)) for key, service in book.services.items()]
    found += [_plain_row("region", code, name) for code, name in book.regions.items()]
    found += [_plain_row("source", key, source.url) for key, source in book.sources.items()]
    for rate in book.rates.values():
        for value in rate.values:
            for region in value.regions:
                found += [_row("price", rate, value, {"region": region, **tier}) for tier in _tiers(value)]
    for kind, section in (("allowance", book.free_tiers), ("rule", book.rules), ("quota", book.quotas)):
        for dated in section.values():
            found += [_row(kind, dated, value, _content(dated, value)) for value in dated.values]
    return found


def _tiers(value: rates.RateValue) -> Iterator[Row]:
    if not value.tiers:
        yield {"value": "no price"}
    for tier in value.tiers:
        price = "unknown" if tier.price is None else _plain(_EXACT.divide(tier.price, value.per))
        yield {"up_to": _plain(tier.up_to), "value": "free" if value.free else price}


def _content(dated: rates.Dated, value: rates.Value) -> Row:
    answer = {True: "yes", False: "no", None: _plain(value.amount) or "none"}[value.yes]
    covered = {"covers": " ".join(dated.covers), "pooled_over": getattr(value, "pooled_over", "") or dated.pooled_over}
    return {"value": answer, "min": _plain(value.least), "step": _plain(value.step), **covered}


def _row(kind: str, entry: rates.Rate | rates.Dated, value: rates.RateValue | rates.Value, content: Row) -> Row:
    look = value.provenance
    name = getattr(entry, "dimension", "") or entry.name
    row = {"kind": kind, "name": name, "from": str(value.since), "unit": entry.unit, **content}
    row |= {"source": look.source.key, "verified": str(look.verified), "confidence": look.confidence}
    return {column: row.get(column, "") for column in COLUMNS}


def _plain_row(kind: str, name: str, value: str, since: str = "") -> Row:
    return dict.fromkeys(COLUMNS, "") | {"kind": kind, "name": name, "value": value, "from": since}


def _plain(number: Decimal | None) -> str:
    return "" if number is None else format(number.normalize(_EXACT), "f")


def facts(rows: list[Row]) -> dict[tuple[str, str, str], dict[date, Fact]]:
    """The rows as facts, by kind, name and Region, then by day."""
    grouped: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        grouped.setdefault((row["kind"], row["name"], row["region"], row["from"]), []).append(row)
    found: dict[tuple[str, str, str], dict[date, Fact]] = {}
    for (kind, name, region, since), of_it in grouped.items():
        said = tuple(tuple((column, row[column]) for column in COLUMNS[4:11]) for row in of_it)
        look = of_it[0]
        fact = Fact(kind, name, region, _day(since), said, look["source"], _day(look["verified"]), look["confidence"])
        found.setdefault(fact.key, {})[fact.since] = fact
    return found


def _day(text: str) -> date:
    return date.fromisoformat(text) if text else date.min  # a Region and a source have no day


def recorded() -> list[Row]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def changes(record: list[Row], book: rates.RateBook) -> list[str]:
    """What a rates file says otherwise than the record, one line each."""
    then, now = facts(record), facts(rows_of(book))
    told = []
    for key, old in then.items():
        new = now.get(key, {})
        for since, fact in old.items():
            told += _differences(fact, new.get(since))
        told += [f"{new[since]} was not on record, and values before and after it were" for since in new if min(old) < since < max(old) and since not in old]
    return told


def _differences(old: Fact, new: Fact | None) -> Iterator[str]:
    if new is None:
        yield f"{old} is gone: {old.says()}"
    elif old.rows != new.rows:
        yield f"{old} has changed from `{old.says()}` to `{new.says()}`"
    elif new.verified < old.verified:
        yield f"{old} was read on {old.verified}, and now says {new.verified}: `verified` moves forward only"
    elif new.verified == old.verified and (new.source, new.confidence) != (old.source, old.confidence):
        yield f"{old} was read in {old.source} ({old.confidence}), and now says {new.source} ({new.confidence}) without a new look"


def missing(record: list[Row], book: rates.RateBook) -> list[str]:
    """The facts of a rates file that are not on record yet."""
    then = facts(record)
    return [str(fact) for key, new in facts(rows_of(book)).items() for since, fact in new.items() if since not in then.get(key, {})]


def main() -> None:
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows_of(rates.load()))
    print(f"{FILE.parent.name}/{FILE.name} is written: look at its diff.")


if __name__ == "__main__":
    main()
