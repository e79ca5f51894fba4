"""What an author can type: the macros and filters of the pages. Documented in docs/contributing/authors.md."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from . import browser, formatting, freshness, lines, metering, placement, rates, rating, receipts, reference, replay, templates, workload
from .figures import Figure, Known, Measure, Month, Price, Ratio, Unavailable
from .markup import escaped

HOME_REGION = "us-east-1"
MOST_PLACES = 20
BOUNDS = ("max", "min", "step")  # of a quota


class Mistake(Exception):
    """An author typed something that cannot be computed. The text is one line; `line` is where, if that is known."""

    def __init__(self, message: str, line: int | None = None):
        super().__init__(message)
        self.line = line


def _may_be_missing(macro):
    """A macro whose figure may not have existed yet on the day the site is built as of.

    In a build of today's site a missing price is a mistake and stops the build. In a build as of an earlier day (AS_OF) what did
    not exist then is shown as not available, never as a price. A day that the page names itself is its author's to get right.
    """

    @functools.wraps(macro)
    def wrapped(self, *args, on=None, **kwargs):
        try:
            return macro(self, *args, on=on, **kwargs)
        except (rates.NotInForce, workload.BeyondQuota):
            if not self.is_past or self._day(on) != self.day:
                raise
            return Unavailable(f"not available on {formatting.day(self.day)}", self._unavailable)

    return wrapped


def _passes_unavailable(filter_):
    """A filter that leaves alone what is not available."""

    @functools.wraps(filter_)
    def wrapped(self, value, *args, **kwargs):
        if isinstance(value, Unavailable):
            return value if kwargs.get("receipt", True) is True else value.text
        return filter_(self, value, *args, **kwargs)

    return wrapped


@dataclass
class _Row:
    """The figures of the current row of a table that leave their receipt to a later figure, with their lines."""

    number: int = 0
    waiting: list[tuple[str, int | None]] = field(default_factory=list)

    def waits(self, text: str) -> str:
        self.waiting.append((text, templates.current_line()))
        return f"waits {self.number}"

    def opened(self) -> str:
        if not self.waiting:
            return ""
        self.waiting, self.number = [], self.number + 1
        return f"opens {self.number - 1}"


class Pages:
    """The names that pages use, over one rate book. `on` without a value is the day the site is built as of.

    `is_past`: the site is built as of an earlier day than it is.
    """

    def __init__(self, book: rates.RateBook, as_of: date, docs: Path, current_page, *, is_past: bool = False):
        self.book, self.day, self.docs, self.is_past = book, as_of, docs, is_past
        self._current_page = current_page  # () -> (key of the page that is being rendered, path to the site's root)
        self._receipts: dict[str, receipts.Page] = {}
        self._looks: dict[str, set[freshness.Look]] = {}
        self._rows: dict[str, _Row] = {}

    # -- macros ---------------------------------------------------------------------------------------------------------------

    @_may_be_missing
    def price(self, dimension: str, *, on=None, region: str = HOME_REGION, tier: int = 1, unit: bool = False) -> Price:
        """The price of a dimension in the vendor's own unit; `unit=True` says per what."""
        card = self._card(on, region)
        if not isinstance(dimension, str):
            raise Mistake(f"price names a price dimension in quotation marks, such as 'lambda.requests', not {dimension}")
        rate, value = card.rate(dimension), card.price(dimension)
        if type(tier) is not int or not 1 <= tier <= len(value.tiers):
            raise Mistake(f"{dimension} has {len(value.tiers)} tier(s) on {card.on}, not {tier}")
        chosen = value.tiers[tier - 1]
        if chosen.price is None:
            raise rates.NoRate(f"{dimension}: no source gives the price of tier {tier} in {region} on {card.on}")
        return Price(Fraction(chosen.price) / Fraction(value.per), self.print, rate, value, chosen, region, unit)

    @_may_be_missing
    def bill(self, work, *, on=None, region: str = HOME_REGION, free_tier: bool = True, events=None, **changes) -> Month:
        """The bill of a workload: the name of a file in docs/workloads, or a mapping written in the page."""
        if isinstance(work, str):
            loaded = workload.load(self._inside("workloads", f"{work}.yml"), name=f"docs/workloads/{work}.yml")
        else:
            loaded = workload.read(work, name="a workload written in this page")
        loaded = loaded.changed(events=events, **changes)
        card = self._card(on, region)
        bill = rating.rate(metering.meter(loaded, card), card, free_tier=free_tier)
        return Month(loaded.title, Fraction(loaded.events), bill, self.print)

    @_may_be_missing
    def free_tier(self, name: str, *, on=None) -> Known:
        """A monthly allowance, with its unit."""
        return self._known("free_tiers", "free_tier", name, on)

    @_may_be_missing
    def rule(self, name: str, *, on=None) -> Known:
        """A billing rule that is a number, with its unit."""
        known = self._card(on, HOME_REGION).rule(name)
        if known.amount is None:
            raise Mistake(f"the rule {name} is a yes or a no: ask for it with rule_holds")
        return self._known("rules", "rule", name, on)

    @_may_be_missing
    def rule_holds(self, name: str, *, on=None) -> bool:
        """Whether a billing rule that is a yes or a no was a yes on that day; for {% if %}."""
        return bool(self._card(on, HOME_REGION).rule(name).yes)

    @_may_be_missing
    def quota(self, name: str, *, on=None, bound: str = "max") -> Known:
        """A limit, with its unit: the most, or with bound="min" the least."""
        card = self._card(on, HOME_REGION)
        value = card.quota(name)
        amount = _bound(value, bound)
        if amount is None:
            has = ", ".join(name for name in BOUNDS if _bound(value, name) is not None)
            message = f"the quota {name} has no bound '{bound}' on {card.on}: it has {has}"
            known_later = any(_bound(other, bound) is not None for other in self.book.quotas[name].values)
            raise rates.NotInForce(message) if known_later else Mistake(message)
        return Known(Fraction(amount), self.print, "quotas", self.book.quotas[name], value, self.book.recheck_days)

    @_may_be_missing
    def verified(self, dimension: str, *, on=None, region: str = HOME_REGION) -> date:
        """The day on which someone last checked a price."""
        return self._card(on, region).price(dimension).provenance.verified

    def as_of(self) -> date:
        """The day whose rates the pages use."""
        return self.day

    def quoted(self, text: str, *, by: str = "") -> str:
        """Someone else's figure, marked as a quotation: it is not computed here, and may be wrong."""
        title = f' title="as {escaped(by)} has it"' if by else ""
        return f'<q class="quoted"{title}>{escaped(text)}</q>'

    def measured(self, name: str) -> lines.Mapping:
        """Measured numbers: the content of a data file under docs/, every value as the text that stands there."""
        problems: list[lines.Problem] = []
        content = lines.read(self._inside("", name), f"docs/{name}", problems)
        if problems:
            raise Mistake(str(problems[0]))
        return content

    @_may_be_missing
    def function_in_page(self, example: str, *, on=None) -> str:
        """A function of docs/examples that the reader can run in the page; without JavaScript its code and recorded result."""
        try:
            return browser.function_in_page(self._inside("examples", example), self._card(on, HOME_REGION))
        except browser.NoExample as error:
            raise Mistake(str(error)) from None

    def reference(self, service: str) -> str:
        """The reference of one service, generated from the rates file."""
        if service not in reference.SERVICES:
            raise Mistake(f"there is no service '{service}'{lines.suggestion(service, reference.SERVICES)}")
        return reference.page(self.book, service, self.day)

    def quota_reference(self, *names: str) -> str:
        """Quotas, then and now: those that are named, or all."""
        for name in names:
            if name not in self.book.quotas:
                raise Mistake(f"there is no quota '{name}'{lines.suggestion(name, self.book.quotas)}")
        return reference.quotas(self.book, names or self.book.quotas, self.day)

    def change_list(self, *, since=None) -> str:
        """Every dated change in the rates file (since a day), newest first."""
        return reference.changes(self.book, self.day, self._day(since) if since else date.min)

    def replay(self, work, *days: str, free_tier: bool = True, **changes) -> str:
        """A workload billed on several days (the last one: the day of the build): a chart, a table, and what moved the total."""
        earlier = [day for day in map(self._day, days) if day < self.day]
        billed = [self.bill(work, on=day, free_tier=free_tier, **changes) for day in [*earlier, self.day]]
        months = [month for month in billed if isinstance(month, Month)]
        if not months:
            return str(billed[-1])
        chart = replay.chart(months, "chart-replay", self.day)
        return f"{chart}\n\n{replay.table(months, self.print, 'What moved it')}"

    # -- filters --------------------------------------------------------------------------------------------------------------

    @_passes_unavailable
    def usd(self, value, places: int | None = None, *, receipt: bool | str = True) -> str:
        """Money: two decimals, four digits that count below a cent, or as many places as asked for."""
        figure = self._figure(value, "usd")
        if isinstance(figure, (Ratio, Measure)):
            raise Mistake("usd prints money; this is a ratio or a quantity: use times, percent or quantity")
        if isinstance(figure, Price):
            return self._show(figure, self._text(figure), receipt)
        return self._show(figure, formatting.usd(figure.value, None if places is None else _places(places)), receipt)

    @_passes_unavailable
    def quantity(self, value, *, unit: bool = False, receipt: bool | str = True) -> str:
        """A number with its thousands set apart; `unit=True` adds the unit of a metered quantity, a limit or an allowance."""
        if not isinstance(value, Figure):
            return formatting.quantity(_plain_number(value))
        text = self._text(value) if unit and isinstance(value, Measure | Known) else formatting.quantity(value.value)
        return self._show(value, text, receipt)

    @_passes_unavailable
    def percent(self, value, places: int = 0, *, receipt: bool | str = True) -> str:
        """A share: 74 %."""
        places = _places(places)
        if not isinstance(value, Figure):
            return formatting.percent(_plain_number(value), places)
        return self._show(value, formatting.percent(value.value, places), receipt)

    @_passes_unavailable
    def times(self, value, places: int = 1, *, receipt: bool | str = True) -> str:
        """A ratio: 9.5 times."""
        places = _places(places)
        if not isinstance(value, Figure):
            return formatting.times(_plain_number(value), places)
        return self._show(value, formatting.times(value.value, places), receipt)

    @_passes_unavailable
    def table(self, month: Month) -> str:
        """A bill as a till receipt."""
        if not isinstance(month, Month):
            raise Mistake("table prints a bill: {{ bill(...) | table }}")
        self._note(month.total)
        return placement.mark(receipts.bill_table(month, self._page()), self._row().opened())

    @_passes_unavailable
    def date(self, value) -> str:
        """A day: 7 February 2015."""
        return formatting.day(self._day(value))

    # -- how they are made ----------------------------------------------------------------------------------------------------

    def _inside(self, folder: str, name: str) -> Path:
        """A file under docs/. What stands elsewhere on an author's machine does not belong on a page."""
        within = (self.docs / folder).resolve()
        path = within / str(name)
        if not path.resolve().is_relative_to(within):
            raise Mistake(f"'{name}' leads out of {Path('docs', folder).as_posix()}/: name a file in it")
        return path

    def _day(self, value) -> date:
        if value is None:
            return self.day
        if isinstance(value, date):
            return value
        parsed = lines.day(str(value))
        if parsed is None:
            raise Mistake(f"'{value}' is not a date: write it as \"2015-02-07\"")
        return parsed

    def _card(self, on, region: str) -> rates.RateCard:
        return self.book.card(on=self._day(on), region=region)

    def _known(self, section: str, ask: str, name: str, on) -> Known:
        value = getattr(self._card(on, HOME_REGION), ask)(name)
        return Known(Fraction(value.amount), self.print, section, getattr(self.book, section)[name], value, self.book.recheck_days)

    def _figure(self, value, name: str) -> Figure:
        if not isinstance(value, Figure):
            raise Mistake(f"{name} prints figures that were computed, not '{value}': a sum typed by hand has no receipt")
        return value

    def _page(self) -> receipts.Page:
        key, root = self._current_page()
        return self._receipts.setdefault(key, receipts.Page(root, day=None if self.is_past else self.day, due=self._due))

    def _text(self, figure: Figure) -> str:
        """A figure as text when no filter was named."""
        if isinstance(figure, Price):
            text = "free" if figure.in_force.free else formatting.price(figure.tier.price)
            return f"{text} {formatting.unit(figure.rate.unit, figure.in_force.per)}" if figure.with_unit else text
        if isinstance(figure, Known):
            return formatting.measure(figure.value, figure.dated.unit)
        if isinstance(figure, Measure):
            return formatting.measure(figure.value, figure.unit)
        if isinstance(figure, Ratio):
            return formatting.times(figure.value)
        return formatting.usd(figure.value)

    def print(self, figure: Figure) -> str:
        return self._show(figure, self._text(figure), True)

    def freshness(self) -> str:
        """When the rates behind the figures of the current page were last checked, as HTML; empty where it has none so far."""
        key, root = self._current_page()
        found = self._looks.get(key)
        return freshness.summary(found, root, None if self.is_past else self.day) if found else ""

    def _note(self, figure: Figure) -> set[freshness.Look]:
        """Remembers, for the foot of the page, the checks that a figure rests on."""
        found = set(freshness.looks(figure, self.day))
        self._looks.setdefault(self._current_page()[0], set()).update(found)
        return found

    def _due(self, figure: Figure) -> date | None:
        return freshness.due(freshness.looks(figure, self.day))

    def _show(self, figure: Figure, text: str, receipt: bool | str) -> str:
        due = freshness.due(self._note(figure))
        page, row = self._page(), self._row()
        if receipt is True:
            return placement.mark(page.figure(text, receipts.content(figure, text, page), figure.value, due), row.opened())
        if receipt == "row":
            page.waiting.append(receipts.content(figure, text, page))
            return placement.mark(page.plain(text, figure.value, due), row.waits(text))
        if receipt is not False:
            raise Mistake(f'receipt is True, False or "row", not {receipt!r}')
        return placement.mark(page.plain(text, figure.value, due))

    def _unavailable(self, text: str) -> str:
        """As text; but what waits for a figure that opens its receipt must not wait for one in another row."""
        page = self._page()
        return placement.mark(page.figure(text, "", None), self._row().opened()) if page.waiting else text

    def _row(self) -> _Row:
        return self._rows.setdefault(self._current_page()[0], _Row())

    def finish_page(self) -> None:
        """Raises Mistake if figures of the page are still without their receipt."""
        if waiting := self._row().waiting:
            text, line = waiting[0]
            raise Mistake(placement.waits(text), line)


