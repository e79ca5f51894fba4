"""A mistake in a page is one line with the true line number: in the browser under `mkdocs serve`, on the terminal in a build that fails."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

from macros import templates
from tests import small_site

FRONT = "---\ntitle: A page\ndescription: One with front matter.\n---\n\n\n"  # so that a page's text begins in line 7
PRICE = "{{ price('lambda.requests') }}"
MONTH = "{% set month = bill('image-resize') %}\n"
TABLE = "| A | B |\n|---|---|\n"
ATTRIBUTE = "an attribute, an address or the text of an image cannot hold a figure"
RAW = "put braces that are not a macro between {% raw %} and {% endraw %}"
ROW = "{{ price('s3.put_requests') | usd(receipt='row') }}"

# name of the page -> its text below the front matter, the line in the file, words of the message
MISTAKES: dict[str, tuple[str, int | None, str]] = {
    "misspelled-macro": ("Text.\n\n{{ pirce('lambda.requests') }}\n", 9, "'pirce' is undefined; did you mean 'price'?"),
    "misspelled-filter": (MONTH + "{{ month.total | udd }}\n", 8, "there is no filter 'udd'; did you mean 'usd'?"),
    "misspelled-dimension": ("{{ price('lambda.reqests') }}\n", 7, "there is no price dimension 'lambda.reqests'; did you mean 'lambda.requests'?"),
    "misspelled-part-of-a-bill": (MONTH + "\n{{ month.totl }}\n", 9, "a bill has no 'totl'; did you mean 'total'?"),
    "misspelled-argument": ("{{ price('lambda.requests', regon='x') }}\n", 7, "price: got an unexpected keyword argument 'regon'; did you mean 'region'?"),
    "bare-argument": (
        "{{ price('lambda.requests', 'eu-west-1') }}\n",
        7,
        "price: only dimension can go without a name; write the others as on=, region=, tier=, unit=",
    ),
    "bare-argument-of-a-filter": (MONTH + "{{ month.total | usd(2, false) }}\n", 8, "usd: only value, places can go without a name; write the others as"),
    "argument-for-none": ("{{ as_of('2015-02-07') }}\n", 7, "as_of: takes no value"),
    "no-argument": ("{{ price() }}\n", 7, "price: missing 1 required positional argument: 'dimension'"),
    "no-date": ("Text.\n{{ price('lambda.requests', on='soon') }}\n", 8, "'soon' is not a date: write it as \"2015-02-07\""),
    "sum-with-tax": (MONTH + "{{ month.total * 12 }}\n", 8, "figures can be divided, subtracted and compared; for any other sum write a workload"),
    "division-by-zero": (MONTH + "{{ (month.total / 0) | times }}\n", 8, "a division by zero"),
    "unclosed-braces": ("Cost {{ price('lambda.requests')\n\nMore.\n\n## Heading\n", 7, "these braces cannot be read"),
    "unclosed-bracket": ("Cost {{ price('lambda.requests' }}\n\n## Heading\n", 7, "these braces cannot be read"),
    "unclosed-if": ("Text.\n\n{% if 1 %}\n\n{% set a = 1 %}\n\n## Heading\n", 9, "{% if %} has no end: write {% endif %} where it ends"),
    "unclosed-raw": ("{% raw %}\n\nText {{ x }}\n", 7, "{% raw %} has no end: write {% endraw %} where it ends"),
    "braces-of-another-language": ("```yaml\nruns-on: ${{ matrix.os }}\n```\n", 8, f"'matrix' is undefined; {RAW}"),
    "tag-of-another-language": ("Text.\n\n{% Tag %}\n", 9, f"there is no tag 'Tag'; {RAW}"),
    "comment-as-in-jinja": ("Text.\n\n{# not printed #}\n", 9, "{# … #} is no comment here: write {%# … #%}"),
    "space-in-an-anchor": ("Text.\n\n## Costs {# costs}\n\nText.\n", 9, "this heading has an anchor without a name: write { #name }"),
    "space-in-an-anchor-called-id": ("Text.\n\n## Costs { # id }\n\nText.\n", 9, "this heading has an anchor without a name: write { #name }"),
    "figure-in-a-heading": ("## Requests cost " + PRICE + "\n\nText.\n", 7, "a heading cannot show a figure"),
    "plain-figure-in-a-heading": ("## Cost {{ price('lambda.requests') | usd(receipt=false) }}\n", 7, "a heading cannot show a figure"),
    "figure-in-the-text-of-a-link": ("See [" + PRICE + "](index.md).\n", 7, "a link cannot hold a figure"),
    "figure-in-an-address": ("See [this](index.md?" + PRICE + ").\n", 7, ATTRIBUTE),
    "figure-in-the-title-of-a-link": ('See [this](index.md "' + PRICE + '").\n', 7, ATTRIBUTE),
    "figure-in-the-text-of-an-image": ("Text.\n\n![It costs " + PRICE + "](x.svg)\n", 9, ATTRIBUTE),
    "figure-in-an-attribute": ('A <span title="' + PRICE + '">word</span>.\n', 7, ATTRIBUTE),
    "figure-in-an-attribute-of-a-block": ("<div title='" + PRICE + "'>Text.</div>\n", 7, ATTRIBUTE),
    "figure-in-code": ("Text `" + PRICE + "`.\n", 7, "code cannot show a figure"),
    "figure-in-a-listing": ("```js\nconst price = " + PRICE + "\n```\n", 8, "code cannot show a figure"),
    "figure-in-an-indented-listing": ("Text.\n\n    price = " + PRICE + "\n", 9, "code cannot show a figure"),
    "figure-in-the-name-of-a-tab": ("/// tab | " + PRICE + "\nText.\n///\n", 7, "the name of a tab cannot hold a figure"),
    "figure-in-a-comment": (f"Text.\n\n<!-- Once {PRICE}. -->\n\nText.\n", 9, "a comment cannot hold a figure: write {%# … #%}"),
    "receipt-that-is-not-printed": (f"{{% set unused %}}{PRICE}{{% endset %}}\n\nText {PRICE}.\n", 9, "the receipt of this figure is missing, or there twice"),
    "receipt-that-is-printed-twice": (
        f"{{% set twice %}}{PRICE}{{% endset %}}{{{{ twice }}}} and {{{{ twice }}}}\n",
        7,
        "the receipt of this figure is missing, or there twice",
    ),
    "row-that-opens-nothing": (TABLE + f"| {ROW} | x |\n| {PRICE} | x |\n", 9, '$0.005 has receipt="row", but no later figure of its row opens the receipt'),
    "last-row-that-opens-nothing": (TABLE + f"| {ROW} | x |\n", 9, '$0.005 has receipt="row", but no later figure of its row opens the receipt'),
    "paragraphs-within-a-line": ("See {{ replay('image-resize', '2015-02-07') }}\n", 7, "replay prints several paragraphs: put it on a line of its own"),
    "headings-in-a-list": ("1. See\n\n    {{ reference('nat') }}\n", 9, "reference prints headings or code: put it at the left margin, outside of a list"),
    "no-snippet": ('Text.\n\n--8<-- "nothing.md"\n', 9, "'nothing.md' could not be found: name a file"),
    "file-outside-docs": ("{{ measured('../mkdocs.yml') }}\n", 7, "'../mkdocs.yml' leads out of docs/: name a file in it"),
    "workload-outside-docs": ("{{ bill('../../secret').total }}\n", 7, "'../../secret.yml' leads out of docs/workloads/: name a file in it"),
    "example-outside-docs": ("{{ function_in_page('/etc') }}\n", 7, "'/etc' leads out of docs/examples/: name a file in it"),
    "include-of-nothing": ("{% include 'nothing.md' %}\n", 7, "there is no file 'nothing.md' under docs/ to include"),
}
WHOLE_FILES = {
    "macro-in-the-title": ('---\ntitle: "On {{ as_of() }}"\n---\n\nText.\n', 2, "macros do not run in the front matter: write the words of `title`"),
    "no-front-matter": ("Text.\n\n{{ pirce('x') }}\n", 3, "'pirce' is undefined"),
    "of-windows": ((FRONT + "Text.\n\n{{ pirce('x') }}\n").replace("\n", "\r\n"), 9, "'pirce' is undefined"),
}
NAMES = [*MISTAKES, *WHOLE_FILES, "not-utf-8"]


def _expected(name: str) -> tuple[str, str]:
    """The beginning of the line, and words further on."""
    if name == "not-utf-8":
        return f"docs/{name}.md: ", "is not UTF-8 text: save it as UTF-8"
    _, line, words = (MISTAKES | WHOLE_FILES)[name]
    return f"docs/{name}.md:{line}: ", words


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pages = {"index.md": f"# Home\n\nA million requests cost {PRICE}.\n"}
    pages |= {"dead-link.md": f"# Links\n\nSee [nothing](nothing.md) and [a part](figure-in-a-heading.md#part). {PRICE}\n"}
    pages |= {f"{name}.md": FRONT + text for name, (text, _, _) in MISTAKES.items()}
    folder = small_site.make(tmp_path_factory.mktemp("mistakes"), pages)
    for name, (text, _, _) in WHOLE_FILES.items():
        (folder / "docs" / f"{name}.md").write_bytes(text.encode())
    (folder / "docs" / "not-utf-8.md").write_bytes("# Café\n".encode("cp1252"))
    return folder


@pytest.fixture(scope="module")
def log(project) -> list[str]:
    """What a build of all these pages says."""
    failed = small_site.build(project)
    assert failed.returncode == 1
    return failed.stdout.splitlines()


@pytest.fixture(scope="module")
def server(project) -> Iterator[small_site.Server]:
    running = small_site.Server(project)
    assert running.shows("$0.20"), running.logged()
    yield running
    running.stop()


@pytest.mark.parametrize("name", NAMES)
def test_a_build_tells_each_mistake_in_one_line(log, name):
    start, words = _expected(name)
    told = [line for line in log if f"docs/{name}.md" in line]
    assert len(told) == 1, told
    assert told[0].startswith(f"ERROR   -  {start}") and words in told[0]


def test_a_build_with_mistakes_writes_nothing_and_shows_no_traceback(project, log):
    assert not list((project / "site").rglob("*.html")) and not any("Traceback" in line or line.startswith("  File") for line in log)
    assert any(f"{len(NAMES)} pages with a mistake" in line for line in log)


def test_a_build_that_is_told_not_to_be_strict_still_fails(tmp_path):
    failed = small_site.build(small_site.make(tmp_path, {"index.md": "{{ pirce('x') }}\n"}), "--no-strict")
    assert failed.returncode == 1 and "docs/index.md:1: 'pirce' is undefined" in failed.stdout


@pytest.mark.parametrize("name", NAMES)
def test_the_browser_shows_the_line_and_nothing_else_of_the_page(server, name):
    start, words = _expected(name)
    html = server.page(f"{name}.html")
    assert (shown := re.search(r'<div class="admonition danger">.*?</div>', html)), html
    text = small_site.text(shown[0])
    assert text.startswith(f"This page cannot be built{start}") and words in text
    around = small_site.text(html)
    assert "Text." not in around and "Traceback" not in around and "receipt__" not in html and "figureplaced" not in html.replace(shown[0], "")


def test_other_pages_are_served_and_dead_links_are_only_told(server):
    assert "$0.20" in server.page() and "See nothing and a part. $0.20" in small_site.text(server.page("dead-link.html"))
    assert "Doc file 'dead-link.md' contains a link 'nothing.md', but the target is not found" in server.logged()
    assert "does not contain an anchor" not in server.logged(), "a page that failed has lost its anchors; that is not its readers' mistake"


def test_a_page_that_is_corrected_shows(server):
    page = server.project / "docs" / "misspelled-macro.md"
    page.write_text(page.read_text(encoding="utf-8").replace("pirce", "price"), encoding="utf-8")
    assert server.shows('class="receipt"', "misspelled-macro.html")


def test_dead_links_and_pages_outside_the_navigation_end_a_build(tmp_path):
    project = small_site.make(tmp_path, {"index.md": "[x](nothing.md)\n", "alone.md": "Text.\n"}, small_site.CONFIG + "nav: [index.md]\n")
    failed = small_site.build(project)
    assert failed.returncode == 1 and "nothing.md" in failed.stdout and "alone.md" in failed.stdout and "Aborted with 2 warnings" in failed.stdout
    shutil.rmtree(project / "site", ignore_errors=True)
    server = small_site.Server(project)
    try:
        assert server.shows(">x</a>") and "alone.md" in server.logged() and "nothing.md" in server.logged()
    finally:
        server.stop()


def test_an_endless_loop_in_a_page_ends():
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    start = time.monotonic()
    with pytest.raises(templates.Wrong, match="have not come to an end within 0.2 seconds: look for a loop without end") as caught:
        templates.render(environment, "x\n\n{% for i in range(10 ** 15) %}{% endfor %}\n", {}, limit_s=0.2)
    assert caught.value.line == 3 and time.monotonic() - start < 60
