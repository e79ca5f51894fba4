"""What the GitHub workflows promise: nothing untested is published, each day has its site, and nothing changes by itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parent.parent / ".github" / "workflows"
WORKFLOWS = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
ON = True  # YAML reads the key `on` as a yes


def steps(name: str) -> list[dict]:
    return [step for job in WORKFLOWS[name]["jobs"].values() for step in job.get("steps", [])]


def before(jobs: dict, name: str) -> set[str]:
    """Every job that a job waits for."""
    needs = jobs[name].get("needs", [])
    direct = {needs} if isinstance(needs, str) else set(needs)
    return direct.union(*(before(jobs, other) for other in direct))


def test_nothing_is_published_before_its_own_tests_have_passed():
    jobs = WORKFLOWS["publish.yml"]["jobs"]
    assert jobs["test"] == {"uses": "./.github/workflows/test.yml", "permissions": {"contents": "read"}}
    assert "test" in before(jobs, "build")
    assert {"test", "build"} <= before(jobs, "deploy")
    assert "if" not in jobs["build"], "a condition such as always() would publish after a failure"
    assert jobs["deploy"]["if"] == "github.ref == 'refs/heads/main'", "another branch is never published; nor is main after a failure"
    assert "workflow_call" in WORKFLOWS["test.yml"][ON]
    assert ".ci/run" in [step.get("run") for step in steps("test.yml")]


def test_main_is_not_tested_twice():
    assert WORKFLOWS["test.yml"][ON]["push"] == {"branches-ignore": ["main"]}
    assert WORKFLOWS["publish.yml"][ON]["push"] == {"branches": ["main"]}


def test_the_site_is_built_anew_each_day():
    """A price with a `from` in the future takes effect on its day without anybody's doing."""
    [schedule] = WORKFLOWS["publish.yml"][ON]["schedule"]
    minute, hour, *every = schedule["cron"].split()
    assert every == ["*", "*", "*"]
    assert (int(hour), 0 <= int(minute) < 60) == (0, True), "soon after midnight UTC, the day that the build takes for today"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_python_is_pinned(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    versions = re.findall(r"python-version: (.*)", text)
    matrix = re.findall(r"python: \[(.*?)\]", text)
    assert versions or "setup-python" not in text
    wanted = [version for version in versions if "matrix" not in version] + [entry for row in matrix for entry in row.split(", ")]
    assert [version for version in wanted if not re.fullmatch(r'"3\.\d+"', version)] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_packages_come_with_hashes_and_run_no_build_script(name):
    for step in steps(name):
        if "pip install" in step.get("run", ""):
            assert "--require-hashes --only-binary=:all:" in step["run"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_do_no_more_than_it_says(name):
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] in ({}, {"contents": "read"})
    assert "pull_request_target" not in workflow[ON]