MACROS = (
    "price", "bill", "free_tier", "rule", "rule_holds", "quota", "verified", "as_of", "quoted", "reference", "quota_reference",
    "change_list", "replay", "measured", "function_in_page",
)  # fmt: skip
# Those that print several paragraphs, and whether they may stand within a list or a quotation.
_BLOCKS = {"reference": False, "quota_reference": False, "change_list": False, "function_in_page": False, "replay": True}
FILTERS = ("usd", "quantity", "percent", "times", "table", "date")


def _bound(value: rates.Value, name: str) -> Decimal | None:
    return {"max": value.amount, "min": value.least, "step": value.step}.get(name)


def _places(value: object) -> int:
    """Decimal places as a page asks for them. Fewer than none would round dollars away without a word."""
    if type(value) is not int or not 0 <= value <= MOST_PLACES:
        raise Mistake(f"`places` is a whole number from 0 to {MOST_PLACES}, not {value}")
    return value


def _plain_number(value) -> Fraction:
    try:
        return Fraction(value) if isinstance(value, (int, Decimal, Fraction)) else Fraction(str(value))
    except ValueError:
        raise Mistake(f"'{value}' is not a number") from None


def as_of(environment=os.environ) -> date:
    """The day the site is built as of: AS_OF=2016-01-23 in the environment, else today. Raises Mistake for what is no date."""
    text = environment.get("AS_OF", "")
    day = lines.day(text) if text else date.today()
    if day is None:
        raise Mistake(f"AS_OF={text} is not a date: write it as 2016-01-23")
    return day


def macros_of(site: Pages) -> dict[str, Callable[..., object]]:
    """The macros, as Jinja calls them."""
    return {name: templates.block(getattr(site, name), anywhere=_BLOCKS[name]) if name in _BLOCKS else getattr(site, name) for name in MACROS}


def filters_of(site: Pages) -> dict[str, Callable[..., object]]:
    """The filters, as Jinja calls them."""
    return {name: getattr(site, name) for name in FILTERS}
