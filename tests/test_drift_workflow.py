""".github/workflows/drift.yml: its two scripts, run here with stand-ins for `python` and `gh` that write down what they were asked."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

WORKFLOW = Path(__file__).parent.parent / ".github" / "workflows" / "drift.yml"
STEPS = {step["name"]: step for step in yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["drift"]["steps"] if "name" in step}
SUMMARY = "1 different, 0 announced, 0 missing here, 0 missing there, 9 same, 0 not read or not matched"
REPORT = f"""rates.yml on 2026-11-23 against 2 price-list files

different (1)
  lambda.requests, us-east-1: a -> b

{SUMMARY}
"""
LOG = "AWSLambda us-east-1: 0.7 MB\nAmazonS3 us-east-1: 0.5 MB\n"


@dataclass(frozen=True)
class Runner:
    """A folder in which a step's script runs."""

    folder: Path

    def stand_in(self, name: str, script: str) -> None:
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, step: str, **environment: str) -> str:
        """As GitHub runs it: bash -e. Returns what it prints."""
        env = {"PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "GITHUB_OUTPUT": "output", **environment}
        script = ["bash", "-e", "-c", STEPS[step]["run"]]
        result = subprocess.run(script, cwd=self.folder, env=env, capture_output=True, text=True, timeout=30)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture
def runner(tmp_path) -> Runner:
    return Runner(tmp_path)


@pytest.mark.parametrize(
    ("report", "status", "expected"),
    [
        (REPORT, 0, f"status=0\nsummary={SUMMARY}\n"),
        (REPORT, 1, f"status=1\nsummary={SUMMARY}\n"),
        (REPORT, 2, f"status=2\nsummary={SUMMARY}\n"),
        ("", 1, "status=2\nsummary=the comparison did not come to an end\n"),
        ("rates.yml on 2026-11-23\n", 137, "status=2\nsummary=the comparison did not come to an end\n"),
    ],
    ids=["nothing differs", "something differs", "something was not read", "a crash", "killed"],
)
def test_a_crash_does_not_pass_for_a_difference(runner, report, status, expected):
    runner.write("expected-report", report)
    runner.stand_in("python", f'echo "$*" >asked; cat expected-report; echo trouble >&2; exit {status}')
    runner.run("Compare")
    assert runner.read("output") == expected
    assert runner.read("asked") == "-m macros drift --fetch\n"


def test_a_report_cannot_command_the_runner(runner):
    """What stands between stop-commands and its token is text to GitHub's runner; the token differs each time."""
    runner.write("expected-report", REPORT.replace("lambda.requests", "::set-output name=status::0"))
    runner.stand_in("python", "cat expected-report; echo '::error::from a server' >&2; exit 1")
    tokens = []
    for _ in range(2):
        shown = runner.run("Compare").splitlines()
        found = re.fullmatch(r"::stop-commands::([0-9a-f]{32})", shown[0])
        assert found, shown[0]
        assert shown[-1] == f"::{found[1]}::"
        assert "::error::from a server" in shown[1:-1]
        tokens.append(found[1])
    assert tokens[0] != tokens[1]


def keep_issue(runner: Runner, *, open_issue: str = "", body: str = "", log: str = LOG, report: str = REPORT) -> list[str]:
    """Runs the step with an open issue or none; the calls of gh without their long texts."""
    runner.write("report.txt", report)
    runner.write("log.txt", log)
    runner.write("body-there", body)
    runner.stand_in(
        "gh",
        f'echo "$1 $2 $3" >>calls; if [ "$2" = list ]; then echo "{open_issue}"; elif [ "$2" = view ]; then cat body-there; fi;'
        ' for word; do case $word in "The report has"*) echo "$word" >comment ;; esac; done',
    )
    runner.run("Open or update the issue", SUMMARY=SUMMARY, RUN="https://example.org/run", GH_TOKEN="none", GH_REPO="a/b")
    return runner.read("calls").splitlines()


def test_the_first_report_opens_one_issue(runner):
    assert keep_issue(runner) == ["label create price-drift", "issue list --label", "issue create --title"]
    body = runner.read("body.md")
    assert body.startswith(f"{SUMMARY}\n\n````text\n\ndifferent (1)\n  lambda.requests, us-east-1: a -> b\n")
    assert "MB" not in body, "progress is no news"
    assert "2026-11-23" not in body, "the day of the run would make each report a new one"


def test_an_unchanged_report_leaves_the_issue_alone(runner):
    keep_issue(runner)
    unchanged = runner.read("body.md").replace("\n", "\r\n")
    assert keep_issue(runner, open_issue="7", body=unchanged)[3:] == ["label create price-drift", "issue list --label", "issue view 7"]


def test_a_changed_report_updates_the_issue_and_says_so(runner):
    calls = keep_issue(runner, open_issue="7", body="last week's report")
    assert calls[2:] == ["issue view 7", "issue edit 7", "issue comment 7"]
    assert runner.read("comment") == f"The report has changed: {SUMMARY} ([run](https://example.org/run))\n"


def test_what_could_not_be_read_is_in_the_issue(runner):
    keep_issue(runner, log=LOG + "AmazonEC2 us-east-1: https://example.org/x: HTTP 404 Not Found\n")
    assert "Not read or not matched:\n\n````text\nAmazonEC2 us-east-1: https://example.org/x: HTTP 404 Not Found\n````" in runner.read("body.md")


def test_a_long_report_is_cut_to_what_an_issue_holds(runner):
    keep_issue(runner, report=REPORT + "  a line of what is the same\n" * 4000)
    body = runner.read("body.md")
    assert len(body) < 65_536
    assert "lambda.requests, us-east-1: a -> b" in body
    assert "... (the rest is in the log of the run)" in body


def test_the_workflow_may_do_no_more_than_it_needs():
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["drift"]["permissions"] == {"contents": "read", "issues": "write"}
    assert "close" not in STEPS["Open or update the issue"]["run"].replace("which never closes it", "")
    assert STEPS["Open or update the issue"]["if"] == "steps.compare.outputs.status != '0'"
