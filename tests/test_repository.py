"""The repository itself: no price typed by hand, what is used pinned and explained, nothing of anyone's machine."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {".git", ".venv", "site", "node_modules", ".tools", "__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache"}

AMOUNT = r"\d(?:[\d,.]*\d)?"
MONEY = re.compile(
    rf"(?:US)?[$€£]\s?{AMOUNT}|\b(?:USD|EUR|GBP)\s?{AMOUNT}|"
    rf"\b{AMOUNT}\s?(?:(?:USD|EUR|GBP|dollars?|euros?|cents?)\b|[€£])"
)
# `$1` in the replacement of a JavaScript regular expression is a group, not a dollar.
REPLACEMENT = re.compile(r"\.replace(?:All)?\([^\n]*")

# What is no prose of a page: listings, macros, comments.
NO_PROSE = (
    r"(?ms)^(?P<fence>[ \t]*(?:`{3,}|~{3,})).*?^\s*(?:`{3,}|~{3,})[ \t]*$",  # a fenced listing
    r"(?s)\{%\s*raw\s*%\}.*?\{%\s*endraw\s*%\}",
    r"(?s)\{#.*?#\}",
    r"(?s)\{\{.*?\}\}",  # a macro: its figure is computed, or someone's quotation
    r"(?s)\{%.*?%\}",
    r"(?s)(`+)(?!`).+?(?<!`)\1(?!`)",  # code in a line
)


def files() -> list[Path]:
    """Every file that is, or is about to be, in version control; all there are where git does not know the folder."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True) if shutil.which("git") else None
    if listed and listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = list(ROOT.rglob("*"))
    return sorted(path for path in set(found) if path.is_file() and not NOT_OURS & set(path.relative_to(ROOT).parts))


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""  # a picture


def hits(path: Path, pattern: re.Pattern[str], text: str) -> list[str]:
    name = path.relative_to(ROOT).as_posix()
    return [f"{name}:{number}: {found[0]}" for number, line in enumerate(text.splitlines(), 1) for found in pattern.finditer(line)]


def without(text: str, *patterns: str) -> str:
    """The text without what the patterns match, line numbers kept."""
    for pattern in patterns:
        text = re.sub(pattern, lambda found: "\n" * found[0].count("\n") or " ", text)
    return text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It costs $0.20.", ["$0.20"]),
        ("It costs 0.20 USD or US$ 5", ["0.20 USD", "US$ 5"]),
        ("twenty cents, 3 dollars", ["3 dollars"]),
        ('{{ price("lambda.requests") }} and {{ quoted("$43.54", by="x") }}', []),
        ("`$1` and ``$2``", []),
        ("```sh\necho $1\n```\nthen $7", ["$7"]),
        ("/// note\n    ~~~\n    $5\n    ~~~\n///\n€3", ["€3"]),
        ("description: a million for $0.20", ["$0.20"]),
    ],
)
def test_money_is_seen_in_prose_and_not_in_code_or_macros(text, found):
    assert [hit.rpartition(": ")[2] for hit in hits(ROOT / "page.md", MONEY, without(text, *NO_PROSE))] == found


def test_no_page_has_a_price_typed_into_it():
    typed = [hit for path in files() if path.suffix == ".md" and path.is_relative_to(ROOT / "docs")
             for hit in hits(path, MONEY, without(text_of(path), *NO_PROSE))]  # fmt: skip
    assert not typed, "figures come from macros, and someone else's from quoted(...):\n" + "\n".join(typed)


def test_no_code_has_a_price_typed_into_it():
    code = [path for path in files() if path.suffix == ".py" and path.parent == ROOT / "macros"]
    code += [path for path in files() if path.suffix in {".mjs", ".js"} and path.is_relative_to(ROOT / "docs")]
    typed = [hit for path in code for hit in hits(path, MONEY, without(text_of(path), REPLACEMENT.pattern))]
    assert not typed, "prices live in macros/rates.yml:\n" + "\n".join(typed)


