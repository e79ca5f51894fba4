"""The table of runtimes agrees with the linter's copy of AWS's dates, and what the tutorials teach has a future."""

import datetime
import re

import pytest
import yaml

from tests.lambda_runtime.function import EXAMPLES
from tests.lambda_runtime.templates import runtime_lifecycle

DOCS = EXAMPLES.parent
# BaseLoader: every date stays the text that stands there.
TABLE = yaml.load((DOCS / "reference/runtimes.yml").read_text(), yaml.BaseLoader)
ROWS = {row["id"]: row for row in TABLE["runtimes"]}
LINTERS_NAMES = {"deprecation": "deprecated", "block_create": "create-block", "block_update": "update-block"}
IDENTIFIER = re.compile(r"\b(?:nodejs\d+\.x|python3\.\d+)\b")
NOTICE = datetime.timedelta(days=90)


def test_a_runtime_has_one_row_and_its_dates_follow_each_other():
    assert len(ROWS) == len(TABLE["runtimes"])
    for runtime, row in ROWS.items():
        dates = [datetime.date.fromisoformat(row[key]) for key in LINTERS_NAMES if key in row]
        assert len(dates) in {0, 3}, f"{runtime} has some of the three dates"
        assert dates == sorted(dates), runtime


@pytest.mark.parametrize("runtime", [runtime for runtime in ROWS if runtime in runtime_lifecycle()])
def test_the_dates_are_those_of_the_linter(runtime):
    row, linter = ROWS[runtime], runtime_lifecycle()[runtime]
    known = row.get("linter_has", {})
    conflicts = [
        f"{key}: the table has {row.get(key)}, cfn-lint {linter[theirs]}"
        for key, theirs in LINTERS_NAMES.items()
        if linter[theirs] != known.get(key, row.get(key))
    ]
    assert not conflicts, f"{runtime}: {'; '.join(conflicts)}. Look at {TABLE['source']['url']}, and correct the row or add linter_has to it"


def test_no_runtime_that_can_be_had_is_missing():
    today = datetime.date.today().isoformat()
    offered = {runtime for runtime, dates in runtime_lifecycle().items() if dates["update-block"] and dates["update-block"] > today}
    assert offered <= ROWS.keys(), f"docs/reference/runtimes.yml has no row for {', '.join(sorted(offered - ROWS.keys()))}"


def taught() -> dict[str, str]:
    """Each identifier in a tutorial or in a template that one shows, with the file that names it."""
    files = [*(DOCS / "tutorials").glob("*.md"), *EXAMPLES.rglob("*.yaml")]
    return {runtime: file.relative_to(DOCS).as_posix() for file in files for runtime in IDENTIFIER.findall(file.read_text())}


def test_what_the_tutorials_teach_is_supported_for_another_90_days():
    assert {"nodejs24.x", "python3.14"} <= taught().keys()
    for runtime, file in taught().items():
        assert runtime in ROWS, f"{file} teaches {runtime}, which has no row"
        deprecation = datetime.date.fromisoformat(ROWS[runtime]["deprecation"])
        assert datetime.date.today() < deprecation - NOTICE, f"{file} teaches {runtime}, which is deprecated on {deprecation}"
