"""How `python -m macros` behaves as a program: names and standard input for workloads, where it runs, what it does when it cannot go on."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from macros import __main__ as program
from tests.test_command_line import MOBILE_BACKEND, ROOT, output_of, refusal_of, run, written

IMAGE_RESIZE = "docs/workloads/image-resize.yml"
COMMAND = [sys.executable, "-m", "macros"]


# which workload


def test_a_workload_is_named_as_pages_name_it() -> None:
    assert output_of("bill", "image-resize", "--on", "2026-11-01") == output_of("bill", IMAGE_RESIZE, "--on", "2026-11-01")


def test_a_mistake_in_a_named_workload_says_which_file() -> None:
    assert refusal_of("bill", "image-resize", "--on", "2001-01-01").count("\n") == 1


def test_a_name_that_does_not_exist_is_refused_and_the_nearest_named() -> None:
    assert refusal_of("bill", "image-resise") == (
        "image-resise: there is no such file, and no workload of that name in docs/workloads; did you mean 'image-resize'?\n"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("image-resize.yml", "did you mean 'image-resize'?"),
        ("two\nlines", "two\\x0alines: there is no such file"),
        ("", ".: is a folder"),
        ("/", "/: is a folder"),
    ],
)
def test_a_name_of_no_workload_is_one_line_that_names_it(name: str, words: str) -> None:
    said = refusal_of("bill", name)
    assert words in said
    assert said.count("\n") == 1


def test_a_revision_of_two_lines_is_refused_in_one() -> None:
    assert refusal_of("impact", "--base", "no\nsuch").count("\n") == 1


def test_a_file_beside_the_reader_comes_before_a_name(tmp_path: Path) -> None:
    written(tmp_path, MOBILE_BACKEND, "image-resize")
    done = subprocess.run([*COMMAND, "bill", "image-resize"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.stdout.startswith("A mobile backend\n")


def piped(text: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], cwd=ROOT, input=text, capture_output=True, timeout=60)


def test_a_workload_from_standard_input(tmp_path: Path) -> None:
    done = piped(MOBILE_BACKEND.encode(), "bill", "-", "--on", "2026-09-20", "--json")
    assert done.stderr == b""
    assert json.loads(done.stdout)["total"] == "2.733338"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", b"is empty"), (b"\xff\xfe", b"UTF-8"), (b"title: x\nevents: -3\n", b"standard input:2: "), (b"# words\n" * 200_000, b"bytes")],
    ids=["nothing", "not text", "a mistake", "over a megabyte"],
)
def test_a_mistake_on_standard_input_is_one_line(content: bytes, words: bytes) -> None:
    done = piped(content, "bill", "-")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"standard input:")
    assert words in done.stderr
    assert done.stderr.count(b"\n") == 1


# options


def test_the_free_tier_can_be_asked_for_and_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, MOBILE_BACKEND)
    assert output_of("bill", path, "--free-tier", "--on", "2026-09-20") == output_of("bill", path, "--on", "2026-09-20")
    assert "free tier not applied" in output_of("bill", path, "--no-free-tier", "--on", "2026-09-20")


@pytest.mark.parametrize("command", ["bill", "check", "impact", "export", "drift"])
def test_an_unknown_option_leads_to_the_help_that_lists_the_options(command: str) -> None:
    needed = [str(ROOT / IMAGE_RESIZE)] if command in ("bill", "export", "drift") else []
    message = refusal_of(command, *needed, "--fast")
    assert message == f"python -m macros {command}: unrecognized arguments: --fast; see python -m macros {command} --help\n"


def test_a_strange_argument_is_refused_in_one_line() -> None:
    assert "\\x1b" in refusal_of("bill", "image-resize", "--on", "\x1b[31m\n2026")


def test_help_tells_an_example() -> None:
    assert "python -m macros bill image-resize" in output_of("bill", "--help")


# days to come


def test_a_bill_of_a_day_to_come_says_that_prices_may_change() -> None:
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    done = run("bill", IMAGE_RESIZE, "--on", tomorrow)
    assert done.returncode == 0
    assert done.stderr == f"Note: {tomorrow} is in the future; this bill uses the prices announced by {date.today()}, which may still change.\n"


def test_a_bill_of_today_says_nothing_of_the_sort() -> None:
    assert run("bill", IMAGE_RESIZE, "--on", date.today().isoformat()).stderr == ""


# without the packages


def test_a_python_without_the_packages_hands_over_to_the_environment(tmp_path: Path) -> None:
    """`python -m macros` works as pages print it, whichever Python `python` is."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "macros", project / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    stand_in = project / ".venv" / "bin" / "python"
    stand_in.parent.mkdir(parents=True)
    stand_in.write_text('#!/bin/sh\necho "handed over: $*"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    script = "import sys, runpy; sys.path.insert(0, '.'); sys.argv[1:] = ['check']; runpy.run_module('macros', run_name='__main__')"
    bare = [sys.executable, "-I", "-S", "-c", script]
    done = subprocess.run(bare, cwd=project, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "handed over: -m macros check\n"), done.stderr

    shutil.rmtree(project / ".venv")
    done = subprocess.run(bare, cwd=project, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "python -m macros: the packages of requirements.txt are not installed; run `make venv` in the project's folder first\n"


# output that cannot be written


def test_a_title_that_the_terminal_cannot_show_is_escaped(tmp_path: Path) -> None:
    path = written(tmp_path, MOBILE_BACKEND.replace("A mobile backend", "Größe 東京"))
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([*COMMAND, "bill", str(path)], cwd=ROOT, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Gr\\xf6\\xdfe \\u6771\\u4eac\n")


@pytest.mark.parametrize("arguments", [("bill", IMAGE_RESIZE), ("check",), ("bill", IMAGE_RESIZE, "--json")], ids=" ".join)
def test_a_full_disk_behind_the_output_is_one_line(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "python -m macros: No space left on device\n")


CLOSED = {
    "bill - <&-": (2, "", "standard input: is closed"),
    "bill image-resize >&-": (2, "", "standard output is closed"),
    "bill no-such-name 2>&-": (2, "", ""),
    "bill image-resize --json 2>&-": (0, '"total"', ""),
    "bill no-such-name 2>/dev/full": (2, "", ""),
    "bill --no-such-option 2>/dev/full": (2, "", ""),
}


@pytest.mark.parametrize("command", CLOSED)
def test_what_is_closed_or_full_is_no_fault_of_the_program(command: str) -> None:
    """Status 1 means that something differs or is overdue, and 3 is a fault; an error never goes to standard output."""
    status, out, err = CLOSED[command]
    done = subprocess.run(f"exec {sys.executable} -m macros {command}", shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == status
    assert bool(done.stdout) == bool(out)
    assert out in done.stdout
    assert err in done.stderr
    assert done.stderr.count("\n") == bool(err)


def test_a_closed_pipe_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*COMMAND, "bill", IMAGE_RESIZE], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_interruption_from_the_keyboard_is_quiet(tmp_path: Path) -> None:
    running = subprocess.Popen([*COMMAND, "bill", "-"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and "read" not in Path(f"/proc/{running.pid}/wchan").read_text():  # until it waits for its input
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out, err) == (130, b"", b"")


def test_a_fault_of_the_program_is_one_line_with_a_status_of_its_own(capsys, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr(program.rates, "load", broken)
    assert program.main(["check"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"python -m macros: a fault of this program, in \S+\.py:\d+: ZeroDivisionError: a b; please report it\n", err)


# export


def test_export_writes_both_files(tmp_path: Path) -> None:
    output_of("export", tmp_path / "data")
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["rates.csv", "rates.json"]
    assert json.loads((tmp_path / "data" / "rates.json").read_text(encoding="utf-8"))["version"] == 1


def test_an_export_that_cannot_be_written_leaves_the_last_one_whole(tmp_path: Path) -> None:
    output_of("export", tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run([*COMMAND, "export", str(tmp_path)], cwd=ROOT, preexec_fn=small_files, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path}: cannot be written: File too large\n"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before, "no half file, and nothing left over"


def test_an_export_without_a_folder_writes_nothing(tmp_path: Path) -> None:
    """As a script calls it whose variable is empty."""
    done = subprocess.run([*COMMAND, "export", ""], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 2
    assert "an empty name is no folder" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["/dev/null/data", "a\x00b"], ids=["below a file", "NUL"])
def test_an_export_to_no_folder_is_one_line(folder: str, capsys) -> None:
    assert program.main(["export", folder]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# check


def test_what_is_due_is_named_by_the_path_that_an_editor_opens() -> None:
    due = [line for line in output_of("check").splitlines() if "last verified on" in line]
    assert due, "the rates on file have values that are due"
    assert [line for line in due if not re.match(r"macros/rates\.yml:\d+: [\w.-]+: last verified on ", line)] == []


@pytest.mark.parametrize("region", ["EU-CENTRAL-1", "Frankfurt", "frankfurt ", "Europe (Frankfurt)"])
def test_a_region_by_another_of_its_names_is_answered_with_its_code(region: str) -> None:
    assert refusal_of("bill", IMAGE_RESIZE, "--region", region).rstrip().endswith("; did you mean 'eu-central-1'?")
