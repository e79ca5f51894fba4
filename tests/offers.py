"""The price lists that the tests of `drift` are run on, and the command itself.

The files in price_lists/ are made by hand in the shape of AWS's; a test takes one, changes what it is about, and writes it to its
own folder. The figures that a test expects are written in the test.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from macros.__main__ import main

FOLDER = Path(__file__).parent / "price_lists"
RATES = FOLDER / "rates.yml"
ON = "2026-11-01"


@dataclass(frozen=True)
class Result:
    """What the command did."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> dict:
        return json.loads(self.out)

    def entries(self, status: str) -> list[dict]:
        return [entry for entry in self.data["entries"] if entry["status"] == status]

    def lines(self, status: str) -> list[str]:
        """The lines of one group of the text report."""
        blocks = [block.splitlines() for block in self.out.split("\n\n")]
        return next(([line.strip() for line in lines[1:]] for lines in blocks if lines[0].startswith(f"{status} (")), [])


def drift(capsys, *arguments: object, on: str = ON) -> Result:
    """`python -m macros drift ARGUMENTS` with the tests' rates file."""
    capsys.readouterr()
    try:
        status = main(["drift", "--rates", str(RATES), "--on", on, *map(str, arguments)])
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    captured = capsys.readouterr()
    return Result(status, captured.out, captured.err)


class Made:
    """One of the files in price_lists/, to be changed and written elsewhere."""

    def __init__(self, name: str):
        self.name = f"{name}.json"
        self.content = json.loads((FOLDER / self.name).read_text(encoding="utf-8"))

    def sku(self, usage_type: str) -> str:
        found = [sku for sku, product in self.products.items() if product["attributes"]["usagetype"] == usage_type]
        assert len(found) == 1, f"{self.name} has {len(found)} products of {usage_type}"
        return found[0]

    @property
    def products(self) -> dict:
        return self.content["products"]

    @property
    def on_demand(self) -> dict:
        return self.content["terms"]["OnDemand"]

    def attributes(self, usage_type: str) -> dict:
        return self.products[self.sku(usage_type)]["attributes"]

    def terms(self, usage_type: str) -> dict:
        return self.on_demand[self.sku(usage_type)]

    def term(self, usage_type: str) -> dict:
        [term] = self.terms(usage_type).values()
        return term

    def tier(self, usage_type: str, begin: str = "0") -> dict:
        """The price dimension that begins there."""
        [found] = [tier for tier in self.term(usage_type)["priceDimensions"].values() if tier["beginRange"] == begin]
        return found

    def price(self, usage_type: str, price: object, begin: str = "0") -> Made:
        self.tier(usage_type, begin)["pricePerUnit"] = {"USD": price}
        return self

    def without(self, usage_type: str) -> Made:
        sku = self.sku(usage_type)
        del self.products[sku], self.on_demand[sku]
        return self

    def copied(self, usage_type: str, sku: str) -> Made:
        """A second SKU that is alike in all but its name."""
        first = self.sku(usage_type)
        self.products[sku] = {**deepcopy(self.products[first]), "sku": sku}
        self.on_demand[sku] = deepcopy(self.on_demand[first])
        return self

    def renamed(self, usage_type: str, sku: str) -> Made:
        """The product under another SKU, which moves it in every order by name."""
        first = self.sku(usage_type)
        self.products[sku], self.on_demand[sku] = self.products.pop(first), self.on_demand.pop(first)
        return self

    def later(self, usage_type: str, price: str, effective: str, code: str = "LATERTERM0") -> Made:
        """A further term of the same SKU, at one price."""
        term = deepcopy(self.term(usage_type))
        tier = next(iter(term["priceDimensions"].values()))
        tier.update(beginRange="0", endRange="Inf", pricePerUnit={"USD": price})
        term.update(offerTermCode=code, effectiveDate=effective, priceDimensions={"only": tier})
        self.terms(usage_type)[f"{self.sku(usage_type)}.{code}"] = term
        return self

    def write(self, folder: Path, name: str = "") -> Path:
        path = folder / (name or self.name)
        path.write_text(json.dumps(self.content), encoding="utf-8")
        return path


def backwards(content: object) -> object:
    """The same JSON with every object's members in the opposite order."""
    if isinstance(content, dict):
        return {key: backwards(value) for key, value in reversed(content.items())}
    return [backwards(item) for item in content] if isinstance(content, list) else content
