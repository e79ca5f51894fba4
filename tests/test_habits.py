"""What every well-kept repository has: forms, policies, updates, a container to work in, no typos, and workflows without weaknesses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.test_repository import ROOT, files, text_of

GITHUB = ROOT / ".github"
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
REPOSITORY = "https://github.com/learn-aws-lambda/guide/"
SCRIPTS = Path(sysconfig.get_path("scripts"))


def load(path: Path) -> dict:
    return yaml.safe_load(text_of(path))


def test_the_top_level_has_what_it_had_and_what_every_repository_has():
    of_the_guide = {"mkdocs.yml", "docs", "macros", "tests", "requirements.in", "requirements.txt"}
    of_any = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "LICENSE-TEXT", "Makefile"}
    names = {path.relative_to(ROOT).parts[0] for path in files()}
    assert {name for name in names if not name.startswith(".")} == of_the_guide | of_any


# Dependabot


def test_dependabot_looks_at_everything_that_is_pinned_each_week_and_all_at_once():
    examples = ROOT / "docs" / "examples"  # deployment packages; their versions are what the pages say
    pinned = {("github-actions", "/")}
    for path in files():
        ecosystem = "npm" if path.name == "package.json" else "pip" if re.fullmatch(r"requirements.*\.txt", path.name) else None
        if ecosystem and not path.is_relative_to(examples):
            pinned.add((ecosystem, "/" + path.parent.relative_to(ROOT).as_posix().removeprefix(".")))
    updates = load(GITHUB / "dependabot.yml")["updates"]
    looked_at = {(update["package-ecosystem"], folder) for update in updates for folder in update.get("directories", [update.get("directory")])}
    assert looked_at == pinned
    for update in updates:
        assert update["schedule"] == {"interval": "weekly"}
        assert [group["patterns"] for group in update["groups"].values()] == [["*"]], "one pull request a week, not one a package"
        assert update["commit-message"] == {"prefix": "Dependencies"}


# Forms and policies


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_a_form_is_one_that_github_accepts(form):
    """GitHub's syntax for form schemas; it leaves a form that breaks it out of the list, without a word."""
    content = load(form)
    assert {"name", "description", "title", "labels", "body"} == content.keys()
    fields = [element for element in content["body"] if element["type"] != "markdown"]
    assert {element["type"] for element in fields} <= {"input", "textarea", "dropdown", "checkboxes"}
    for key in ("id", "label"):
        values = [element["id"] if key == "id" else element["attributes"]["label"] for element in fields]
        assert len(set(values)) == len(values)
    assert all(re.fullmatch(r"[\w-]+", element["id"]) for element in fields)
    assert all(element["attributes"].get("value") for element in content["body"] if element["type"] == "markdown")


def test_the_form_about_text_asks_where_what_and_how_we_can_know():
    fields = {element["id"]: element for element in load(GITHUB / "ISSUE_TEMPLATE" / "text.yml")["body"] if "id" in element}
    required = {name: field.get("validations", {}).get("required", False) for name, field in fields.items()}
    assert required == {"page": True, "sentence": True, "right": True, "source": False}, "a typo needs no source"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ".github/ISSUE_TEMPLATE/text.yml"])
def test_links_of_the_repository_lead_to_what_is_there(page):
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(ROOT / page))
    assert links
    for link in links:
        template = re.search(r"/issues/new\?template=(.*)", link)
        if template:
            assert (GITHUB / "ISSUE_TEMPLATE" / template[1]).is_file(), link
        if "//github.com/" in link:
            assert link.startswith(REPOSITORY), link
        elif "://" not in link:
            assert (ROOT / page).parent.joinpath(link).exists(), link


def test_a_vulnerability_is_reported_in_private():
    assert REPOSITORY + "security/advisories/new" in text_of(ROOT / "SECURITY.md")


def test_every_file_has_an_owner():
    rules = [line.split() for line in text_of(GITHUB / "CODEOWNERS").splitlines() if line and not line.startswith("#")]
    assert rules[0] == ["*", "@learn-aws-lambda/maintainers"]


def test_each_entry_of_the_changelog_says_for_whom_it_is():
    text = text_of(ROOT / "CHANGELOG.md")
    days = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days)
    assert days == sorted(set(days), reverse=True), "the newest first"
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    entries = re.findall(r"^- (.*)$", text, re.MULTILINE)
    assert [entry for entry in entries if not re.match(r"(Readers|Authors|Maintainers|Programs): ", entry)] == []


