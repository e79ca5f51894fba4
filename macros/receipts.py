"""A figure with its receipt -> HTML.

A receipt is a popover: it opens by mouse and by keyboard without a script. It is phrasing content on one line, so that it may
stand in a paragraph, a heading or a table cell and Markdown leaves it alone. The outer element is <samp> and holds only spans
and links: Material's search index ends an exclusion at the first closing tag of the same name. Since it cannot hold a <ul>, roles
make its rows the items of a list, so that a screen reader steps through them; its titles name it.
The numbers printed on a receipt, multiplied and added as printed, give the printed result within its last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from html import escape

from . import formatting
from .changes import place
from .figures import Difference, Figure, Known, Measure, Money, Month, Price, Ratio
from .markup import escaped
from .metering import Usage
from .rates import GLOBAL, Provenance
from .rating import Bill, LineItem, TierCharge

_TIMES, _DIVIDED, _MINUS = " × ", " ÷ ", "−"


class Page:
    """The receipts of one page. Equal receipts are printed once; every figure that has one opens it.

    `root`: from this page to the site's root, "../". `day`: the day of the build, from which a figure counts as overdue; None in a
    build as of an earlier day, where nothing does. `due`: the day after which a rate behind a figure needs another check, if any.
    """

    def __init__(self, root: str = "", *, day: date | None = None, due: Callable[[Figure], date | None] = lambda _figure: None):
        self.root, self.day, self.due = root, day, due
        self._ids: dict[str, str] = {}
        self._made: list[str] = []  # receipts that are not yet on the page
        self.waiting: list[str] = []  # contents that go onto the receipt of the next figure

    def figure(self, text: str, content: str, value: Fraction | None, due: date | None = None) -> str:
        """A figure that can be opened, followed by its receipt, with all that waits for it, and by those that its receipt names."""
        button = self.button(text, "".join(self.waiting) + content, value, due)
        made, self._made, self.waiting = "".join(self._made), [], []
        return button + made

    def button(self, text: str, content: str, value: Fraction | None, due: date | None = None) -> str:
        """A figure within a receipt: receipts do not stand in one another, so its own follows with the next `figure`."""
        if content not in self._ids:
            name = self._ids[content] = f"receipt-{len(self._ids) + 1}"
            titled, named = _with_titles(name, content)
            self._made.append(f'<samp class="receipt" id="{name}" popover role="group"{named} data-search-exclude>{titled}</samp>')
        number = "" if value is None else f' value="{escape(formatting.exact(value))}"'
        return f'<button type="button" class="figure" popovertarget="{self._ids[content]}"{number}{self._due(due)}>{text}</button>'

    def plain(self, text: str, value: Fraction, due: date | None = None) -> str:
        """A figure that opens nothing, for a cell beside one that does."""
        return f'<data class="figure" value="{escape(formatting.exact(value))}"{self._due(due)}>{text}</data>'

    def _due(self, due: date | None) -> str:
        """The attributes that docs/assets/js/freshness.mjs reads and sets."""
        if not (due and self.day):
            return ""
        return f' data-due="{due.isoformat()}"{" data-overdue" if due < self.day else ""}'


_TITLE = '<span class="receipt__title"'


def _with_titles(name: str, content: str) -> tuple[str, str]:
    """The content with an id at each title, and the attribute that names the receipt after them: a row's receipt has several."""
    first, *others = content.split(_TITLE)
    ids = [f"{name}-title" if number == 1 else f"{name}-title-{number}" for number in range(1, len(others) + 1)]
    marked = "".join(f'{_TITLE} id="{id_}"{rest}' for id_, rest in zip(ids, others, strict=True))
    return first + marked, f' aria-labelledby="{" ".join(ids)}"' if ids else ' aria-label="Receipt"'


