"""A Chromium for the tests: one that is there, else one that Playwright or Debian installs.

python -m tests.browser      finds or installs one and prints where it is
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.lambda_runtime import tools
from tests.machine import Lacking, from_debian, installed, succeeds

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = "/Applications/{0}.app/Contents/MacOS/{0}"
DOWNLOAD_S, START_S = 300, 30

# No sandbox, because root has none; the rest keeps Chromium from asking hosts of its own that no page named.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# Playwright's driver is a Node.js program, and the Node.js that it brings needs a library that a bare Debian lacks.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(tools.node()))


def find() -> Path:
    """The first Chromium or Chrome that starts: CHROMIUM, one on the PATH, macOS's, Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        if found := _starts(named):
            return found
        raise Lacking(f"CHROMIUM={named} does not start; unset it, or name a Chromium: CHROMIUM=/usr/bin/chromium make test")
    for place in (*PROGRAMS, MACOS.format("Google Chrome"), MACOS.format("Chromium")):
        if found := _starts(place):
            return found
    if found := _starts(_of_playwright()):
        return found
    raise Lacking("there is no Chromium for the browser tests; run: python -m tests.browser")


def install() -> Path:
    """`find`, after a download by Playwright or, for root on Debian, from Debian's packages."""
    try:
        return find()
    except Lacking:
        if "CHROMIUM" in os.environ:
            raise
    print("Installing a Chromium for the browser tests ...", flush=True)
    download = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    if succeeds(download, DOWNLOAD_S) and (found := _starts(_of_playwright())):
        return found
    # Nothing can be downloaded here, or it starts only with libraries that the system lacks.
    if from_debian("chromium", "fonts-liberation"):
        return find()
    raise Lacking("no Chromium could be installed for the browser tests; on Debian or Ubuntu run: sudo apt-get install chromium")


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=find(), args=FLAGS)


def _of_playwright() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _starts(program: str) -> Path | None:
    """Where the program is, if it runs: a stub that asks for a snap, or one without its libraries, does not."""
    found = shutil.which(program)
    try:
        started = found and subprocess.run([found, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=START_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Path(found) if started and started.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(installed(lambda: print(f"Browser tests use {install()}")))
