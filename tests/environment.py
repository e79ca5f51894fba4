"""Installs what `make` needs into virtual environments of the project's own, and nothing that is there already.

    python3 tests/environment.py site              .venv: what building the site needs
    python3 tests/environment.py site tests sam    .venv: what the tests need too; .venv/sam: the SAM CLI

An environment remembers a hash of each requirements file that went into it. One that was left half installed, or that another
Python made, is made anew. Only the standard library is at hand here; the Makefile has looked at the version of Python.
"""

import argparse
import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# name -> (folder, requirements file); site and tests share a folder and are compiled to agree
ENVIRONMENTS = {
    "site": (".venv", "requirements.txt"),
    "tests": (".venv", "tests/requirements.txt"),
    "sam": (".venv/sam", "tests/requirements-sam.txt"),
    "lock": (".venv/lock", "tests/requirements-lock.txt"),
}


class Trouble(Exception):
    """Something that a person has to fix by hand; the message is one line and says how."""


def install(name: str) -> None:
    folder, requirements = ENVIRONMENTS[name]
    venv = ROOT / folder
    stamp, unfinished = venv / f".installed-{name}", venv / ".unfinished"
    wanted = hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()
    if unfinished.exists() or not _runs(venv):
        _create(venv)
    elif stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {requirements} into {folder} ...", flush=True)
    start = time.monotonic()
    stamp.unlink(missing_ok=True)
    unfinished.touch()
    # --no-deps: the file names all there is to install, and pip before 23.3 stumbles over an extra that has a hash.
    # --require-hashes even where a file loses its hashes; --only-binary: no package runs a build script here.
    pip = [_python(venv), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    pip += ["--only-binary", ":all:", "-r", requirements]
    if subprocess.run(pip, cwd=ROOT).returncode:
        raise Trouble(f"pip could not install {requirements}, for the reason above; mend it and run the same command again")
    stamp.write_text(wanted)
    unfinished.unlink()
    print(f"Installed in {time.monotonic() - start:.0f} s", flush=True)


def _create(venv: Path) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    # The interpreter behind an activated environment: the environment may be the very one that was removed.
    made = subprocess.run([sys._base_executable, "-m", "venv", venv], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        if re.search("ensurepip|No module named '?venv", made.stdout + made.stderr):
            raise Trouble("this Python cannot make virtual environments; on Debian or Ubuntu run: apt-get install python3-venv")
        raise Trouble(f"{sys._base_executable} -m venv {venv} failed: {(made.stderr or made.stdout).strip()}")


def _runs(venv: Path) -> bool:
    """Does the environment run, with pip, on the Python that is asked for?"""
    try:
        asked = [_python(venv), "-c", "import pip, sys; print(sys.base_prefix, sys.version)"]
        answer = subprocess.run(asked, capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == f"{sys.base_prefix} {sys.version}".strip()


def _python(venv: Path) -> Path:
    return venv / "bin" / "python"


@contextmanager
def _alone():
    """Two `make` at a time take turns."""
    with (ROOT / "requirements.txt").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", nargs="+", choices=ENVIRONMENTS)
    names = parser.parse_args().environment
    try:
        with _alone():
            for name in names:
                install(name)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