def content(figure: Figure, text: str, page: Page) -> str:
    """What the receipt of a figure says; `text` is the figure as printed."""
    if isinstance(figure, Money):
        return _bill_receipt(figure, text, page)
    if isinstance(figure, Ratio):
        return _title("How this ratio comes about") + _two(figure.over, figure.under, _DIVIDED, text, page)
    if isinstance(figure, Difference):
        return _title("How this difference comes about") + _two(figure.first, figure.second, f" {_MINUS} ", text, page)
    if isinstance(figure, Measure):
        return _measure_receipt(figure, text)
    if isinstance(figure, Price):
        return _title(figure.rate.label) + _list("rows", _rate(figure, page) + _total("Price", text))
    assert isinstance(figure, Known)
    return _title(figure.dated.label) + _list("rows", _known(figure, page) + _total("Value", text))


def _span(kind: str, text: str, role: str = "") -> str:
    attributes = f' role="{role}"' if role else ""
    return f'<span class="receipt__{kind}"{attributes}>{text}</span>'


def _list(kind: str, items: str) -> str:
    return _span(kind, items, "list")


def _entry(kind: str, text: str) -> str:
    return _span(kind, text, "listitem")


def _title(text: str, where: str = "") -> str:
    return _span("title", escaped(text)) + (_span("where", escaped(where)) if where else "")


def _row(what: str, amount: str, kind: str = "line") -> str:
    """A line with its amount; the space between keeps them apart where there is no style sheet."""
    modifier = "line receipt__line--free" if kind == "free" else kind
    return _entry(modifier, f"{_span('sum', what)} {_span('amount', amount)}")


def _total(label: str, text: str) -> str:
    return _row(escaped(label), text, "total")


def _bill_receipt(figure: Money, text: str, page: Page) -> str:
    bill = figure.bill
    body = "".join(_item(line) for line in bill.lines)
    if figure.events is not None:
        month, events = _sides(Money(bill.total, figure.printer, bill, figure.title), figure.events, _DIVIDED, text)
        foot = _row("Month", month, "subtotal") + _row(f"One event: {month}{_DIVIDED}{events} events", text, "total")
    else:
        usual = formatting.usd_exact(bill.total)
        month = text if len(text) > len(usual) else usual  # a sum that needs more digits has asked for them
        foot = _total("Total", month) + (_row("Rounded", text, "rounded") if text != month else "")
    return _title(figure.title, _where(bill)) + _list("rows", body + foot) + _rates_of(bill, page)


def _item(line: LineItem) -> str:
    """One dimension: what was used, what of it is free, and each tier as quantity x price."""
    rows = [_entry("item", escaped(line.rate.label))]
    rows += [_usage(usage, line.unit) for usage in line.usages if len(usage.factors) > 1 or len(line.usages) > 1]
    if len(line.usages) > 1:
        rows.append(_row("used in all", formatting.measure(line.quantity, line.unit)))
    if line.allowance and line.allowance.quantity:
        whole = formatting.allowance(line.allowance, line.unit)
        rows.append(_row(f"free tier ({whole})", f"{_MINUS}{formatting.measure(line.allowance.quantity, line.unit)}", "free"))
    rows += [_charge(tier, line) for tier in line.tiers]
    return "".join(rows)


def _usage(usage: Usage, unit: str) -> str:
    sum_ = _product(usage)
    note = f" ({escaped(usage.note)})" if usage.note else ""
    return _row(f"{sum_}{note}", f"= {formatting.measure(usage.quantity, unit)}", "line")


def _product(usage: Usage) -> str:
    parts = []
    for factor in usage.factors:
        sign = "" if not parts else _DIVIDED if factor.divide else _TIMES
        parts.append(f"{sign}{formatting.quantity(factor.value, 12)} {escaped(factor.unit)}")
    return "".join(parts)


def _charge(tier: TierCharge, line: LineItem) -> str:
    amount = formatting.usd_exact(tier.cost)
    quantity = formatting.measure(tier.quantity, line.unit)
    if line.value.free:
        return _row(f"{quantity}{_TIMES}free", amount)
    per = f"{_DIVIDED}{formatting.quantity(tier.per)}" if tier.per != 1 else ""
    return _row(f"{quantity}{_TIMES}{formatting.price(tier.price)}{per}", amount)


