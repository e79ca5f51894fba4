"""The Regions that AWS has, with or without prices here, and what to say of one that has none.

A Region that AWS has is never taken for a misspelling of another: its prices are another continent's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from . import characters, lines

FILE = Path(__file__).with_name("regions.yml")
CODE = re.compile(r"[a-z]{2}(-[a-z]+)+-\d", re.ASCII)


@dataclass(frozen=True)
class Region:
    """A Region of AWS. `since` is the day it opened, where that day is on file."""

    code: str
    name: str
    since: date | None


@cache
def of_aws() -> dict[str, Region]:
    """Every Region of AWS by its code."""
    problems: list[lines.Problem] = []
    top = lines.Fields(lines.read(FILE, f"macros/{FILE.name}", problems, ended=True), f"macros/{FILE.name}", "", problems)
    found = {}
    for code in top.mapping:
        fields = top.child(code)
        found[str(code)] = Region(str(code), str(fields.text("name")), fields.day("from") if fields.has("from") else None)
        fields.finish()
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return found


def not_declared(code: str, declared: Iterable[str]) -> str:
    """What to say in a rates file of a Region that it does not declare under `regions`."""
    if region := of_aws().get(code):
        return f"AWS has {code}, {region.name}, but it is not declared here: add `{code}: {region.name}` under `regions`"
    return f"the region {lines.show(code)} is not declared under `regions`{_near(code, declared)}"


def without_prices(code: str, declared: Iterable[str]) -> str:
    """What to say where prices are asked for in a Region that the rates file does not declare."""
    declared = list(declared)
    known = ", ".join(declared)
    if region := of_aws().get(code):
        return f"AWS has {code}, {region.name}, but the rates file has no prices for it yet: add them; it has prices for {known}"
    return f"unknown region {lines.show(code)}{_near(code, declared) or ': known are ' + known}"


def _near(code: str, declared: Iterable[str]) -> str:
    """`; did you mean X?`: the code most like it, and of several the one with prices."""
    declared = list(declared)
    if named := next((region.code for region in of_aws().values() if _is_called(region, code)), ""):
        return f"; did you mean '{named}'?"
    if not lines.suggestion(code, [*declared, *of_aws()]).startswith("; did"):
        return characters.remark(code)
    near = max([*declared, *of_aws()], key=lambda known: (SequenceMatcher(None, code, known).ratio(), known in declared))
    return f"; did you mean '{near}'?"


def _is_called(region: Region, word: str) -> bool:
    """Is this the Region that a reader means by EU-CENTRAL-1, Frankfurt, or Europe (Frankfurt)?"""
    place = region.name.partition("(")[2].rstrip(")")
    return word.strip().casefold() in {region.code, region.name.casefold(), place.casefold()}
