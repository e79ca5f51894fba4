"""What the tests need of the machine itself. Installs what is missing where it may.

python -m tests.machine      git and curl; tests/browser.py has the Chromium
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

# What tests cannot run without is reported and passed over on somebody's own machine; where CI is set, it is a failure.
ON_CI = bool(os.environ.get("CI"))
PROGRAMS = ("git", "curl")
PATIENCE_S = 600


class Lacking(Exception):
    """Something that tests need is missing; the message is one line and ends with a command that mends it."""


def installed(install: Callable[[], object]) -> int:
    """Runs an installation for `make`: the exit code. Without CI a test run goes on, and says at its end what it could not run."""
    try:
        install()
    except Lacking as trouble:
        print(trouble, file=sys.stderr)
        return int(ON_CI)
    return 0


def from_debian(*packages: str) -> bool:
    """Installs packages on Debian or Ubuntu, for root only. Gives up after a while."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    update, install = ["apt-get", "-qq", "update"], ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages]
    return all(succeeds(command, PATIENCE_S) for command in (update, install))


def succeeds(command: list[str], seconds: int) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def install() -> None:
    def missing() -> list[str]:
        return [program for program in PROGRAMS if not shutil.which(program)]

    if absent := missing():
        print(f"Installing {' and '.join(absent)} for the tests ...", flush=True)
        from_debian(*absent, "ca-certificates")
    if absent := missing():
        raise Lacking(f"the tests need {' and '.join(absent)}; on Debian or Ubuntu run: sudo apt-get install {' '.join(absent)}")


if __name__ == "__main__":
    sys.exit(installed(install))
