"""TypeScript finds no error in the JavaScript: in the pages' modules, in the sandbox's scripts, and in the tests' programs for Node.js."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.lambda_runtime import tools
from tests.test_repository import files

ROOT = Path(__file__).resolve().parent.parent
BROWSER, NODE = ROOT / "tests", ROOT / "tests/js"
# What each configuration is for; the rest is the theme's, patches of the theme's own script, or an example that readers copy.
OURS = {
    BROWSER: ("docs/assets/js/**/*.mjs", "docs/assets/runner/*.js"),
    NODE: ("tests/js/*.mjs", "tests/lambda_runtime/*.mjs"),
}
WRONG = """\
/** @param {number} seconds */
const milliseconds = (seconds) => seconds * 1000;
milliseconds("3");
export const twice = (value) => value + value;
"""


def compiler(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*tools.typescript(), "--pretty", "false", "--project", str(project), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120)


def scripts(project: Path) -> set[Path]:
    matching = {path for pattern in OURS[project] for path in ROOT.glob(pattern)}
    return matching & set(files())


@pytest.mark.parametrize("project", OURS, ids=["browser", "node"])
def test_typescript_finds_nothing(project: Path) -> None:
    result = compiler(project)
    if result.returncode:
        pytest.fail(result.stdout + result.stderr, pytrace=False)


@pytest.mark.parametrize("project", OURS, ids=["browser", "node"])
def test_typescript_reads_every_script(project: Path) -> None:
    listed = {Path(line).resolve() for line in compiler(project, "--listFilesOnly").stdout.splitlines()}
    assert scripts(project), "no script was found"
    assert scripts(project) - listed == set()


@pytest.mark.parametrize("kind", ["browser", "node"])
def test_a_wrong_script_is_refused(tmp_path: Path, kind: str) -> None:
    """The compiler names the line of a wrong argument, and of a parameter without a type."""
    settings = {"extends": str({"browser": BROWSER, "node": NODE}[kind] / "tsconfig.json"), "include": ["wrong.mjs"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    (tmp_path / "wrong.mjs").write_text(WRONG, encoding="utf-8")
    result = compiler(tmp_path)
    assert result.returncode
    assert re.findall(r"wrong\.mjs\((\d+),\d+\): error (TS\d+):", result.stdout) == [("3", "TS2345"), ("4", "TS7006")]


def test_no_script_goes_around_its_types() -> None:
    """`any` and the comments that silence the compiler would make the checks above say nothing."""
    around = re.compile(r"@ts-(?:ignore|expect-error|nocheck)|@\w+ \{[^}\n]*\bany\b")
    found = {
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for project in OURS
        for path in scripts(project)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if around.search(line)
    }
    assert found == set()


def test_every_script_is_checked_in_an_editor_too() -> None:
    unmarked = {path for project in OURS for path in scripts(project) if not path.read_text(encoding="utf-8").startswith("// @ts-check\n")}
    assert unmarked == set()
