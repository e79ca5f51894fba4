"""An offer file of the AWS Price List, read as it stands.

    offer = pricelist.read(Path("index.json"))
    offer.products[0].terms()

AWS publishes one JSON file a service and region (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html):
products under their SKU, and terms under the same SKU with price dimensions. Every number in it is text, every map is without
order, and each price is for a single unit. Nothing here knows the rates file.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from . import characters

FORMAT = "v1.0"
CURRENCY = "USD"
FREE_TERM = "A429C66SYZ"  # the offer term under which AWS lists monthly allowances
MAX_BYTES = 1 << 30  # of one file, unpacked; the largest in use, EC2 in us-east-1, has some 400 MB
_DECIMAL = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?")
_GZIP = b"\x1f\x8b"
_LONGEST_NAME = 100

# Files of the same host that are no offer files, by a key that only they have.
_OTHER_FILES = {
    "offers": "is the index of all offers; name an offer file, which its URLs lead to",
    "regions": "is a region index; name an offer file, which its currentVersionUrl leads to",
    "versions": "is a version index; name an offer file, which its offerVersionUrl leads to",
    "PriceList": "is an answer of the query API; name a file of the bulk API",
    "savingsPlan": "is a savings-plan file; name an offer file",
}


class Unreadable(Exception):
    """A file, or a part of it, is not what an offer file holds. The text is one line, without the file's name."""


class _Number(str):
    """A JSON number, kept as written: in an offer file numbers stand in quotes."""


@dataclass(frozen=True)
class Tier:
    """USD for one unit, for the usage from `begin` up to `end`; `end` None is the open end."""

    begin: Fraction
    end: Fraction | None
    price: Fraction


@dataclass(frozen=True)
class Term:
    """What one SKU costs from a day on, tier by tier. `free` marks an allowance, not a price."""

    effective: date
    tiers: tuple[Tier, ...]
    unit: str
    free: bool


@dataclass(frozen=True)
class Product:
    """One SKU. Its terms are read when they are asked for, so that a slip in a row nobody needs does no harm."""

    sku: str
    attributes: dict[str, str]
    on_demand: dict

    @property
    def usage_type(self) -> str:
        return self.attributes.get("usagetype", "")

    def terms(self) -> list[Term]:
        """Its on-demand terms, oldest first. Raises Unreadable."""
        return sorted((_term(self.sku, term) for term in self.on_demand.values()), key=lambda term: term.effective)

    def currencies(self) -> set[str]:
        """The currencies that its prices are in."""
        dimensions = [item for term in self.on_demand.values() for item in _mapping(_mapping(term).get("priceDimensions")).values()]
        return {_printable(str(currency)) for item in dimensions for currency in _mapping(_mapping(item).get("pricePerUnit"))}


@dataclass(frozen=True)
class Offer:
    """One offer file. `file` is what reports call it."""

    file: str
    code: str
    published: date
    products: tuple[Product, ...]


def read(path: Path) -> Offer:
    """The offer file at a path; gzipped is fine. Raises Unreadable."""
    root = _json(_bytes(path))
    if not isinstance(root, dict):
        raise Unreadable("is not an offer file: it must hold an object with products and terms")
    for key, message in _OTHER_FILES.items():
        if key in root or key in _mapping(root.get("terms")):
            raise Unreadable(message)
    if root.get("formatVersion") != FORMAT:
        raise Unreadable(f"is in format '{_printable(str(root.get('formatVersion', '')))}'; this program reads {FORMAT}")
    products, on_demand = _mapping(root.get("products")), _mapping(_mapping(root.get("terms")).get("OnDemand"))
    if not products:
        raise Unreadable("holds no products")
    code = root.get("offerCode")
    if not isinstance(code, str) or not code:
        raise Unreadable("does not say which service it is for: `offerCode` is missing")
    return Offer(
        path.name,
        _printable(code),
        _day(root.get("publicationDate"), "publicationDate"),
        tuple(_product(sku, product, _mapping(on_demand.get(sku))) for sku, product in sorted(products.items())),
    )