def requirements(suffix: str) -> list[Path]:
    """Ours, not those of an example's deployment package."""
    found = [path for path in files() if re.fullmatch(rf"requirements.*\.{suffix}", path.name) and path.parent in {ROOT, ROOT / "tests"}]
    assert len(found) == 4
    return found


def test_every_requirement_says_why_it_is_there():
    for path in requirements("in"):
        wanted = [line for line in text_of(path).splitlines() if line and not line.startswith(("#", "-"))]
        assert wanted, f"{path.name} asks for nothing"
        assert not [line for line in wanted if not re.search(r"\S  # \S.{8,}", line)], f"a reason is missing in {path.relative_to(ROOT)}"
        assert path.with_suffix(".txt").exists(), f"{path.relative_to(ROOT)} is not compiled; run: make lock"


def test_what_macros_import_is_required_and_nothing_else_says_so():
    """A reason that names macros/ is true: the package is imported there, in the file that it names."""
    package = {"yaml": "pyyaml"}
    imported: dict[str, set[str]] = {}
    for path in (ROOT / "macros").rglob("*.py"):
        for node in ast.walk(ast.parse(text_of(path))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for name in {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"macros"}:
                imported.setdefault(package.get(name, name), set()).add(path.relative_to(ROOT).as_posix())
    reasons = dict(re.findall(r"^([\w-]+)[^#\n]*# (.*)$", text_of(ROOT / "requirements.in"), re.MULTILINE))
    assert imported.keys() <= reasons.keys(), "imported by macros/, not asked for in requirements.in"
    for name, reason in reasons.items():
        named = re.search(r"macros/(?:\w+\.py)?", reason)
        if named:
            files = imported.get(name, set())
            assert any(file.startswith(named[0]) for file in files), f"{name}: {reason}: imported by {sorted(files) or 'nothing'}"


def test_every_requirement_is_pinned_with_hashes_and_names_no_place():
    for path in requirements("txt"):
        text = text_of(path)
        entries = re.split(r"\n(?=[A-Za-z0-9])", without(text, r"(?m)^\s*#.*$").strip())
        assert entries
        for entry in entries:
            assert re.match(r"[\w.-]+(\[[\w, .-]+\])?==\S+", entry), f"{path.relative_to(ROOT)}: not pinned: {entry[:60]}"
            assert "--hash=sha256:" in entry, f"{path.relative_to(ROOT)}: no hash: {entry[:60]}"
        assert not re.search(r"://|--(?:extra-)?index-url|--find-links|file:|@ ", text), f"{path.relative_to(ROOT)} names a place"


def test_the_two_sets_of_requirements_agree():
    def pins(path: Path) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", text_of(path), re.MULTILINE))

    site, tests = pins(ROOT / "requirements.txt"), pins(ROOT / "tests/requirements.txt")
    assert {name: tests[name] for name in site.keys() & tests.keys()} == {name: site[name] for name in site.keys() & tests.keys()}


def test_every_action_is_pinned_to_a_commit_and_says_its_version():
    workflows = [path for path in files() if path.is_relative_to(ROOT / ".github/workflows")]
    assert workflows
    for path in workflows:
        used = re.findall(r"^.*\buses:.*$", text_of(path), re.MULTILINE)
        assert used, f"{path.name} uses no action"
        for line in used:
            if "uses: ./.github/workflows/" in line:
                continue  # one of ours, of the same commit
            assert re.search(r"uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$", line), f"{path.name}: {line.strip()}"


def test_no_file_names_a_place_on_someones_machine():
    # Written so that this line is no hit itself.
    place = re.compile(r"/(?:home|Users)/(?!runner\b|sbx_user)[\w.-]+/|/(?:root|work)/[\w.]+|[A-Z]:\\Users\\")
    named = [hit for path in files() for hit in hits(path, place, text_of(path))]
    assert not named, "\n".join(named)


@pytest.mark.parametrize("command", [("check", "--output-format=concise"), ("format", "--check")], ids=["check", "format"])
def test_ruff_finds_nothing(command):
    result = subprocess.run([sys.executable, "-m", "ruff", *command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        pytest.fail(result.stdout + result.stderr, pytrace=False)
