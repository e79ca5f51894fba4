"""What programs get of the rates: `python -m macros export`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from macros.__main__ import main


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder: Path = tmp_path_factory.mktemp("export")
    assert main(["export", str(folder)]) == 0
    return json.loads((folder / "rates.json").read_text(encoding="utf-8"))


def test_a_price_that_has_ended_is_not_free(exported: dict):
    """Heroku's free dyno ended on 28 November 2022 (Heroku Dev Center); until then it cost nothing."""
    values = {value["from"]: value for value in exported["rates"]["heroku.free"]["values"]}
    assert values["2015-06-15"]["free"] is True
    assert values["2022-11-28"]["free"] is False
    assert values["2022-11-28"]["tiers"] == []