# The container


def test_the_container_has_the_python_of_the_published_site_and_the_port_of_make_serve():
    container = json.loads(text_of(ROOT / ".devcontainer" / "devcontainer.json"))
    [python] = set(re.findall(r'python-version: "(.*)"', text_of(GITHUB / "workflows" / "publish.yml")))
    assert re.fullmatch(rf"[\w./]+/python:\d+-{re.escape(python)}-[a-z]+", container["image"])
    makefile = text_of(ROOT / "Makefile")
    [port] = re.findall(r"^PORT \?= (\d+)$", makefile, re.MULTILINE)
    assert container["forwardPorts"] == [int(port)]
    make, target = container["postCreateCommand"].split()
    assert make == "make"
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


# zizmor


def weaknesses(folder: Path) -> set[str]:
    """What zizmor calls a weakness of medium severity or above in a .github folder: `rule: file`."""
    command = [SCRIPTS / "zizmor", "--offline", "--no-progress", "--min-severity", "medium", "--format", "json", folder]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode in {0, 13, 14}, result.stderr  # none, of medium severity, of high severity
    found = {f"{finding['ident']}: {finding['desc']}: {finding['locations'][0]['symbolic']['key']}" for finding in json.loads(result.stdout)}
    assert bool(found) == bool(result.returncode)
    return found


def test_the_workflows_have_no_weakness_that_is_known():
    assert weaknesses(GITHUB) == set()


# rule -> the file, an expression for what is in it, and what would be a weakness there
FAULTS = {
    "artipacked": ("workflows/publish.yml", "persist-credentials: false", "show-progress: false"),
    "dangerous-triggers": ("workflows/impact.yml", "pull_request:", "pull_request_target:"),
    "dependabot-cooldown": ("dependabot.yml", "default-days: 7", "default-days: 1"),
    "excessive-permissions": ("workflows/drift.yml", "    permissions:\n      contents: read\n      issues: write\n", "    permissions: write-all\n"),
    "template-injection": ("workflows/impact.yml", r'--base "\$BASE"', "--base ${{ github.event.pull_request.title }}"),
    "unpinned-uses": ("workflows/test.yml", r"@[0-9a-f]{40} # v(\d+)\S*", r"@v\1"),
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_weakness_is_seen(tmp_path, rule):
    file, text, instead = FAULTS[rule]
    copy = shutil.copytree(GITHUB, tmp_path / ".github")
    faulty, faults = re.subn(text, instead, (copy / file).read_text(encoding="utf-8"))
    assert faults
    (copy / file).write_text(faulty, encoding="utf-8")
    assert {found.partition(":")[0] for found in weaknesses(copy)} == {rule}


def test_nothing_that_is_published_comes_from_a_cache():
    """Other workflows fill the caches, and zizmor does not see that this one publishes."""
    steps = [step for job in load(GITHUB / "workflows" / "publish.yml")["jobs"].values() for step in job.get("steps", [])]
    assert steps
    assert [step for step in steps if "cache" in step.get("uses", "") or "cache" in step.get("with", {})] == []


# typos


def typos(*paths: Path) -> list[str]:
    command = [SCRIPTS / "typos", "--config", ROOT / ".typos.toml", "--force-exclude", "--format", "brief", "--file-list", "-"]
    result = subprocess.run(command, cwd=ROOT, input="\n".join(map(str, paths)), capture_output=True, text=True)
    assert result.returncode in {0, 2}, result.stderr
    return result.stdout.splitlines()


def test_nothing_is_misspelled():
    """In pages, code, tests, and the names of files, as in the United States."""
    assert typos(*(path.relative_to(ROOT) for path in files())) == []


# In two parts, so that this file has no typo.
@pytest.mark.parametrize("word", ["recie" + "ve", "colo" + "ur", "reco" + "gnise", "reg" + "on", "missp" + "elt"])
@pytest.mark.parametrize("name", ["page.md", "module.py", "workload.yml", ".github/workflow.yml"])
def test_a_misspelled_word_is_seen(tmp_path, name, word):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"One {word} too many\n", encoding="utf-8")
    [found] = typos(path)
    assert f"`{word}` should be" in found
