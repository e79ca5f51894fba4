"""docs/contributing/coverage.md accounts for every point of the original guide, and each place that it names exists."""

import re
from collections import Counter
from pathlib import Path

import pytest

COVERAGE = Path(__file__).parent.parent / "docs" / "contributing" / "coverage.md"
POINTS = [f"I-{number:02}" for number in range(1, 95)]
ROW = re.compile(r"^\| (I-\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]+))?\)")
ANCHOR = re.compile(r"^#+ .*\{ #([\w-]+) \}$", re.MULTILINE)

ROWS = {point: cells for point, *cells in ROW.findall(COVERAGE.read_text(encoding="utf-8"))}


def test_every_point_of_the_original_has_a_row_of_its_own():
    named = Counter(re.findall(r"\bI-\d+\b", COVERAGE.read_text(encoding="utf-8")))
    assert dict(named) == dict.fromkeys(POINTS, 1)


@pytest.mark.parametrize("point", POINTS)
def test_a_row_says_where_the_point_is_now_and_what_became_of_it(point):
    had, where, became = ROWS[point]
    assert had.strip() and became.strip()
    links = LINK.findall(where)
    assert links, f"{point} names no page"
    for page, anchor in links:
        target = COVERAGE.parent / page
        assert target.is_file(), f"{point}: there is no page {page}"
        if anchor:
            assert anchor in ANCHOR.findall(target.read_text(encoding="utf-8")), f"{point}: {page} has no anchor #{anchor}"
