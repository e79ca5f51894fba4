"""How timeouts and crashes show in today's logs: the REPORT line names them, and the old sentences are in the response to the caller alone.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html, and
https://github.com/DataBiosphere/azul/issues/8140 of June 2026, with REPORT lines of such functions and a search for the old words that finds none.
"""

import re

import pytest

from tests.built import ROOT

PAGES = sorted((ROOT / "docs").rglob("*.md"))
OLD = re.compile(r"Task timed out|Runtime exited|signal: killed")
WHERE_IT_STILL_IS = re.compile(r"response|errorMessage|emulator", re.IGNORECASE)


def name(page):
    return str(page.relative_to(ROOT / "docs"))


@pytest.mark.parametrize("page", [page for page in PAGES if OLD.search(page.read_text())], ids=name)
def test_old_words_are_given_for_the_response_alone(page):
    for paragraph in page.read_text().split("\n\n"):
        for line in paragraph.splitlines() if paragraph.startswith("|") else [paragraph]:
            assert not OLD.search(line) or WHERE_IT_STILL_IS.search(line), line


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("tutorials/handler.md", "Status: timeout"),
        ("tutorials/hello-console.md", "Status: timeout"),
        ("tutorials/image-resize.md", "Error Type: Runtime.OutOfMemory"),
        ("concepts/memory.md", "Error Type: Runtime.OutOfMemory"),
    ],
)
def test_the_page_that_tells_of_it_names_the_words_to_search_for(page, words):
    assert f"`{words}`" in (ROOT / "docs" / page).read_text()


def test_the_tutorial_shows_what_the_caller_gets():
    text = (ROOT / "docs/tutorials/handler.md").read_text()
    before, _, after = text.partition('--8<-- "handler/output/timeout.txt"')
    assert "errorMessage" in before[-300:]
    assert "emulator" in after[:300]
