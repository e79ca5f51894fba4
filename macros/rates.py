"""The rates file: read, checked, and asked for the card of one day in one region.

    book = rates.load(rates.FILE)
    card = book.card(on=date(2015, 2, 7), region="us-east-1")
    card.price("lambda.requests")

A *rate* is what a price dimension costs in given regions from a given day on; a *rate card* is every rate in force on one day in
one region. Nothing is ever filled in: a region or a day that no value covers has no price, and asking for it is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from . import characters, checks, lines, regions
from .lines import Fields, Problem

FILE = Path(__file__).with_name("rates.yml")
SCHEMA = 1
GLOBAL = "global"
EVERYWHERE = "everywhere"  # what allowances, rules and quotas have instead of Regions
UNITS = (
    "request",
    "GB-second",
    "GB-month",
    "GB",
    "hour",
    "dyno-month",
    "operation",
    "EPU-hour",
    "GB-environment",
    "vCPU-second",
    "USD",
)
POOLS = ("account", "region")  # what shares an allowance: all Regions of the account, or each Region its own
LIMIT_UNITS = (
    "ms", "s", "MB", "kB", "KB", "GB", "byte", "minute", "hour", "day", "count", "yes/no", "count per 10 s", "environment",
    "MB per second",
)  # fmt: skip

# Names end up in addresses, ids and file names of the site: nothing else may be in them.
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)
_URL = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(/[^\s\"'<>\\`]*)?", re.ASCII | re.IGNORECASE)
_LONGEST_RECHECK_DAYS = 366


class RatesError(Exception):
    """The rates file is not sound. The text has one line a mistake: `FILE:LINE: what: what is wrong, and what to write instead`."""

    def __init__(self, problems: list[Problem]):
        self.problems = sorted(problems, key=lambda problem: problem.line or 0)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NoRate(Exception):
    """Something was asked for that the rates file does not hold. The text is one line that names it."""

    def __str__(self) -> str:
        return characters.printable(super().__str__())


class NotInForce(NoRate):
    """The rates file knows what was asked for, but has no value for that day and region."""


@dataclass(frozen=True)
class Service:
    """Whose dimensions begin with `key`. Nothing about it can be older than `since`; `pricing` is its page of prices."""

    key: str
    name: str
    since: date
    pricing: str


@dataclass(frozen=True)
class Source:
    """A page that a reader can open."""

    key: str
    title: str
    url: str


@dataclass(frozen=True)
class Provenance:
    """Where a value comes from. `verified` is the day on which the evidence was read.

    `confirmed` is the reason why a value that looks like a slip is none.
    """

    source: Source
    verified: date
    evidence: str
    confidence: str
    read_in: str = ""
    note: str = ""
    confirmed: str = ""

    @property
    def doubt(self) -> str:
        """Why a reader should be wary of the value: "sources conflict", "one source only", or nothing."""
        if self.note.lower().startswith("sources conflict"):
            return "sources conflict"
        return "one source only" if self.confidence == "medium" else ""


@dataclass(frozen=True)
class Tier:
    """A price up to a cumulative monthly quantity. `up_to` None is the open end; `price` None is not known."""

    up_to: Decimal | None
    price: Decimal | None


@dataclass(frozen=True)
class RateValue:
    """What a dimension costs from `since` on in `regions`: USD for every `per` units. No tiers: no price from that day on."""

    since: date
    regions: tuple[str, ...]
    per: Decimal
    tiers: tuple[Tier, ...]
    free: bool
    provenance: Provenance
    line: int


@dataclass(frozen=True)
class Rate:
    """A price dimension with all its values, oldest first."""

    dimension: str
    label: str
    unit: str
    values: tuple[RateValue, ...]
    recheck_days: int
    line: int

    @property
    def is_global(self) -> bool:
        return bool(self.values) and self.values[0].regions == (GLOBAL,)

    def in_force(self, on: date, region: str) -> RateValue | None:
        """The newest value that covers the region and began on or before the day; None where there is none or it has ended."""
        found = [value for value in self.values if value.since <= on and (self.is_global or region in value.regions)]
        return found[-1] if found and found[-1].tiers else None


@dataclass(frozen=True)
class Value:
    """One dated value of an allowance (`amount`), a rule (`amount` or `yes`) or a quota (`amount` is the most, `least`, `step`)."""

    since: date
    amount: Decimal | None
    provenance: Provenance
    line: int
    yes: bool | None = None
    least: Decimal | None = None
    step: Decimal | None = None
    pooled_over: str = ""  # of an allowance; empty: as the entry says


@dataclass(frozen=True)
class Dated:
    """A free tier, a billing rule or a quota: values in force from a day on, oldest first."""

    name: str
    label: str
    unit: str
    values: tuple[Value, ...]
    line: int
    covers: tuple[str, ...] = ()
    pooled_over: str = ""

    def in_force(self, on: date) -> Value | None:
        found = [value for value in self.values if value.since <= on]
        return found[-1] if found and (found[-1].amount is not None or found[-1].yes is not None) else None


@dataclass(frozen=True)
class RateBook:
    """The whole rates file."""

    currency: str
    recheck_days: int
    regions: dict[str, str]
    sources: dict[str, Source]
    rates: dict[str, Rate]
    free_tiers: dict[str, Dated]
    rules: dict[str, Dated]
    quotas: dict[str, Dated]
    services: dict[str, Service] = field(default_factory=dict)

    def card(self, *, on: date, region: str) -> RateCard:
        """Every rate in force on one day in one region.

        Raises NoRate where the file does not declare the region.
        """
        if region not in self.regions:
            raise NoRate(regions.without_prices(region, self.regions))
        return RateCard(self, on, region)

    def current(self, on: date) -> Iterator[tuple[str, Rate | Dated, RateValue | Value, int]]:
        """What is in force on a day, in any region: (section, rate, value, re-check period in days)."""
        for rate in self.rates.values():
            regions = (GLOBAL,) if rate.is_global else tuple(self.regions)
            seen = [value for region in regions if (value := rate.in_force(on, region))]
            for value in dict.fromkeys(seen):
                yield "rates", rate, value, rate.recheck_days
        for section in ("free_tiers", "rules", "quotas"):
            for dated in getattr(self, section).values():
                if value := dated.in_force(on):
                    yield section, dated, value, self.recheck_days

    def stale(self, on: date) -> list[tuple[Rate | Dated, RateValue | Value, int]]:
        """The values in force whose last look is longer ago than their re-check period, oldest look first: (rate, value, days)."""
        late = [
            (rate, value, (on - value.provenance.verified).days)
            for _, rate, value, period in self.current(on)
            if on - value.provenance.verified > timedelta(days=period)
        ]
        return sorted(late, key=lambda item: -item[2])


@dataclass(frozen=True)
class RateCard:
    """Every rate, allowance, rule and quota in force on one day in one region."""

    book: RateBook
    on: date
    region: str

    def rate(self, dimension: str) -> Rate:
        if dimension not in self.book.rates:
            raise NoRate(f"there is no price dimension '{dimension}'{lines.suggestion(dimension, self.book.rates)}")
        return self.book.rates[dimension]

    def price(self, dimension: str) -> RateValue:
        """The value in force. Raises NoRate, naming dimension, region and day, where there is none: unknown is not zero."""
        rate = self.rate(dimension)
        value = rate.in_force(self.on, self.region)
        if value is None:
            known = [value.since for value in rate.values if rate.is_global or self.region in value.regions]
            later = f" (the first that is known begins on {min(known)})" if known and min(known) > self.on else ""
            place = "" if rate.is_global else f" in {self.region}"
            raise NotInForce(f"{dimension} has no price{place} on {self.on}{later}")
        return value

    def _dated(self, section: str, what: str, name: str) -> Dated:
        known = getattr(self.book, section)
        if name not in known:
            raise NoRate(f"there is no {what} {lines.show(name)}{lines.suggestion(name, known)}")
        return known[name]

    def rule(self, name: str) -> Value:
        """The billing rule in force. Raises NoRate."""
        return self._in_force("rules", "billing rule", name)

    def free_tier(self, name: str) -> Value:
        """The monthly allowance in force. Raises NoRate."""
        return self._in_force("free_tiers", "free tier", name)

    def quota(self, name: str) -> Value:
        """The quota in force. Raises NoRate."""
        return self._in_force("quotas", "quota", name)

    def _in_force(self, section: str, what: str, name: str) -> Value:
        value = self._dated(section, what, name).in_force(self.on)
        if value is None:
            raise NotInForce(f"the {what} '{name}' has no value on {self.on}")
        return value

    def free_tiers_in_force(self) -> Iterator[tuple[Dated, Value]]:
        for dated in self.book.free_tiers.values():
            if value := dated.in_force(self.on):
                yield dated, value


def load(path: Path = FILE, *, name: str | None = None, today: date | None = None, judge: bool = True) -> RateBook:
    """Read and check a rates file.

    `name` is what messages call it (default: the path's last two parts). `judge` False is for a file of another time or a made-up
    one: it need not be plausible (macros/checks.py), nor end with `...`. Raises RatesError with every mistake in the file.
    """
    problems: list[Problem] = []
    name = name or str(Path(*path.parts[-2:]))
    return _book(lines.read(path, name, problems, ended=judge), name, problems, today, judge)


def parse(text: str, *, name: str, today: date | None = None, judge: bool = True) -> RateBook:
    """Like `load`, from text."""
    problems: list[Problem] = []
    return _book(lines.parse(text, name, problems, ended=judge), name, problems, today, judge)


def _book(root: object, name: str, problems: list[Problem], today: date | None, judge: bool) -> RateBook:
    if root is None:
        raise RatesError(problems)
    book = _Reader(name, problems, today or latest_date_on_earth()).book(root)
    if judge:
        problems += checks.problems(book, name)
    if problems:
        raise RatesError(problems)
    return book


def latest_date_on_earth() -> date:
    """Today where the day begins first (UTC+14): every reader of a source has read it on this day or before."""
    return (datetime.now(UTC) + timedelta(hours=14)).date()


class _Reader:
    """Builds a RateBook from the parsed file, noting every mistake on the way."""

    def __init__(self, file: str, problems: list[Problem], today: date):
        self.file, self.problems, self.today = file, problems, today
        self.regions: dict[str, str] = {}
        self.sources: dict[str, Source] = {}
        self.recheck_days = 0

    def book(self, root: object) -> RateBook:
        top = Fields(root, self.file, "", self.problems)
        if not top.broken and top.text("schema") not in (None, str(SCHEMA)):
            top.wrong(f"unknown schema version {lines.show(top.mapping['schema'])}: this program reads version {SCHEMA}", top.mapping["schema"])
        currency = top.choice("currency", ["USD"])
        self.recheck_days = self._days(top, required=True)
        services = dict(self._services(top.child("services"))) if top.has("services") else {}
        self.regions = dict(self._declared_regions(top.child("regions")))
        self.sources = dict(self._sources(top.child("sources")))
        rates = {fields.where: self._rate(fields) for fields in self._entries(top.child("rates"))}
        covered: dict[str, str] = {}
        allowances = {fields.where: self._allowance(fields, rates, covered) for fields in self._entries(top.child("free_tiers"))}
        rules = {fields.where: self._rule(fields) for fields in self._entries(top.child("rules"))}
        quotas = {fields.where: self._quota(fields) for fields in self._entries(top.child("quotas"))}
        top.finish()
        return RateBook(str(currency), self.recheck_days, self.regions, self.sources, rates, allowances, rules, quotas, services)

    def _days(self, fields: Fields, *, required: bool) -> int:
        """A whole number of days; 0 where there is none."""
        days = fields.number("recheck_days", required=required, above=True)
        if days is not None and (days > _LONGEST_RECHECK_DAYS or days % 1):
            shown = lines.show(fields.mapping["recheck_days"])
            fields.wrong(f"`recheck_days` must be a whole number of days, at most {_LONGEST_RECHECK_DAYS}, not {shown}", fields.mapping["recheck_days"])
            return 0
        return int(days or 0)

    def _entries(self, section: Fields) -> Iterator[Fields]:
        """The fields of each entry of a section; messages call an entry by its own name, not by the section's."""
        for key in section.mapping:
            entry = Fields(section.get(key), self.file, str(key), self.problems)
            entry.line = key.line
            if not _NAME.fullmatch(key):
                section.wrong(f"{lines.show(key)} is not a name: write lower-case letters, digits, - and _, in words joined by points", key)
            yield entry

    def _services(self, section: Fields) -> Iterator[tuple[str, Service]]:
        for entry in self._entries(section):
            name, since, pricing = entry.text("name"), entry.day("from"), self._url(entry, "pricing")
            entry.finish()
            if since:
                yield entry.where, Service(entry.where, str(name), since, str(pricing))

    def _declared_regions(self, section: Fields) -> Iterator[tuple[str, str]]:
        for key in section.mapping:
            if not regions.CODE.fullmatch(key):
                section.wrong(f"{lines.show(key)} is not a Region's code: write it as eu-central-1{characters.remark(key)}", key)
            if text := section.text(key):
                yield key, str(text)  # the key knows its line

    def _sources(self, section: Fields) -> Iterator[tuple[str, Source]]:
        for entry in self._entries(section):
            title, url = entry.text("title"), self._url(entry, "url")
            entry.finish()
            yield entry.where, Source(entry.where, str(title), str(url))

    def _url(self, entry: Fields, key: str) -> str | None:
        url = entry.text(key)
        if url and not url.startswith(("https://", "http://")):
            entry.wrong(f"the {key} {lines.show(url)} must begin with https:// or http://", url)
        elif url and not _URL.fullmatch(url):
            entry.wrong(f"the {key} {lines.show(url)} is not an address: write it as the browser shows it, https://aws.amazon.com/lambda/pricing/", url)
        return url

    def _rate(self, entry: Fields) -> Rate:
        label, unit = entry.text("label"), entry.choice("unit", UNITS)
        per = entry.number("per", required=False, above=True) or Decimal(1)
        recheck = self._days(entry, required=False)
        values = [self._rate_value(fields, per) for fields in self._values(entry)]
        values = [value for value in values if value]
        entry.finish()
        self._check_days(entry, [(value.since, value.regions, value.line) for value in values])
        if len({value.regions == (GLOBAL,) for value in values}) > 1:
            entry.wrong("some values are global and some name regions: a price is the one or the other")
        return Rate(entry.where, str(label), unit or "", tuple(sorted(values, key=lambda value: value.since)), recheck or self.recheck_days, entry.line or 0)

    def _values(self, entry: Fields) -> Iterator[Fields]:
        for item in entry.items("values"):
            fields = Fields(item, self.file, entry.where, self.problems)
            yield fields

    def _rate_value(self, fields: Fields, per: Decimal) -> RateValue | None:
        since, regions = fields.day("from"), self._regions_of(fields)
        per = fields.number("per", required=False, above=True) or per
        tiers, free = self._price_of(fields)
        provenance = self._provenance(fields)
        fields.finish()
        if since is None or provenance is None:
            return None
        return RateValue(since, regions, per, tiers, free, provenance, fields.line or 0)

    def _regions_of(self, fields: Fields) -> tuple[str, ...]:
        if not fields.has("regions"):
            fields.get("regions")
            return ()
        value = fields.mapping["regions"]
        if value == GLOBAL:
            return (GLOBAL,)
        names = [name for name in fields.items("regions") if self._is_word(fields, "regions", name)]
        for region in names:
            if region not in self.regions:
                fields.wrong(regions.not_declared(region, self.regions), region)
        if len(set(names)) < len(names):
            fields.wrong("a region is named twice", value)
        return tuple(str(region) for region in names)

    def _is_word(self, fields: Fields, key: str, item: object) -> bool:
        if isinstance(item, lines.Text):
            return True
        fields.wrong(f"`{key}` is a list of names, and {lines.show(item)} is none: write [one, two]", item)
        return False

    def _price_of(self, fields: Fields) -> tuple[tuple[Tier, ...], bool]:
        """The tiers of a value, and whether the file says that it is free."""
        if fields.has("tiers"):
            if fields.has("price"):
                fields.wrong("has both `price` and `tiers`: keep one")
            return tuple(self._tiers(fields)), False
        price = fields.get("price")
        if price is None:
            return (), False
        if isinstance(price, lines.Text):
            if price.null and price:  # written out: an empty field may be a slip
                return (), False
            if price == "free":
                return (Tier(None, Decimal(0)),), True
        return (Tier(None, self._price(fields, price)),), False

    def _price(self, fields: Fields, price: object, *, in_tier: bool = False) -> Decimal | None:
        others, nothing = " or `unknown`" if in_tier else ", `free` or null", "`unknown`" if in_tier else "`free` if it costs nothing, null"
        parsed = lines.number(price) if isinstance(price, lines.Text) else None
        if parsed is None:
            fields.wrong(f"the price must be a plain positive decimal such as 0.0000166667{others}, not {lines.show(price)}", price)
        elif parsed == 0:
            fields.wrong(f"the price is 0: write {nothing} if it is not known", price)
        return parsed

    def _tiers(self, fields: Fields) -> Iterator[Tier]:
        items = fields.items("tiers")
        previous = Decimal(0)
        for position, item in enumerate(items, 1):
            tier = Fields(item, self.file, f"{fields.where} tier {position}", self.problems)
            up_to = tier.number("up_to", required=False, above=True)
            price = tier.get("price")
            tier.finish()
            last = position == len(items)
            if last and tier.has("up_to"):
                tier.wrong("the last tier must be open: leave its `up_to` out")
            if not last and not tier.has("up_to"):
                tier.wrong("only the last tier may be open: give this one an `up_to`")
            if up_to is not None:
                if up_to <= previous:
                    tier.wrong(f"tiers must rise: {up_to} does not come after {previous}", tier.mapping["up_to"])
                previous = up_to
            if price is not None:
                yield Tier(up_to, None if price == "unknown" else self._price(tier, price, in_tier=True))

    def _provenance(self, fields: Fields) -> Provenance | None:
        key, verified = fields.text("source"), fields.day("verified")
        evidence = fields.text("evidence")
        confidence = fields.choice("confidence", ["high", "medium"])
        read_in, note, confirmed = (fields.text(key, required=False) for key in ("read_in", "note", "confirmed"))
        if key and key not in self.sources:
            fields.wrong(f"the source {lines.show(key)} is not declared under `sources`{lines.suggestion(key, self.sources)}", key)
            return None
        if verified and verified > self.today:
            fields.wrong(f"`verified` {verified} is in the future: write the day on which the source was read", fields.mapping["verified"])
        if key is None or verified is None:
            return None
        return Provenance(self.sources[key], verified, str(evidence), str(confidence), str(read_in or ""), str(note or ""), str(confirmed or ""))

    def _check_days(self, entry: Fields, days: list[tuple[date, tuple[str, ...], int]]) -> None:
        """The values of one Region stand oldest first, and no two begin on the same day; Regions may be mixed in any order."""
        newest: dict[str, date] = {}
        for since, places, line in days:
            late = [place for place in places if since < newest.get(place, date.min)]
            same = [place for place in places if since == newest.get(place)]
            if late:
                where = "" if late[0] in (GLOBAL, EVERYWHERE) else f" for {late[0]}"
                entry.wrong(f"dates are out of order{where}: {since} stands after {newest[late[0]]}; the oldest value comes first", line)
            for place in same:
                entry.wrong(f"two values begin on {since} for {place}: keep one", line)
            newest |= {place: max(since, newest.get(place, date.min)) for place in places}

    def _dated_values(self, entry: Fields, read) -> tuple[Value, ...]:
        values = []
        for fields in self._values(entry):
            since, content, provenance = fields.day("from"), read(fields), self._provenance(fields)
            fields.finish()
            if since and provenance:
                values.append(Value(since=since, provenance=provenance, line=fields.line or 0, **content))
        entry.finish()
        self._check_days(entry, [(value.since, (EVERYWHERE,), value.line) for value in values])
        return tuple(values)

    def _allowance(self, entry: Fields, rates: dict[str, Rate], covered: dict[str, str]) -> Dated:
        """A free tier; `covered` says which dimensions the ones before it cover, and learns of this one's."""
        label, unit = entry.text("label"), entry.choice("unit", UNITS)
        pooled_over = entry.choice("pooled_over", POOLS)
        covers = [name for name in entry.items("covers") if self._is_word(entry, "covers", name)]
        for dimension in covers:
            if dimension not in rates:
                near = lines.suggestion(str(dimension), rates)
                entry.wrong(f"covers {lines.show(dimension)}, which is not declared under `rates`{near}", dimension)
            elif unit and rates[dimension].unit != unit:
                entry.wrong(f"covers {dimension}, which is metered in {rates[dimension].unit}, not in {unit}: unlike units", dimension)
            if other := covered.get(dimension):
                entry.wrong(f"covers {dimension}, as the free tier {other} does already: a dimension has one free tier", dimension)
            covered[str(dimension)] = entry.where

        def read(fields: Fields) -> dict:
            return {"amount": self._amount(fields, "amount"), "pooled_over": fields.choice("pooled_over", POOLS, required=False) or ""}

        values = self._dated_values(entry, read)
        return Dated(entry.where, str(label), unit or "", values, entry.line or 0, tuple(map(str, covers)), str(pooled_over))

    def _amount(self, fields: Fields, key: str) -> Decimal | None:
        """A plain decimal, or null where the value ends."""
        value = fields.get(key)
        if isinstance(value, lines.Text) and value.null:
            if value == "":  # an empty field may be a slip
                fields.wrong(f"`{key}` is empty: write a number, or null if the allowance has ended", fields.line)
            return None
        return fields.number(key, required=False)

    def _rule(self, entry: Fields) -> Dated:
        label, unit = entry.text("label"), entry.choice("unit", dict.fromkeys(UNITS + LIMIT_UNITS))

        def read(fields: Fields) -> dict:
            if unit == "yes/no":
                answer = fields.choice("value", ["yes", "no"])
                return {"amount": None, "yes": answer == "yes"}
            return {"amount": fields.number("value", above=True)}

        values = self._dated_values(entry, read)
        return Dated(entry.where, str(label), unit or "", values, entry.line or 0)

    def _quota(self, entry: Fields) -> Dated:
        label, unit = entry.text("label"), entry.choice("unit", dict.fromkeys(UNITS + LIMIT_UNITS))

        def read(fields: Fields) -> dict:
            most, least = fields.number("max", above=True), fields.number("min", required=False)
            step = fields.number("step", required=False, above=True)
            if most is not None and least is not None and least > most:
                fields.wrong(f"`min` {least} is above `max` {most}", fields.mapping["min"])
            return {"amount": most, "least": least, "step": step}

        values = self._dated_values(entry, read)
        return Dated(entry.where, str(label), unit or "", values, entry.line or 0)
