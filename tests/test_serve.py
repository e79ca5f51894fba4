"""`mkdocs serve` while an author works: edits show, mistakes show, and the server lives on."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import built, small_site

PAGES = {
    "index.md": "---\ntitle: Home\n---\n\n# Home\n\nA million requests cost {{ price('lambda.requests') }}.\n",
    "words.md": "# Words\n\nNo figure here, but {% raw %}{{ braces }}{% endraw %}, and the name {{ config.site_name }}.\n",
}


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_site.make(tmp_path, PAGES)


@pytest.fixture
def server(project: Path) -> Iterator[small_site.Server]:
    running = small_site.Server(project)
    yield running
    running.stop()


def test_edits_and_mistakes_show(server):
    page, rates, code = server.project / "docs" / "index.md", server.project / "macros" / "rates.yml", server.project / "macros"
    assert server.shows("$0.20")

    # A page, and a typo in it; corrected, the page shows.
    _edit(page, "A million requests", "One million requests")
    assert server.shows("One million requests")
    _edit(page, "lambda.requests", "lambda.reqests")
    assert server.shows("docs/index.md:7: there is no price dimension &#x27;lambda.reqests&#x27;; did you mean &#x27;lambda.requests&#x27;?")
    _edit(page, "lambda.reqests", "lambda.requests")

    # A price, and a broken rates file: each page with figures shows the mistakes, each other page itself.
    sound = rates.read_text(encoding="utf-8")
    higher = re.sub(r"(lambda\.requests:.*?price: )0\.20", r"\g<1>0.25", sound, count=1, flags=re.DOTALL)
    rates.write_text(higher, encoding="utf-8")
    assert server.shows("$0.25")
    broken = higher.replace("price: 0.25", "price: O.25", 1).replace("since: 2014-11-13", "since: soon", 1)
    rates.write_text(broken, encoding="utf-8")
    assert server.shows("lambda.requests: the price must be a plain positive decimal")
    html = server.page()
    assert re.search(r"<code>macros/rates\.yml:\d+: ", html) and "One million" not in html and "Traceback" not in html
    assert "No figure here, but {{ braces }}, and the name Small." in small_site.text(server.page("words.html"))
    rates.write_text(sound, encoding="utf-8")
    assert server.shows("$0.20")

    # The code of the macros, a module that others import among it, without a restart; and code that does not run.
    _edit(code / "formatting.py", 'else f"${text}"', 'else f"USD {text}"')
    assert server.shows("USD 0.20")
    _edit(code / "formatting.py", 'else f"USD {text}"', "else f'not closed")
    assert server.shows("macros/formatting.py:")
    assert "SyntaxError" in server.page() and "No figure here" in server.page("words.html")
    _edit(code / "formatting.py", "else f'not closed", 'else f"$ {text}"')
    assert server.shows("$ 0.20")
    _edit(code / "register.py", "This page cannot be built", "Look here")
    _edit(page, "lambda.requests", "lambda.reqests")
    assert server.shows("Look here")


def test_what_keeps_every_page_from_being_built_shows_too(server):
    """A slip in mkdocs.yml, in the first module of the macros, in the name of a template: the browser is answered, and the site comes back."""
    page, config, module = server.project / "docs" / "words.md", server.project / "mkdocs.yml", server.project / "macros" / "__init__.py"
    assert server.shows("$0.20")
    _edit(config, "site_name: Small", "site_name: [Small")
    assert server.shows("Nothing was built") and "mkdocs.yml" in server.page() and "livereload" in server.page("words.html")
    _edit(config, "site_name: [Small", "site_name: Small")
    assert server.shows("$0.20")
    _edit(module, "import sys", "import sys as")
    assert server.shows("macros/__init__.py:") and "SyntaxError" in server.page("words.html")
    _edit(module, "import sys as", "import sys")
    assert server.shows("$0.20")
    words = page.read_text(encoding="utf-8")
    page.write_text(f"---\ntemplate: nothing.html\n---\n{words}", encoding="utf-8")
    assert server.shows("TemplateNotFound: ") and "nothing.html" in server.page("words.html")
    page.write_text(words, encoding="utf-8")
    assert server.shows("$0.20")


def test_a_rates_file_that_is_broken_from_the_start(project):
    _edit(project / "macros" / "rates.yml", "price: 0.20", "price: -0.20")
    server = small_site.Server(project)
    try:
        assert server.shows("lambda.requests: the price must be a plain positive decimal")
        assert server.logs("lambda.requests: the price must be a plain positive decimal") and "Traceback" not in server.logged()
        assert "No figure here" in server.page("words.html")
        _edit(project / "macros" / "rates.yml", "price: -0.20", "price: 0.20")
        assert server.shows("$0.20")
    finally:
        server.stop()


def test_a_build_with_broken_rates_leaves_the_last_site_as_it_was(project):
    """The build stops before the old site is touched, with a line a mistake and no traceback."""
    assert small_site.build(project, "--strict").returncode == 0
    before = {path: path.read_bytes() for path in (project / "site").rglob("*") if path.is_file()}
    _edit(project / "macros" / "rates.yml", "price: 0.20", "price: -0.20")
    failed = small_site.build(project, "--strict")
    assert failed.returncode != 0 and "Traceback" not in failed.stdout
    assert re.search(r"macros/rates\.yml:\d+: lambda\.requests: the price must be a plain positive decimal", failed.stdout)
    assert {path: path.read_bytes() for path in (project / "site").rglob("*") if path.is_file()} == before


def test_a_day_that_is_none_is_one_line(project):
    failed = small_site.build(project, extra={"AS_OF": "soon"})
    assert failed.returncode != 0 and "AS_OF=soon is not a date: write it as 2016-01-23" in failed.stdout and "Traceback" not in failed.stdout


def test_a_build_started_from_another_folder_finds_the_snippets(project, tmp_path_factory):
    """The shell may stand anywhere: `mkdocs build -f guide/mkdocs.yml`."""
    (project / "docs" / "words.md").write_text('# Words\n\n--8<-- "workloads/image-resize.yml:3:3"\n', encoding="utf-8")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(project / "mkdocs.yml")]
    made = subprocess.run(command, cwd=elsewhere, env=built.environment(), capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert "title: Resize uploaded images" in (project / "site" / "words.html").read_text(encoding="utf-8")
