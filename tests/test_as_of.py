"""The site as of an earlier day: it builds for any day since Lambda began, and no sentence rests on what did not exist yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import markdown
import pytest

from macros import asof, impact, rates

DOCS = Path(__file__).parent.parent / "docs"
# The preview's first day, the day before the first rates on file and that day itself, some years, and days beside a vendor's change.
DAYS = ["2014-11-13", "2015-02-06", "2015-02-07", "2017-01-01", "2019-01-01", "2020-11-30", "2021-09-28", "2023-01-01", "2025-07-31"]


@pytest.fixture(scope="module")
def book() -> rates.RateBook:
    return rates.load()


@pytest.mark.parametrize("day", DAYS)
def test_every_page_can_be_rendered_as_of(book, day):
    assert len(impact.render(book, DOCS, date.fromisoformat(day), is_past=True)) > 40


def passages(text: str) -> str:
    """Markdown with what did not exist, as the site of 23 January 2016 shows it."""
    return markdown.markdown(text, extensions=["tables", "md_in_html", asof.LeaveOut("23 January 2016")])


MISSING = '<span class="unavailable">not available on 23 January 2016</span>'
NOTE = "Left out: this passage is about something that did not exist, or has no price on file, on 23 January 2016."


def test_a_sentence_about_what_did_not_exist_is_left_out():
    html = passages(f"arm64 is {MISSING} cheaper for a GB-second.\n\nRequests cost the same.")
    assert html == f'<p><em class="unavailable">{NOTE}</em></p>\n<p>Requests cost the same.</p>'


def test_a_run_of_such_passages_has_one_note():
    html = passages(f"It costs {MISSING}.\n\nThat is {MISSING} more.\n\nSo much for that.")
    assert html.count(NOTE) == 1
    assert "<p>So much for that.</p>" in html


def test_in_a_list_the_other_items_stay_and_so_do_lists_within():
    html = passages(f"- one\n- {MISSING}\n    - within\n- three\n")
    assert [item in html for item in ("one", "within", "three", NOTE, "not available on")] == [True, True, True, True, False]


def test_a_table_keeps_its_rows_and_shows_which_figure_is_missing():
    html = passages(f"| a | b |\n|---|---|\n| x | {MISSING} |\n| y | 2 |\n")
    assert '<td><em class="unavailable">not available</em></td>' in html
    assert "<td>x</td>" in html and "<td>2</td>" in html
    assert NOTE not in html


def test_what_did_exist_is_left_as_it_is():
    text = "A million requests cost <button>$0.20</button>.\n\n- and\n- so on\n"
    assert passages(text) == markdown.markdown(text, extensions=["tables", "md_in_html"])
