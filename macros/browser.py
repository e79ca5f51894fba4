"""What the build hands to the scripts of a page: a rate card as data, and the HTML of a function that runs in the page.

The scripts hold no price and no rule. card_data, version 1, is read by docs/assets/js/engine/card.mjs:

    {"version": 1, "on": "2026-11-23", "region": "us-east-1", "place": "US East (N. Virginia)", "currency": "USD",
     "rates": {dimension: {"label", "unit", "per", "free", "tiers": [{"up_to", "price"}], "verified", "source": {"title", "url"}}
                          or, without a price on that day in that region, {"label", "unit", "none": why}},
     "free_tiers": {name: {"amount", "covers": [dimension], "pooled_over": "account" or "region"}}, "rules": {name: number, true or false},
     "quotas": {name: {"max", "min", "step"}, or null where there is no evidence of a limit on that day}}

Numbers are plain decimal strings with the digits of the rates file; a price is for `per` units; a price, `up_to`, `min` or `step`
of null is not there. What no dimension asked for has to do with is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from html import escape
from pathlib import Path

from .rates import NoRate, NotInForce, RateCard, Value

VERSION = 1
# What a new function has: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
DEFAULT_TIMEOUT_S = 3


class NoExample(Exception):
    """A file of an example is not there or not what it should be. The text is one line."""


def card_data(card: RateCard, dimensions: Iterable[str]) -> str:
    """The part of a rate card that these dimensions need, as JSON. Raises NoRate for a dimension that does not exist."""
    dimensions = list(dict.fromkeys(dimensions))
    services = {dimension.split(".")[0] for dimension in dimensions}
    data = {
        "version": VERSION,
        "on": card.on.isoformat(),
        "region": card.region,
        "place": card.book.regions[card.region],
        "currency": card.book.currency,
        "rates": {dimension: _rate(card, dimension) for dimension in dimensions},
        "free_tiers": {
            dated.name: {"amount": _text(value.amount), "covers": covered, "pooled_over": value.pooled_over or dated.pooled_over}
            for dated, value in card.free_tiers_in_force()
            if (covered := [dimension for dimension in dated.covers if dimension in dimensions])
        },
        "rules": {
            name: value.yes if value.amount is None else _text(value.amount) for name in _of(_METERED_RULES, services) if (value := _value(card.rule, name))
        },
        "quotas": {
            name: (value := _value(card.quota, name)) and {"max": _text(value.amount), "min": _text(value.least), "step": _text(value.step)}
            for name in _of(_METERED_QUOTAS, services)
        },
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


# What docs/assets/js/engine/metering.mjs asks for; the tests of the two engines fail where a name is missing.
_METERED_RULES = (
    "lambda.billing_increment", "lambda.init_billed", "lambda.init_billed.image", "lambda.init_billed.custom_runtime", "lambda.restore_billed",
    "lambda.mb_per_gb", "s3.bytes_per_gb", "transfer.bytes_per_gb",
)  # fmt: skip
_METERED_QUOTAS = ("lambda.memory", "lambda.timeout")


def _rate(card: RateCard, dimension: str) -> dict:
    rate = card.rate(dimension)
    named = {"label": rate.label, "unit": rate.unit}
    try:
        value = card.price(dimension)
    except NoRate as none:
        return named | {"none": str(none)}
    source = value.provenance.source
    return named | {
        "per": _text(value.per),
        "free": value.free,
        "tiers": [{"up_to": _text(tier.up_to), "price": _text(tier.price)} for tier in value.tiers],
        "verified": value.provenance.verified.isoformat(),
        "source": {"title": source.title, "url": source.url},
    }


def _of(names: Iterable[str], services: set[str]) -> list[str]:
    return [name for name in names if name.split(".")[0] in services]


def _value(known: Callable[[str], Value], name: str) -> Value | None:
    """What is in force, None where it was not on the card's day. Raises NoRate where the rates file lacks it."""
    try:
        return known(name)
    except NotInForce:
        return None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def function_in_page(example: Path, card: RateCard, *, memory_mb: Sequence[int] = (128, 512, 1024, 1769, 10240), architecture: str = "x86_64") -> str:
    """An example's handler, event and recorded response; docs/assets/js/function-in-page.mjs makes them run.

    `example` is a folder with node/index.mjs, event.json and output/result.json. The first of `memory_mb` is the setting to begin
    with, the others are suggestions; what Lambda did not offer on the card's day is left out. One line of HTML, so that Markdown
    leaves it alone: the lines of code are kept apart by character references. Raises NoExample, NoRate.
    """
    code, event, result = _read(example, "node/index.mjs"), _read(example, "event.json"), _read(example, "output/result.json")
    for name, text in (("event.json", event), ("output/result.json", result)):
        try:
            json.loads(text)
        except ValueError as error:
            raise NoExample(f"docs/examples/{example.name}/{name} is not JSON: {error}") from None
    dimensions = ("lambda.requests", f"lambda.duration.{architecture}")
    for dimension in dimensions:
        card.price(dimension)  # without a price there is nothing to show: better no page than half a receipt
    logs = _logs(card)
    offered = [str(choice) for choice in memory_mb if _offered(card, choice)]
    if not offered:
        raise NoRate(f"none of {', '.join(map(str, memory_mb))} MB of memory was offered on {card.on}")
    settings = {
        "data-function": example.name,
        "data-architecture": architecture,
        "data-memory": " ".join(offered),
        "data-timeout": str(DEFAULT_TIMEOUT_S),
        **_payload(card),
        **logs,
        "data-card": card_data(card, [*dimensions, logs["data-logs"]] if logs else dimensions),
    }
    # Apostrophes around, so that the many quotation marks of the JSON can stay as they are.
    attributes = " ".join(f"{name}='{_attribute(value)}'" for name, value in settings.items())
    fields = _field(example.name, "code", "index.mjs", code) + _field(example.name, "event", "Test event (JSON)", event)
    recorded = (
        '<div class="function__recorded"><p class="function__label">Response, as the tests of this guide recorded it from AWS’s own '
        f'runtime client</p><pre class="function__text"><code>{_lines(result)}</code></pre></div>'
    )
    return f'<div class="function"><function-in-page {attributes}><div class="function__files">{fields}</div>{recorded}</function-in-page></div>'


