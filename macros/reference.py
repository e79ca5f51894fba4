"""The reference, generated from the rates file: one section an entry, each with a stable anchor. Markdown and one-line HTML."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from html import escape

from . import charts, formatting
from .changes import Change, all_changes, anchor, place, price_text, service, value_text
from .markup import escaped
from .rates import GLOBAL, Dated, Provenance, Rate, RateBook, RateValue, Value

SERVICES = {
    "lambda": "AWS Lambda", "s3": "Amazon S3", "transfer": "Data transfer", "ec2": "Amazon EC2", "heroku": "Heroku",
    "apigateway": "Amazon API Gateway", "dynamodb": "Amazon DynamoDB", "sqs": "Amazon SQS", "logs": "Amazon CloudWatch Logs",
    "nat": "NAT gateway",
}  # fmt: skip
HOME_REGION = "us-east-1"


def page(book: RateBook, name: str, on: date) -> str:
    """All price dimensions, free tiers and billing rules of one service, as of a day."""
    parts = [_rate(book, rate, on) for rate in book.rates.values() if service(rate.dimension) == name]
    parts += _dated_section("Free tiers", "free_tiers", book, name, on)
    parts += _dated_section("Billing rules", "rules", book, name, on)
    return "\n\n".join(parts)


def _rate(book: RateBook, rate: Rate, on: date) -> str:
    regions = (GLOBAL,) if rate.is_global else tuple(book.regions)
    in_force: dict[RateValue, list[str]] = {}
    for region in regions:
        if value := rate.in_force(on, region):
            in_force.setdefault(value, []).append(region)
    facts = f"`{rate.dimension}`, metered in {formatting.plural(rate.unit)}." + _covered(book, rate, on)
    if in_force:
        rows = "".join(_price_row(value, _named(book, names), rate) for value, names in in_force.items())
        head = _head("Region", "Price", "In force since", "Source, verified on")
        caption = _caption(f"{rate.label} on {formatting.day(on)}")
        prices = f'<table class="rates">{caption}{head}<tbody>{rows}</tbody></table>'
    else:
        prices = f"Not available on {formatting.day(on)}: the file has no price in force on that day."
    parts = [f"## {escaped(rate.label)} {{ #{anchor('rates', rate.dimension)} }}", facts, prices, *_history(book, rate, on)]
    return "\n\n".join(parts)


def _covered(book: RateBook, rate: Rate, on: date) -> str:
    """The sentence on the free tier of a dimension."""
    for dated in book.free_tiers.values():
        if rate.dimension in dated.covers and (value := dated.in_force(on)):
            amount = formatting.measure(value.amount, dated.unit)
            shared = ", shared with the other dimensions it covers" if len(dated.covers) > 1 else ""
            return f" [Free each month](#{anchor('free_tiers', dated.name)}): {amount}{shared}."
    return ""


def _caption(text: str) -> str:
    return f"<caption data-search-exclude>{escaped(text)}</caption>"


def _head(*names: str) -> str:
    return "<thead data-search-exclude><tr>" + "".join(f'<th scope="col">{name}</th>' for name in names) + "</tr></thead>"


def _cell(label: str, content: str, *, searched: bool = True) -> str:
    """A cell that can stand by itself on a phone, where each becomes a line with its label.

    What is not searched stays out of the index: days and sources would bury the Regions and prices that readers look for.
    """
    return f'<td data-label="{label}"{"" if searched else " data-search-exclude"}>{content}</td>'


def _source_cell(provenance: Provenance) -> str:
    return _cell("Source", _source(provenance), searched=False)


def _named(book: RateBook, regions: Iterable[str]) -> str:
    """Regions by name and code: readers look for either."""
    return ", ".join("everywhere" if region == GLOBAL else f'{escaped(book.regions[region])} <small class="region">{region}</small>' for region in regions)


def _price_row(value: RateValue, regions: str, rate: Rate) -> str:
    return (
        f'<tr><th scope="row">{regions}</th>{_cell("Price", _tiers(value, rate.unit))}'
        f"{_cell('In force since', value.since.isoformat(), searched=False)}{_source_cell(value.provenance)}</tr>"
    )


def _tiers(value: RateValue, unit: str) -> str:
    if value.free or not value.tiers:
        return price_text(value, unit)
    rows = []
    for tier in value.tiers:
        price = "not known" if tier.price is None else _figure(formatting.price(tier.price), Fraction(tier.price) / Fraction(value.per))
        bound = f"up to {formatting.measure(tier.up_to, unit)}" if tier.up_to is not None else "above" if len(value.tiers) > 1 else ""
        rows.append(f'<span class="tier">{price} <span class="tier__bound">{bound}</span></span>' if bound else price)
    return f'{" ".join(rows)} <small class="tier__unit">{formatting.unit(unit, value.per)}</small>'


def _figure(text: str, value: Fraction) -> str:
    return f'<data class="figure" value="{formatting.exact(value)}">{text}</data>'


def _source(provenance: Provenance) -> str:
    doubt = f" ({provenance.doubt})" if provenance.doubt else ""
    read = f" <small>Read in {escaped(provenance.read_in)}.</small>" if provenance.read_in else ""
    note = f" <small>{escaped(provenance.note)}</small>" if provenance.note else ""
    link = f'<a href="{escape(provenance.source.url)}">{escaped(provenance.source.title)}</a>'
    return f"{link}, {provenance.verified.isoformat()}{doubt}.{read}{note}"


def _history(book: RateBook, rate: Rate, on: date) -> list[str]:
    """Where a dimension has had more than one value in a region: the chart of the first tier, and everything as a table."""
    region = GLOBAL if rate.is_global else HOME_REGION
    values = [value for value in rate.values if region in value.regions]
    steps = [charts.Step(value.since, _first_price(value)) for value in values if value.since <= on]
    if len(rate.values) < 2 or len({value.since for value in rate.values}) < 2:
        return []
    rows = "".join(_history_row(value, rate, _named(book, value.regions)) for value in reversed(rate.values))
    name = anchor("rates", rate.dimension)
    caption = _caption(f"History of {rate.label}, newest first")
    table = _history_table(caption + _head("From", "Regions", "Price", "Source, verified on"), rows)
    title = f"{rate.label}: the price{' of the first tier' if any(len(value.tiers) > 1 for value in values) else ''} over time"
    told = "; ".join(f"{_price(step.value)} from {formatting.day(step.since)}" for step in steps)
    where = "Everywhere" if region == GLOBAL else region
    unit = formatting.unit(rate.unit)
    chart = charts.steps(charts.Chart(f"chart-{name}", title, f"{where}, {unit}: {told}.", unit, steps, on, _price))
    return [chart, table] if chart else [table]


def _history_table(head: str, rows: str) -> str:
    """What was is read on the page; a search finds what is."""
    return f'<table class="rates rates--history" data-search-exclude>{head}<tbody>{rows}</tbody></table>'


def _first_price(value: RateValue) -> Fraction | None:
    """The price of the first tier for one unit, whatever the vendor prices it by."""
    price = value.tiers[0].price if value.tiers else None
    return None if price is None else Fraction(price) / Fraction(value.per)


def _price(value: Fraction | None) -> str:
    return "not known" if value is None else formatting.usd_exact(value, 24)


def _history_row(value: RateValue, rate: Rate, regions: str) -> str:
    return (
        f'<tr><th scope="row">{value.since.isoformat()}</th>{_cell("Regions", regions)}'
        f"{_cell('Price', _tiers(value, rate.unit))}{_source_cell(value.provenance)}</tr>"
    )


def _dated_section(title: str, section: str, book: RateBook, name: str, on: date) -> list[str]:
    entries = [dated for dated in getattr(book, section).values() if service(dated.name) == name]
    if not entries:
        return []
    # Nothing stands below this heading but the headings of the entries.
    parts = [f"## {title} {{ #{section.replace('_', '-')} data-search-exclude }}"]
    return parts + [_dated(dated, section, on, "###") for dated in entries]


_POOLS = {"account": "shared by all Regions of the account", "region": "for each Region by itself"}


def _dated(dated: Dated, section: str, on: date, level: str) -> str:
    value = dated.in_force(on)
    now = f"On {formatting.day(on)}: **{value_text(value, dated.unit)}**" if value else f"Not in force on {formatting.day(on)}"
    covers = f", used up in this order: {', '.join(f'`{name}`' for name in dated.covers)}" if len(dated.covers) > 1 else ""
    pooled_over = value.pooled_over if value and value.pooled_over else dated.pooled_over
    pooled = f", {_POOLS[pooled_over]}{covers}" if pooled_over else ""
    rows = "".join(_dated_row(old, dated) for old in reversed(dated.values))
    caption = _caption(f"{dated.label}, newest first")
    table = _history_table(caption + _head("From", "Value", "Source, verified on"), rows)
    return f"{level} {escaped(dated.label)} {{ #{anchor(section, dated.name)} }}\n\n`{dated.name}`. {now}{pooled}.\n\n{table}"


def _dated_row(value: Value, dated: Dated) -> str:
    shown = value_text(value, dated.unit) + (f", {_POOLS[value.pooled_over]}" if value.pooled_over else "")
    return f'<tr><th scope="row">{value.since.isoformat()}</th>{_cell("Value", shown)}{_source_cell(value.provenance)}</tr>'


def quotas(book: RateBook, names: Iterable[str], on: date) -> str:
    """Quotas, then and now."""
    return "\n\n".join(_dated(book.quotas[name], "quotas", on, "##") for name in names)


def changes(book: RateBook, on: date, since: date = date.min) -> str:
    """Every dated change up to a day, newest first; values that are merely the first known are told apart."""
    found = [change for change in all_changes(book) if since <= change.on <= on]
    years: dict[int, list[Change]] = {}
    for change in found:
        years.setdefault(change.on.year, []).append(change)
    return "\n\n".join(_year(book, year, entries) for year, entries in years.items())


def _year(book: RateBook, year: int, entries: list[Change]) -> str:
    rows = "".join(_change_row(book, change) for change in entries)
    caption = _caption(str(year))
    return f'## {year} {{ #in-{year} }}\n\n<table class="rates">{caption}{_head("Day", "What", "Before", "From then on")}<tbody>{rows}</tbody></table>'


def where(change: Change) -> str:
    """The place of a change in the reference, from the site's root."""
    return place(change.section, change.name)


def _change_row(book: RateBook, change: Change) -> str:
    regions = "" if change.regions in ((), (GLOBAL,)) else f"<br>{_named(book, change.regions)}"
    before = change.before or "<em>first value on file</em>"
    return (
        f'<tr><th scope="row">{change.on.isoformat()}</th>'
        f'{_cell("What", f"""<a href="../../{where(change)}">{escaped(change.label)}</a>{regions}""")}'
        f"{_cell('Before', before)}{_cell('From then on', change.after)}</tr>"
    )