def _measure_receipt(figure: Measure, text: str) -> str:
    rows = [_usage(usage, figure.unit) for usage in figure.usages]
    if figure.free:
        rows.append(_row("free tier", f"{_MINUS}{formatting.measure(figure.free, figure.unit)}", "free"))
    return _title("What was metered") + _list("rows", "".join(rows) + _total(f"Quantity in {formatting.plural(figure.unit)}", text))


def _two(first: object, second: object, sign: str, text: str, page: Page) -> str:
    """Two figures and the sum that joins them; each opens its own receipt from within this one."""
    sides = _sides(first, second, sign, text)
    pairs = zip((first, second), sides, strict=True)
    named = "".join(_row(_name(side), _open(side, shown, page)) for side, shown in pairs if isinstance(side, Figure))
    return _list("rows", named + _row(sign.join(sides), text, "total"))


def _open(side: Figure, text: str, page: Page) -> str:
    return page.button(text, content(side, text, page), side.value, page.due(side))


def _name(side: Figure) -> str:
    """What a side of a sum is called."""
    if isinstance(side, Money):
        return escaped(f"{side.title}, {_where(side.bill)}{', one event' if side.events is not None else ''}")
    if isinstance(side, Price):
        return escaped(side.rate.label)
    if isinstance(side, Known):
        return escaped(f"{side.dated.label}, from {formatting.day(side.in_force.since)}")
    if isinstance(side, Measure):
        return f"metered, in {formatting.plural(side.unit)}"
    return "interim result"


def _sides(first: object, second: object, sign: str, text: str) -> tuple[str, str]:
    """Both sides with as many digits as it takes for the sum of what is printed to give the printed result."""
    for places in (None, 9, 12, 16, 24):
        sides = _side(first, places), _side(second, places)
        numbers = [Fraction(side.replace(",", "").replace("$", "")) for side in sides]
        if sign == _DIVIDED and not numbers[1]:
            continue
        got = numbers[0] / numbers[1] if sign == _DIVIDED else numbers[0] - numbers[1]
        if abs(got - _exact(first, second, sign)) <= _half_a_digit(text):
            break
    return sides


def _value(side: object) -> Fraction:
    return side.value if isinstance(side, Figure) else Fraction(str(side))


def _exact(first: object, second: object, sign: str) -> Fraction:
    one, other = _value(first), _value(second)
    return one / other if sign == _DIVIDED else one - other


def _half_a_digit(text: str) -> Fraction:
    """Half a unit in the last place of a printed number; of a percentage, of the share it stands for."""
    digits = "".join(character for character in text if character.isdigit() or character == ".")
    return Fraction(1, 2 * 10 ** len(digits.partition(".")[2]) * (100 if "%" in text else 1))


def _where(bill: Bill) -> str:
    free = "free tier applied" if bill.free_tier else "free tier not applied"
    return f"{bill.card.book.regions[bill.card.region]}, rates of {formatting.day(bill.card.on)}, {free}"


def _side(side: object, places: int | None) -> str:
    """A side of a sum as text; `places` None: as many as usual."""
    if isinstance(side, Money):
        return formatting.usd_exact(side.value, places)
    if isinstance(side, Price):
        return formatting.usd_exact(side.value, 24)  # of one unit, whatever the vendor prices it by
    return formatting.quantity(_value(side), places or 6)


def _rates_of(bill: Bill, page: Page) -> str:
    return _list("rates", "".join(_rate_lines(bill, page).values()))


def _rate_lines(bill: Bill, page: Page) -> dict[str, str]:
    card = bill.card
    return {
        line.dimension: _rate_line(
            line.dimension,
            _prices(line),
            GLOBAL if line.rate.is_global else card.region,
            line.value.since,
            line.value.provenance,
            page,
        )
        for line in bill.lines
    }


def _prices(line: LineItem) -> str:
    if line.value.free:
        return "free"
    prices = ", ".join(formatting.price(tier.price) for tier in line.tiers)
    return f"{prices} {formatting.unit(line.unit, line.value.per)}"