# What the log of a function costs: since May 2025 Lambda's logs have a price of their own.
_LOGS = ("lambda.logs.cloudwatch", "logs.ingested")


def _logs(card: RateCard) -> dict[str, str]:
    """The dimension that the card prices a function's log with, and what it counts as a GB; nothing where it prices none."""
    try:
        bytes_per_gb = _text(card.rule("logs.bytes_per_gb").amount)
    except NoRate:
        return {}
    for dimension in _LOGS:
        try:
            card.price(dimension)
        except NoRate:
            continue
        return {"data-logs": dimension, "data-bytes-per-gb": bytes_per_gb}
    return {}


def _payload(card: RateCard) -> dict[str, str]:
    """How large an event and a response may be; nothing where no source says so for the card's day."""
    try:
        return {"data-payload-mb": _text(card.quota("lambda.sync_payload").amount)}
    except NoRate:
        return {}


def _field(name: str, part: str, label: str, text: str) -> str:
    """A text as a field that scripts open for writing; until then it can be read and copied.

    It stands there twice: the theme marks the words that a reader searched for, and a field drops marked words.
    """
    key = f"function-{escape(name)}-{part}"
    options = 'spellcheck="false" autocapitalize="off" autocomplete="off" readonly'
    return (
        f'<div class="function__file"><label class="function__label" for="{key}">{escape(label)}</label>'
        f'<textarea class="function__text" id="{key}" name="{part}" rows="{text.count(chr(10)) + 2}" {options} '
        f"data-text='{_attribute(text)}'>{_lines(text)}</textarea></div>"
    )


def _attribute(text: str) -> str:
    return _lines(text).replace("'", "&#39;")


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "&#10;")


def _offered(card: RateCard, memory_mb: int) -> bool:
    limit = card.quota("lambda.memory")
    least = limit.least or Decimal(0)
    return least <= memory_mb <= limit.amount and not (limit.step and (memory_mb - least) % limit.step)


def _read(example: Path, name: str) -> str:
    try:
        return (example / name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NoExample(f"docs/examples/{example.name}/{name} cannot be read: {error.strerror}") from None
