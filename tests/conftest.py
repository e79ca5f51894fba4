"""What the tests share: the site, built strictly and once; its address on loopback; a Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import built

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
    from tests.machine import Lacking

    with sync_playwright() as playwright:
        try:
            running = chromium.launch(playwright)
        except Lacking as trouble:
            pytest.fail(str(trouble), pytrace=False)
        yield running
        running.close()