def _bytes(path: Path) -> bytes:
    """The content, unpacked. A pipe is not read (it may never end), nor is more than MAX_BYTES, however small the packed file is."""
    try:
        if path.is_dir():
            raise Unreadable("is a folder; name the offer files in it")
        if path.exists() and not path.is_file():
            raise Unreadable("is not a regular file; save it to one first")
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            data = (gzip.GzipFile(fileobj=file) if packed else file).read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Unreadable("there is no such file") from None
    except EOFError:
        raise Unreadable("is a gzip file that was cut short") from None
    except zlib.error:
        raise Unreadable("is a gzip file that is damaged") from None
    except (OSError, ValueError) as error:  # gzip.BadGzipFile is an OSError; a NUL in the path is a ValueError
        raise Unreadable(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_BYTES:
        raise Unreadable(f"holds more than {MAX_BYTES:,} bytes, which no offer file does")
    return data


def _json(data: bytes) -> object:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b'"FormatVersion"', b"FormatVersion")):
        raise Unreadable("is the CSV edition of an offer file; name the JSON edition, index.json at the same address")
    if start.startswith(b"<"):
        raise Unreadable("is XML or HTML, perhaps an error page; name an offer file in JSON")
    try:
        return json.loads(data, object_pairs_hook=_object, parse_float=_Number, parse_int=_Number, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not whole JSON: {error.msg} in line {error.lineno}") from None
    except RecursionError:
        raise Unreadable("is not an offer file: it is nested too deeply") from None


def _object(pairs: list[tuple[str, object]]) -> dict:
    """A JSON object; of two equal keys json would silently keep the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise Unreadable(f"names '{_printable(next(key for key in keys if keys.count(key) > 1))}' twice in one object")
    # Reserved terms are most of an EC2 file, and nobody here reads them: let go of them while reading.
    return {} if found.get("termAttributes") and "priceDimensions" in found else found


def _no_constant(text: str) -> None:
    raise Unreadable(f"holds {text}, which is not JSON")


def _mapping(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def _product(sku: str, product: object, on_demand: dict) -> Product:
    sku = _printable(sku)
    if not isinstance(product, dict) or not isinstance(product.get("attributes"), dict):
        raise Unreadable(f"SKU {sku}: is not a product with attributes")
    if type(product["attributes"].get("usagetype", "")) is not str:
        raise Unreadable(f"SKU {sku}: its usagetype is not text")
    attributes = {name: _printable(value) for name, value in product["attributes"].items() if type(value) is str}
    return Product(sku, attributes, on_demand)


def _printable(text: str) -> str:
    """A name from a file as reports may print it: in one line, without control characters, cut where it is absurdly long.

    Reports go to terminals, to the log of a workflow run and into an issue; a line break in a name could forge a line there.
    """
    shown = characters.inert(text[: _LONGEST_NAME + 1])
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[:_LONGEST_NAME]}..."


def _term(sku: str, term: object) -> Term:
    fields = _mapping(term)
    dimensions = [_mapping(dimension) for dimension in _mapping(fields.get("priceDimensions")).values()]
    if not dimensions:
        raise Unreadable(f"SKU {sku}: a term without price dimensions")
    tiers = sorted((_tier(sku, dimension) for dimension in dimensions), key=lambda tier: tier.begin)
    effective = _day(fields.get("effectiveDate"), f"SKU {sku}: effectiveDate")
    free = fields.get("offerTermCode") == FREE_TERM
    _check_ladder(sku, tiers)
    units = {_printable(str(dimension.get("unit", ""))) for dimension in dimensions}
    if len(units) > 1:
        raise Unreadable(f"SKU {sku}: its tiers are in different units, {' and '.join(sorted(units))}")
    return Term(effective, tuple(tiers), units.pop(), free)


def _tier(sku: str, dimension: dict) -> Tier:
    prices = _mapping(dimension.get("pricePerUnit"))
    if CURRENCY not in prices:
        raise Unreadable(f"SKU {sku}: the price is in {', '.join(map(_printable, prices)) or 'no currency'}, not in {CURRENCY}")
    end = dimension.get("endRange", "Inf")
    return Tier(
        _number(dimension.get("beginRange", "0"), f"SKU {sku}: beginRange"),
        None if end == "Inf" else _number(end, f"SKU {sku}: endRange"),
        _number(prices[CURRENCY], f"SKU {sku}: the price"),
    )


def _check_ladder(sku: str, tiers: list[Tier]) -> None:
    """Tiers begin at 0 and follow each other without gap or overlap."""
    if tiers[0].begin != 0:
        raise Unreadable(f"SKU {sku}: the first tier begins at {tiers[0].begin}, not at 0")
    if empty := [tier for tier in tiers if tier.end is not None and tier.end <= tier.begin]:
        raise Unreadable(f"SKU {sku}: a tier begins at {empty[0].begin} and ends at {empty[0].end}")
    for below, above in pairwise(tiers):
        if below.end != above.begin:
            ending = "Inf" if below.end is None else below.end
            raise Unreadable(f"SKU {sku}: a tier ends at {ending} and the next begins at {above.begin}")


def _number(value: object, what: str) -> Fraction:
    """The exact value of a decimal in quotes; an exponent (2E-7) is as exact as its zeros written out."""
    if isinstance(value, _Number):
        raise Unreadable(f"{what} {_printable(value)} is not in quotes, so its digits cannot be trusted")
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise Unreadable(f"{what} is not a plain decimal: '{_printable(str(value))}'")
    return Fraction(value)


def _day(value: object, what: str) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise Unreadable(f"{what} is not a date: '{_printable(str(value))}'") from None
