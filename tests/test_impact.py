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
from tests import record

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
        "---\ntitle: x\n---\n\n# Home\n\nA million calls cost {{ price('lambda.requests') }}, they say. Storage is another matter.\n",
        encoding="utf-8",
    )
    (folder / "docs" / "s3.md").write_text(
        "# S3\n\nA PUT costs {{ price('s3.put_requests') }}.\n\n"
        "{{ bill('image-resize', free_tier=False, on='2026-11-01').only('lambda.requests').total | usd }} for requests.\n",
        encoding="utf-8",
    )
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
    assert "index.md\n  $0.20 -> $0.25 (+25.0\N{NO-BREAK SPACE}%): A million calls cost $0.25, they say." in told.stdout
    # 1,000,000 requests at 0.25 a million instead of 0.20
    assert "s3.md\n  $0.20 -> $0.25 (+25.0\N{NO-BREAK SPACE}%): $0.25 for requests." in told.stdout
    assert "$0.005" not in told.stdout  # the price of a PUT has not moved
    assert told.stdout.endswith("2 figures on 2 pages move.\n")


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


def test_a_broken_page_is_one_line_that_names_it(project):
    (project / "docs" / "index.md").write_text("{{ price('lambda.nothing') }}", encoding="utf-8")
    told = _impact(project)
    assert told.returncode == 2 and told.stderr.startswith("docs/index.md: ") and told.stderr.count("\n") == 1


def test_a_figure_that_only_one_state_shows_is_told(project):
    page = project / "docs" / "index.md"
    page.write_text(
        "{% if price('lambda.requests') > 0.00000022 %}Dear: {{ price('lambda.requests') }}.{% else %}Cheap, and that is that.{% endif %}\n",
        encoding="utf-8",
    )
    _reprice(project, "lambda.requests", "0.25")
    assert "not shown -> $0.25: Dear: $0.25." in _impact(project).stdout


class _Recording(rates.RateCard):
    """A rate card that notes which values were asked for."""

    asked: set[int] = set()

    def price(self, dimension):
        value = super().price(dimension)
        self.asked.add(id(value))
        return value


def test_each_rate_moves_a_figure_or_stands_in_the_reference_only(monkeypatch):
    """Every value in force today, dearer by 1 %: a figure outside the reference moves, or the reference alone shows it.

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
            with _dearer(value):
                for page in pages:
                    moved = moved or bool(impact.moves({page: before[page]}, impact.render(book, docs, TODAY, only={page})))
            first = next(tier.price for tier in value.tiers if tier.price)
            if moved:
                on_pages += 1
            elif f">${first:,f}<" in shown:
                on_reference_only += 1
            else:
                unmoved.append(f"{rate.dimension} from {value.since} in {', '.join(value.regions)}, asked for by {pages}")
    assert not unmoved
    assert on_pages > 20 and on_reference_only > 0


class _dearer:
    """One value with all its prices up by 1 %, for a while. Values are frozen; this is a test's way around it."""

    def __init__(self, value):
        self.value = value

    def __enter__(self):
        self.tiers = self.value.tiers
        bumped = tuple(rates.Tier(tier.up_to, tier.price and tier.price * Decimal("1.01")) for tier in self.tiers)
        object.__setattr__(self.value, "tiers", bumped)

    def __exit__(self, *_):
        object.__setattr__(self.value, "tiers", self.tiers)
