"""What the tests share: the site, built strictly and once; its address on loopback; a Chromium."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import built
from tests.machine import ON_CI, Lacking

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site. `make test` has built it and says where in SITE; plain `pytest` builds it here."""
    if ready := os.environ.get("SITE"):
        return Path(ready).resolve()
    folder = tmp_path_factory.mktemp("site")
    result = built.build(folder)
    if result.returncode:
        pytest.fail(f"the site does not build:\n{result.stdout}", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def site_url(site: Path) -> Iterator[str]:
    with built.served(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process. While it runs, `asyncio.run` does not work there: Playwright holds the loop."""
    from playwright.sync_api import sync_playwright  # not at the top: tests without a browser run without Playwright too

    from tests import browser as chromium

    with sync_playwright() as playwright:
        running = chromium.launch(playwright)
        yield running
        running.close()


NOT_RUN = "could not run here: "


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that lacks something says what in one line, without a traceback; only on CI is that a failure."""
    report = yield
    if call.excinfo and call.excinfo.errisinstance(Lacking):
        report.outcome = "failed" if ON_CI else "skipped"
        path, line, _ = item.location
        reason = f"{NOT_RUN}{call.excinfo.value}"
        report.longrepr = reason if ON_CI else (path, (line or 0) + 1, reason)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What could not run, and why, by name and at the very end, where nobody overlooks it."""
    lacking: dict[str, set[str]] = {}
    for report in (*terminalreporter.getreports("skipped"), *terminalreporter.getreports("failed"), *terminalreporter.getreports("error")):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if NOT_RUN in reason:
            lacking.setdefault(reason.partition(NOT_RUN)[2], set()).add(report.nodeid)
    for reason, tests in sorted(lacking.items()):
        terminalreporter.section(f"not run: {reason}", red=ON_CI, yellow=not ON_CI)
        terminalreporter.write("".join(f"{test}\n" for test in sorted(tests)))
