"""`make build`: whatever happens to a build, site/ holds a whole site. A quick stand-in for MkDocs writes the sites here."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests import built

FILES = 40
# Writes its name into each file, index.html last, one millisecond a file; then fails if its name says so.
STAND_IN = f"""
import pathlib, sys, time
name, folder = sys.argv[1], pathlib.Path(sys.argv[sys.argv.index("--site-dir") + 1])
folder.mkdir(parents=True)
for number in range({FILES} - 1):
    (folder / f"{{number}}.html").write_text(name)
    time.sleep(0.001)
(folder / "index.html").write_text(name)
sys.exit(name == "failing")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".ci").mkdir()
    shutil.copy(built.ROOT / ".ci" / "build.py", tmp_path / ".ci")
    (tmp_path / "mkdocs.yml").touch()
    (tmp_path / "stand_in.py").write_text(STAND_IN, encoding="utf-8")
    return tmp_path


def _start(project: Path, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", str(project / ".ci" / "build.py"), sys.executable, "-I", str(project / "stand_in.py"), name]
    return subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)


def _build(project: Path, name: str) -> int:
    process = _start(project, name)
    process.communicate()
    return process.returncode


def _site(project: Path) -> str:
    """The name of the build whose site is there, whole."""
    pages = [path.read_text() for path in (project / "site").iterdir()]
    assert len(pages) == FILES and len(set(pages)) == 1, f"{len(pages)} files of builds {sorted(set(pages))}"
    return pages[0]


def _left_over(project: Path) -> list[str]:
    return sorted(path.name for path in project.iterdir() if path.name.startswith(".site"))


def _program(project: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_of_a_site", project / ".ci" / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    return build


def test_two_builds_at_once_leave_a_whole_site(project):
    for offset in (0, 0.02, 0.05, 0.08, 0.12, 0.2):
        first = _start(project, "first")
        time.sleep(offset)
        second = _start(project, "second")
        assert (first.wait(), second.wait()) == (0, 0)
        assert _site(project) in ("first", "second")
        first.stderr.close()
        second.stderr.close()
    assert _left_over(project) == []


def test_a_build_that_is_killed_at_any_moment_leaves_a_whole_site(project):
    assert _build(project, "good") == 0
    for moment in range(0, 260, 20):
        process = _start(project, f"killed after {moment} ms")
        time.sleep(moment / 1000)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert _site(project)
    last = _site(project)
    assert _build(project, "failing") == 1 and _site(project) == last
    assert _left_over(project) == []


def test_what_an_orphan_of_a_killed_build_still_writes_does_no_harm(project):
    assert _build(project, "good") == 0
    process = _start(project, "orphan")
    time.sleep(0.1)
    process.kill()  # the stand-in goes on
    assert _build(project, "next") == 0 and _site(project) == "next"
    process.communicate()
    assert _build(project, "last") == 0 and _site(project) == "last" and _left_over(project) == []


def test_there_is_a_site_at_every_moment(project):
    """Linux and macOS swap two folders in one step."""
    assert _build(project, "good") == 0
    page, missing = project / "site" / "index.html", 0
    for name in ("one", "two", "three"):
        process = _start(project, name)
        while process.poll() is None:
            missing += not page.exists()
        process.communicate()
        assert _site(project) == name
    assert missing == 0


def test_the_new_site_takes_the_place_of_the_old_one_without_moving_it_away_first(project, monkeypatch):
    """Between two renames there would be no site."""
    assert _build(project, "old") == 0
    build = _program(project)
    monkeypatch.setattr(build.Path, "rename", lambda path, _: pytest.fail(f"{path.name} is renamed"))
    assert build.main([sys.executable, "-I", str(project / "stand_in.py"), "new"]) == 0
    assert _site(project) == "new"


def test_a_build_that_fails_keeps_the_last_site(project):
    assert _build(project, "failing") == 1 and not (project / "site").exists()
    assert _build(project, "good") == 0
    assert _build(project, "failing") == 1 and _site(project) == "good" and _left_over(project) == []


def test_a_command_that_writes_no_home_page_is_a_failure(project):
    (project / "stand_in.py").write_text("", encoding="utf-8")
    assert _build(project, "nothing") == 1


def test_a_site_that_is_a_link_stays_one_and_leads_to_the_new_site(project):
    (project / "published").mkdir()
    (project / "published" / "old.html").touch()
    (project / "site").symlink_to("published")
    assert _build(project, "good") == 0
    assert (project / "site").is_symlink() and _site(project) == "good" and (project / "published" / "index.html").is_file()
    assert _left_over(project) == []


def test_a_link_into_nowhere_is_one_line(project):
    (project / "site").symlink_to(project / "no" / "such" / "folder")
    process = _start(project, "good")
    _, told = process.communicate()
    assert process.returncode == 1 and told.count(b"\n") == 1 and b"cannot be put into" in told


def test_where_folders_cannot_change_names_in_one_step_a_killed_build_loses_nothing(project, monkeypatch):
    """Killed between the two renames, a build leaves no site; the next one puts the last good one back, even if it fails itself."""
    build = _program(project)
    monkeypatch.setattr(build, "_exchange", lambda *_: False)
    command = [sys.executable, "-I", str(project / "stand_in.py")]
    assert build.main([*command, "first"]) == 0 and build.main([*command, "second"]) == 0 and _site(project) == "second"
    killed = project / ".site-build-killed"
    killed.mkdir()
    (project / "site").rename(killed / "old")
    assert build.main([*command, "failing"]) == 1 and _site(project) == "second" and _left_over(project) == []


def test_the_site_can_be_read_by_a_web_server_of_another_user(project):
    assert _build(project, "good") == 0
    (project / "plain").mkdir()
    assert (project / "site").stat().st_mode == (project / "plain").stat().st_mode


def test_make_build_builds_strictly_and_that_way():
    recipe = (built.ROOT / "Makefile").read_text(encoding="utf-8").split("\nbuild:")[1].split("\n\n")[0]
    assert ".ci/build.py" in recipe and "mkdocs build --strict" in recipe