def _rate(figure: Price, page: Page) -> str:
    free = figure.in_force.free
    price = "free" if free else f"{formatting.price(figure.tier.price)} {formatting.unit(figure.rate.unit, figure.in_force.per)}"
    region = GLOBAL if figure.rate.is_global else figure.region
    return _rate_line(figure.rate.dimension, price, region, figure.in_force.since, figure.in_force.provenance, page)


def _rate_line(name: str, price: str, region: str, since, provenance: Provenance, page: Page) -> str:
    """Name, price with unit, region, in force since, verified on, source, where the reference has it, and what is doubtful about it."""
    where = "everywhere" if region == GLOBAL else region
    told = f"{price}, {where}, in force since {formatting.day(since)}, {_provenance(provenance)}, {_reference('rates', name, page)}"
    return _entry("rate", f"{_span('name', escape(name))} {told}{_doubt(provenance)}")


def _known(figure: Known, page: Page) -> str:
    since = formatting.day(figure.in_force.since)
    name, section = figure.dated.name, figure.section
    told = f"in force since {since}, {_provenance(figure.provenance)}, {_reference(section, name, page)}"
    return _entry("rate", f"{_span('name', escape(name))} {told}{_doubt(figure.provenance)}")


def _reference(section: str, name: str, page: Page) -> str:
    """A link to the row of the rate itself."""
    return f'<a href="{page.root}{place(section, name)}">in the reference</a>'


def _provenance(provenance: Provenance) -> str:
    source = f'<a href="{escape(provenance.source.url)}">{escaped(provenance.source.title)}</a>'
    return f"verified on {formatting.day(provenance.verified)}: {source}"


def _doubt(provenance: Provenance) -> str:
    """Why a reader should be wary of a value, with what the file says about it."""
    doubt = provenance.doubt
    if not doubt:
        return ""
    told = provenance.note if provenance.note.lower().startswith(doubt) else f"{doubt.capitalize()}. {provenance.note}".strip()
    return " " + _span("note", escaped(told))


def bill_table(month: Month, page: Page) -> str:
    """A bill as a table, set like a till receipt; its total opens the receipt with the rates."""
    rows = "".join(_table_rows(month.bill.lines, page))
    total = page.figure(*_total_figure(month, page))
    card = month.bill.card
    where = escaped(f"{card.book.regions[card.region]}, rates of {formatting.day(card.on)}")
    caption = f'<span class="bill__title">{escaped(month.title)}</span> <span class="bill__where">{where}</span>'
    # Cells with a space between: the search index takes the text as it stands.
    head = '<th scope="col">What</th> <th scope="col" class="num">Quantity</th> <th scope="col" class="num">Price</th> <th scope="col" class="num">Cost</th>'
    return (
        f'<table class="bill"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        f'<tfoot><tr><th scope="row" colspan="3">Total</th> <td class="num">{total}</td></tr></tfoot></table>'
    )


def _total_figure(month: Month, page: Page) -> tuple[str, str, Fraction, date | None]:
    money = month.total
    text = formatting.usd(money.value)
    return text, content(money, text, page), money.value, page.due(money)


def _table_rows(items: Iterable[LineItem], page: Page) -> Iterable[str]:
    for line in items:
        label = f'<th scope="row">{escaped(line.rate.label)}</th>'
        if line.allowance and line.allowance.quantity:
            taken = formatting.measure(line.allowance.quantity, line.unit)
            nothing = page.plain(formatting.usd(0), Fraction(0))
            cells = f'<td class="num">{taken}</td> <td class="num">free tier</td> <td class="num">{nothing}</td>'
            yield f'<tr class="bill__free">{label} {cells}</tr> '
            if not line.billable:
                continue
        for tier in line.tiers:
            price = "free" if line.value.free else f"{formatting.price(tier.price)} {formatting.unit(line.unit, tier.per)}"
            cost = page.plain(formatting.usd(tier.cost), tier.cost)
            quantity = formatting.measure(tier.quantity, line.unit)
            yield f'<tr>{label} <td class="num">{quantity}</td> <td class="num">{price}</td> <td class="num">{cost}</td></tr> '
