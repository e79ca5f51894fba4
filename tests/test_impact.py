"""`python -m macros impact`: every figure that a change of the rates file moves, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from macros import impact, rates
from tests import record, small_site

ROOT = Path(__file__).resolve().parents[1]
TODAY = date.today()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project under git: two pages, one workload, the real rates file."""
    folder = tmp_path / "project"
    (folder / "docs" / "workloads").mkdir(parents=True)
    shutil.copytree(ROOT / "macros", folder / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(record.FILE, folder / "macros" / "rates.yml")
    shutil.copy(ROOT / "docs" / "workloads" / "image-resize.yml", folder / "docs" / "workloads")
    (folder / "docs" / "index.md").write_text(
        "---\ntitle: x\n---\n\n# Home\n\nA million requests cost {{ price('lambda.requests') }}, they say. Storage is another matter.\n",
        encoding="utf-8",
    )
    (folder / "docs" / "s3.md").write_text(
        "# S3\n\nA PUT costs {{ price('s3.put_requests') }}.\n\n"
        "{{ bill('image-resize', free_tier=False, on='2026-11-01').only('lambda.requests').total | usd }} for requests.\n",
        encoding="utf-8",
    )
    (folder / "mkdocs.yml").write_text(small_site.CONFIG + "extra: {place: here}\n", encoding="utf-8")
    _git(folder, "init", "-q")
    _git(folder, "add", ".")
    _git(folder, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "first")
    return folder


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def _impact(folder: Path, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "macros", "impact", *words], cwd=folder, capture_output=True, text=True)


def _reprice(folder: Path, dimension: str, new: str) -> None:
    """The newest price of a dimension in us-east-1, in the file, replaced."""
    path = folder / "macros" / "rates.yml"
    line = next(v.line for v in reversed(rates.load(path).rates[dimension].values) if "us-east-1" in v.regions)
    text = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(number for number in range(line - 1, len(text)) if re.match(r"\s+price: [\d.]+$", text[number].rstrip("\n")))
    text[at] = re.sub(r"price: [\d.]+", f"price: {new}", text[at])
    path.write_text("".join(text), encoding="utf-8")


def test_nothing_moves_when_nothing_changed(project):
    told = _impact(project)
    assert (told.returncode, told.stdout, told.stderr) == (0, "No figure on any page moves.\n", "")


def test_a_changed_rate_moves_its_figures_with_page_sentence_and_percent(project):
    _reprice(project, "lambda.requests", "0.25")
    told = _impact(project)
    assert told.returncode == 0
    assert "index.md\n  $0.20 -> $0.25 (+25.0\N{NO-BREAK SPACE}%): A million requests cost $0.25, they say." in told.stdout
    # 1,000,000 requests at 0.25 a million instead of 0.20
    assert "s3.md\n  $0.20 -> $0.25 (+25.0\N{NO-BREAK SPACE}%): $0.25 for requests." in told.stdout
    assert "$0.005" not in told.stdout  # the price of a PUT has not moved
    assert told.stdout.endswith("2 figures on 2 pages move.\n")


def test_one_figure_moves_and_two_move(project):
    _reprice(project, "s3.put_requests", "0.004")
    assert _impact(project).stdout.endswith("1 figure on 1 page moves.\n")


def test_the_same_for_machines(project):
    _reprice(project, "s3.put_requests", "0.004")
    moves = json.loads(_impact(project, "--json").stdout)["moves"]
    assert moves == [
        {
            "page": "s3.md",
            "sentence": "A PUT costs $0.004.",
            "before": "$0.005",
            "after": "$0.004",
            "percent": "-20.0\N{NO-BREAK SPACE}%",
            "reference_only": False,
        }
    ]


def test_the_sentence_of_a_figure_in_a_table_is_its_row():
    table = (
        '<table><tr><th>Lambda requests</th> <td>3,000 requests</td> <td><data class="figure" value="0.06">$0.06</data></td></tr>'
        '<tr><th>Total</th> <td><button class="figure" value="1">$1.00</button><samp class="receipt">not this</samp></td></tr></table>'
    )
    assert [shown.sentence for shown in impact.figures("page.md", table)] == ["Lambda requests, 3,000 requests, $0.06", "Total, $1.00"]


def test_another_revision_can_be_the_base(project):
    _reprice(project, "lambda.requests", "0.25")
    _git(project, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qam", "second")
    assert "No figure" in _impact(project).stdout
    assert "$0.20 -> $0.25" in _impact(project, "--base", "HEAD~1").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [(["--base", "nowhere"], "no macros/rates.yml in revision nowhere"), (["--bass", "x"], "unrecognized arguments")],
)
def test_a_wrong_base_is_one_line(project, words, message):
    told = _impact(project, *words)
    assert told.returncode == 2 and told.stdout == ""
    assert message in told.stderr and told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (b"---\ntitle: x\n---\n\n{{ price('lambda.nothing') }}", "docs/index.md:5: there is no price dimension 'lambda.nothing'"),
        (b"{{ price() }}", "docs/index.md:1: price: missing 1 required positional argument: 'dimension'"),
        ("A café.".encode("cp1252"), "docs/index.md: is not UTF-8 text"),
    ],
)
def test_a_broken_page_is_one_line_that_names_it(project, page, message):
    (project / "docs" / "index.md").write_bytes(page)
    told = _impact(project)
    assert told.returncode == 2 and told.stderr.startswith(message) and told.stderr.count("\n") == 1 and told.stdout == ""


