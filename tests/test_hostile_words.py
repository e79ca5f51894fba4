"""Words in data files that would be HTML, Markdown, a formula or XML somewhere: in pages, data and feed they are read as they were written."""

from __future__ import annotations

import csv
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from macros import export, rates
from tests import built, record, small_site

HOSTILE = """<script>alert(1)</script> <img src=x onerror=alert(1)> [link](javascript:alert(1)) *bold* `code` __b__ {#id} {{ 7*7 }} "q" 'a' |</b> ++k++"""
KEYS = {"label", "title", "name", "note", "read_in", "evidence"}
WORKLOAD = {"title": HOSTILE, "events": 100_000_000, "per_event": {"lambda": {"duration_ms": 100, "memory_mb": 1024}}}
PAGE = """\
# Home

A price: {{ price('lambda.duration.x86_64', unit=True) }}; an allowance: {{ free_tier('lambda.requests') }};
a rule: {{ rule('lambda.billing_increment') }}; a quota: {{ quota('lambda.memory') }}.

{% set month = bill('hostile') %}{% set then = bill('hostile', on='2016-01-23') %}
A bill: {{ month.total }}, {{ month.per_event }}, {{ (month.total / then.total) | times }}, {{ then.total - month.total }};
{% for line in month.lines %}{{ line.label }}: {{ line.quantity }} {% endfor %}

1. In a list: {{ price('s3.stored') }}

    {{ replay('hostile', '2016-01-23') }}

{{ month | table }}

{{ quoted('HOSTILE', by='HOSTILE') }}

{{ quota_reference() }}
"""


def _spoiled(value: object, key: str = "") -> object:
    if isinstance(value, dict):  # a Region's name that is not the one AWS gives it is refused
        return value if key == "regions" else {name: _spoiled(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_spoiled(item) for item in value]
    if value == "null":
        return None
    return f"{value} {HOSTILE}" if key in KEYS else value


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of all macros whose rates file and workload are full of hostile words."""
    quoted = HOSTILE.replace("'", "\\'").replace("{{", "{").replace("}}", "}")
    pages = {"index.md": PAGE.replace("HOSTILE", quoted), "changes.md": "{{ change_list() }}\n", "reference/lambda.md": "# L\n\n{{ reference('lambda') }}\n"}
    pages["reference/s3.md"] = "# S3\n\n{{ reference('s3') }}\n"
    config = small_site.CONFIG.replace("{name: mkdocs", "{name: mkdocs, custom_dir: theme, static_templates: [changes.xml, data/rates.csv]")
    project = small_site.make(tmp_path_factory.mktemp("hostile"), pages, config)
    for name in ("changes.xml", "data/rates.csv"):
        (project / "theme" / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copy(built.ROOT / "docs" / ".theme" / name, project / "theme" / name)
    rates = project / "macros" / "rates.yml"
    end = "...\n" if rates.read_text(encoding="utf-8").endswith("...\n") else ""
    content = _spoiled(yaml.load(rates.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))
    rates.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=10_000) + end, encoding="utf-8")
    (project / "docs" / "workloads" / "hostile.yml").write_text(yaml.safe_dump(WORKLOAD), encoding="utf-8")
    made = small_site.build(project, "--no-strict")  # the macros link to pages of the reference that are not in this site
    assert made.returncode == 0, made.stdout
    return project / "site"


class _Live(HTMLParser):
    """What a browser would run or make of the words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "strong" or given.get("src") == "x" or "onerror" in given or (given.get("href") or "").startswith("javascript:") or given.get("id") == "id":
            self.found.append(self.get_starttag_text())

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("name", ["index", "changes", "reference/lambda", "reference/s3"])
def test_pages_show_the_words_as_they_were_written(site, name):
    html = (site / f"{name}.html").read_text(encoding="utf-8")
    body = re.search(r'<div class="col-md-9" role="main">.*', html, re.DOTALL)[0]
    live = _Live()
    live.feed(body)
    dated = [start for start in live.found if start != "<strong>"]  # the reference prints values in bold
    assert dated == [] and "<script>alert" not in html and not re.search(r"<(b|em|code|kbd)>(bold|code|b|k)<", body)
    assert "".join(live.texts).count("[link](javascript:alert(1)) *bold* `code` __b__") > 3


def test_the_feed_is_well_formed(site):
    feed = ElementTree.parse(site / "changes.xml").getroot()
    assert any("<script>alert(1)</script>" in (title.text or "") for title in feed.iter("{http://www.w3.org/2005/Atom}title"))


def test_no_cell_of_the_data_is_a_formula(site):
    with (site / "data" / "rates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) > 100 and not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("key", ['=HYPERLINK("http://example.org")', 'ec2."><b>&', "ec2.<script>"])
def test_a_key_that_is_no_name_is_refused_or_does_no_harm(tmp_path, key):
    text = record.FILE.read_text(encoding="utf-8")
    assert "  ec2.t2.micro:\n" in text
    file = tmp_path / "rates.yml"
    file.write_text(text.replace("  ec2.t2.micro:\n", f"  '{key}':\n"), encoding="utf-8")
    try:
        book = rates.load(file)
    except rates.RatesError as error:
        assert key in str(error)
        return
    rows = csv.reader(export.rates_csv(book).splitlines())
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    ElementTree.fromstring(export.atom_feed(book, "https://example.org/", record.DAY, "Guide"))
