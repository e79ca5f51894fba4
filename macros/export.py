"""The rates for machines: rates.json, rates.csv and an Atom feed of changes.

rates.json, version 1: {"version": 1, "currency", "as_of", "regions": {code: name}, "sources": {key: {"title", "url"}},
"rates": {dimension: {"label", "unit", "values": [{"from", "regions", "per", "free", "tiers": [{"up_to", "price"}], "source",
"verified", "evidence", "confidence", "read_in", "note"}]}}, "free_tiers" | "rules" | "quotas": {name: {"label", "unit",
"values": [{"from", "value", "min", "step", ...}]}}}. Numbers are plain decimal strings; a price is for `per` units; a price of
null is not known; an empty list of tiers means that there is no price from that day on.

rates.csv, version 1: one row a tier: dimension, unit, from, region, up_to, price, per, source, verified, confidence.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path
from xml.sax.saxutils import escape

from .changes import all_changes
from .rates import Dated, Provenance, RateBook, RateValue, Value
from .reference import where

VERSION = 1
CSV_COLUMNS = ("dimension", "unit", "from", "region", "up_to", "price", "per", "source", "verified", "confidence")


def write(files: dict[str, str], folder: Path) -> None:
    """Writes files (name -> text) into a folder so that each is there whole or as it was before. Raises OSError.

    All are written beside their places first: a disk that is full, or a kill, leaves the earlier files alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as scratch:
        for name, text in files.items():
            with (Path(scratch) / name).open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        for name in files:
            (Path(scratch) / name).replace(folder / name)


def rates_json(book: RateBook, as_of: date) -> str:
    """The whole rates file as JSON; its shape is in this module's description."""
    return json.dumps(
        {
            "version": VERSION,
            "currency": book.currency,
            "as_of": as_of.isoformat(),
            "regions": book.regions,
            "sources": {source.key: {"title": source.title, "url": source.url} for source in book.sources.values()},
            "rates": {
                rate.dimension: {"label": rate.label, "unit": rate.unit, "values": [_rate_value(value) for value in rate.values]}
                for rate in book.rates.values()
            },
            "free_tiers": {dated.name: _dated(dated) for dated in book.free_tiers.values()},
            "rules": {dated.name: _dated(dated) for dated in book.rules.values()},
            "quotas": {dated.name: _dated(dated) for dated in book.quotas.values()},
        },
        indent=1,
    )


def _rate_value(value: RateValue) -> dict:
    return {
        "from": value.since.isoformat(),
        "regions": list(value.regions),
        "per": _text(value.per),
        "free": value.free,
        "tiers": [{"up_to": _text(tier.up_to), "price": _text(tier.price)} for tier in value.tiers],
        **_provenance(value.provenance),
    }


def _dated(dated: Dated) -> dict:
    covers = {"covers": list(dated.covers), "pooled_over": dated.pooled_over} if dated.covers else {}
    return {"label": dated.label, "unit": dated.unit, **covers, "values": [_value(value) for value in dated.values]}


def _value(value: Value) -> dict:
    amount = _text(value.amount) if value.yes is None else "yes" if value.yes else "no"
    bounds = {"min": _text(value.least), "step": _text(value.step)} if value.least is not None or value.step is not None else {}
    pooled = {"pooled_over": value.pooled_over} if value.pooled_over else {}
    return {"from": value.since.isoformat(), "value": amount, **bounds, **pooled, **_provenance(value.provenance)}


def _provenance(provenance: Provenance) -> dict:
    return {
        "source": provenance.source.key,
        "verified": provenance.verified.isoformat(),
        "evidence": provenance.evidence,
        "confidence": provenance.confidence,
        "read_in": provenance.read_in,
        "note": provenance.note,
    }


def _text(number) -> str | None:
    """The digits as the file has them, never with an exponent."""
    return None if number is None else format(number, "f")


def rates_csv(book: RateBook) -> str:
    """One row a tier and region; a price that is not known is empty."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(CSV_COLUMNS)
    for rate in book.rates.values():
        for value in rate.values:
            for region in value.regions:
                for tier in value.tiers:
                    told = value.provenance
                    rows.writerow(
                        (_cell(rate.dimension), _cell(rate.unit), value.since, _cell(region), _text(tier.up_to) or "", _text(tier.price) or "",
                         _text(value.per), _cell(told.source.url), told.verified, told.confidence)
                    )  # fmt: skip
    return out.getvalue()


def atom_feed(book: RateBook, site_url: str, as_of: date, name: str) -> str:
    """An Atom feed of every change up to a day, newest first. Ids stay the same from build to build."""
    base = site_url.rstrip("/") + "/"
    found = [change for change in all_changes(book) if change.on <= as_of and not change.is_first]
    entries = "".join(
        f"<entry><title>{escape(change.label)}: {escape(change.after)}</title>"
        f"<id>{base}reference/changes/#{change.on.isoformat()}-{escape(change.anchor)}-{escape('-'.join(change.regions)) or 'all'}</id>"
        f'<link href="{base}{_attribute(where(change))}"/><updated>{_moment(change.on)}</updated>'
        f"<summary>{escape(f'{change.label} ({change.name}): {change.before} before, {change.after} from {change.on} on')}</summary></entry>"
        for change in found
    )
    newest = found[0].on if found else as_of
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(name)}: what changed</title><id>{base}changes.xml</id>"
        f'<link rel="self" href="{base}changes.xml"/><link href="{base}reference/changes/"/><updated>{_moment(newest)}</updated>'
        f"<author><name>{escape(name)}</name></author>{entries}</feed>\n"
    )


def _attribute(words: str) -> str:
    return escape(words, {'"': "&quot;"})


def _cell(words: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@")) else words


def _moment(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()
