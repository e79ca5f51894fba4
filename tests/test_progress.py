"""Commands that take long say on a terminal how far they are, and print nothing of it into a file."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from tests import built

COMMANDS = {
    "parity": (["-m", "tests.parity", "--count", "10", "--no-record"], "workloads (100 %)"),
    "drift": (["-m", "macros", "drift", "tests/price_lists/lambda-us-east-1.json"], "comparing lambda-us-east-1.json (1 of 1)"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_terminal_sees_how_far_it_is_and_a_file_does_not(name):
    arguments, words = COMMANDS[name]
    reading, writing = pty.openpty()
    subprocess.run([sys.executable, *arguments], cwd=built.ROOT, stdout=subprocess.DEVNULL, stderr=writing, timeout=120)
    os.close(writing)
    shown = b""
    try:
        while piece := os.read(reading, 65536):
            shown += piece
    except OSError:
        pass  # the other end is closed
    os.close(reading)
    assert words in shown.decode()
    silent = subprocess.run([sys.executable, *arguments], cwd=built.ROOT, capture_output=True, text=True, timeout=120)
    assert words not in silent.stderr