def test_a_page_that_builds_is_compared(project):
    """What mkdocs-macros gives to pages is there: the configuration, the page, the front matter, `extra`; and pages without macros stay out."""
    page = "---\ntitle: A title\nmemory: 512\n---\n\n# Home {#home}\n\n{{ config.site_name }}, {{ page.title }}, {{ memory }} MB, {{ place }}, "
    page += "{{ page.file.src_uri }}: {{ price('lambda.requests') }}.\n"
    (project / "docs" / "index.md").write_text(page, encoding="utf-8")
    without = "---\ntitle: x\ndescription: " + "long " * 120 + "\nrender_macros: false\n---\n\nruns-on: ${{ matrix.os }}\n"
    (project / "docs" / "workflow.md").write_text(without, encoding="utf-8")
    _reprice(project, "lambda.requests", "0.25")
    told = _impact(project)
    assert told.returncode == 0, told.stderr
    assert "index.md\n  $0.20 -> $0.25 (+25.0\N{NO-BREAK SPACE}%): Small, A title, 512 MB, here, index.md: $0.25.\n" in told.stdout


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("First. In US East (N. Virginia) it costs FIGURE a month. Then more.", "In US East (N. Virginia) it costs $1.00 a month."),
        ("Take a server, e.g. The one below, for FIGURE. Next.", "Take a server, e.g. The one below, for $1.00."),
        ("One! FIGURE is what it costs (see above. There it is). Next?", "$1.00 is what it costs (see above. There it is)."),
        ("It is 0.5 of FIGURE, i.e. half.", "It is 0.5 of $1.00, i.e. half."),
        ("Write <code>{{ total | usd }}</code>: it prints FIGURE. Next.", "Write {{ total | usd }}: it prints $1.00."),
        ("\u201cIt costs FIGURE.\u201d Next.", "\u201cIt costs $1.00.\u201d"),
    ],
)
def test_the_sentence_of_a_figure_is_whole(text, sentence):
    html = text.replace("FIGURE", '<button class="figure" value="1">$1.00</button><samp class="receipt">Not this. <span>Nor this.</span></samp>')
    assert [shown.sentence for shown in impact.figures("page.md", f"<ul><li>{html}</li><li>Another item.</li></ul>")] == [sentence]


def test_an_empty_cell_leaves_no_gap():
    row = '<tr><th>7 February 2015</th><td><data class="figure" value="1">$1.00</data></td><td></td><td>the first day</td></tr>'
    assert [shown.sentence for shown in impact.figures("page.md", row)] == ["7 February 2015, $1.00, the first day"]


def test_a_base_is_never_taken_for_an_option_of_git(project):
    told = _impact(project, f"--base=--output={project}/written")
    assert told.returncode == 2 and told.stderr.count("\n") == 1 and "git knows no such revision" in told.stderr
    assert not list(project.glob("written*"))


def test_a_figure_that_only_one_state_shows_is_told(project):
    page = project / "docs" / "index.md"
    page.write_text(
        "{% if price('lambda.requests') > 0.00000022 %}Expensive: {{ price('lambda.requests') }}.{% else %}Cheap, and that is that.{% endif %}\n",
        encoding="utf-8",
    )
    _reprice(project, "lambda.requests", "0.25")
    assert "not shown -> $0.25: Expensive: $0.25." in _impact(project).stdout


class _Recording(rates.RateCard):
    """A rate card that notes which values were asked for."""

    asked: set[int] = set()

    def price(self, dimension):
        value = super().price(dimension)
        self.asked.add(id(value))
        return value


def test_each_rate_moves_a_figure_or_stands_in_the_reference_only(monkeypatch):
    """Every value in force today, raised by 1 %: a figure outside the reference moves, or the reference alone shows it.

    Each page is rendered once to learn which values it asks for; then each value is bumped by itself, and the pages that ask
    for it are rendered anew.
    """
    book, docs = rates.load(), ROOT / "docs"
    monkeypatch.setattr(rates, "RateCard", _Recording)
    names = [path.relative_to(docs).as_posix() for path in sorted(docs.rglob("*.md"))]
    asked: dict[int, list[str]] = {}
    before: dict[str, str] = {}
    for name in names:
        _Recording.asked = set()
        before |= impact.render(book, docs, TODAY, only={name})
        if not name.startswith("reference/"):
            for value in _Recording.asked:
                asked.setdefault(value, []).append(name)
    reference = (page for page in names if page.startswith("reference/"))
    shown = "".join(before.get(page, "") for page in reference)

    unmoved, on_pages, on_reference_only = [], 0, 0
    for rate in book.rates.values():
        for value in rate.values:
            in_force = any(rate.in_force(TODAY, region) is value for region in (book.regions if not rate.is_global else ["us-east-1"]))
            if not in_force or value.free or not any(tier.price for tier in value.tiers):
                continue
            pages = asked.get(id(value), [])
            moved = False
            with _raised(value):
                for page in pages:
                    moved = moved or _printed(before[page]) != _printed(impact.render(book, docs, TODAY, only={page})[page])
            first = next(tier.price for tier in value.tiers if tier.price)
            if moved:
                on_pages += 1
            elif f">${first:,f}<" in shown:
                on_reference_only += 1
            else:
                unmoved.append(f"{rate.dimension} from {value.since} in {', '.join(value.regions)}, asked for by {pages}")
    assert not unmoved
    assert on_pages > 20 and on_reference_only > 0


def _printed(page: str) -> list[str]:
    """The figures of a page, as they read."""
    return re.findall(r'class="figure"[^>]*>([^<]*)<', page)


class _raised:
    """One value with all its prices up by 1 %, for a while. Values are frozen; this is a test's way around it."""

    def __init__(self, value):
        self.value = value

    def __enter__(self):
        self.tiers = self.value.tiers
        bumped = tuple(rates.Tier(tier.up_to, tier.price and tier.price * Decimal("1.01")) for tier in self.tiers)
        object.__setattr__(self.value, "tiers", bumped)

    def __exit__(self, *_):
        object.__setattr__(self.value, "tiers", self.tiers)
