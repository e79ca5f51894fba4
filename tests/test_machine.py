"""On a machine that lacks something, a test run says by name what it left out; on CI, leaving out is failing."""

import os
import subprocess
import sys

import pytest

from tests import built

TEST = "tests/test_browser.py::test_the_search_finds_a_price_in_full"


@pytest.mark.parametrize(("ci", "code", "outcome"), [("", 0, "1 skipped"), ("true", 1, "1 error")], ids=["own machine", "ci"])
def test_what_could_not_run_stands_at_the_end(site, ci, code, outcome):
    environment = {**os.environ, "SITE": str(site), "CHROMIUM": "/no/chromium", "CI": ci}
    run = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", TEST]
    result = subprocess.run(run, cwd=built.ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode == code, result.stdout + result.stderr
    heading = result.stdout.index(" not run: CHROMIUM=/no/chromium does not start;")
    assert result.stdout.index(f"\n{TEST}\n", heading) > heading
    assert outcome in result.stdout.splitlines()[-1]
