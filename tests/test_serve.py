"""`mkdocs serve` while somebody works: edits show, mistakes show, and the server lives on."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import built, record

ROOT = built.ROOT
PAGE = "---\ntitle: Home\n---\n\n# Home\n\nA million requests cost {{ price('lambda.requests') }}.\n"
CONFIG = """\
site_name: Small
site_url: http://localhost/guide/
strict: true
watch: [macros]
plugins:
  - macros:
      module_name: macros
      on_undefined: strict
      on_error_fail: false
"""


class Server:
    """The small site, served."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "serve.log"
        port = built.free_port()
        self.address = f"http://127.0.0.1:{port}/guide/"
        command = [sys.executable, "-u", "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=built.environment(), stdout=log, stderr=subprocess.STDOUT)

    def shows(self, words: str, limit: float = 60) -> bool:
        return self._waits(lambda: words in self._page(), limit)

    def logs(self, words: str, limit: float = 60) -> bool:
        return self._waits(lambda: words in self.log.read_text(encoding="utf-8"), limit)

    def _waits(self, good, limit: float) -> bool:
        end = time.monotonic() + limit
        while time.monotonic() < end:
            assert self.process.poll() is None, f"serve has ended:\n{self.log.read_text(encoding='utf-8')}"
            if good():
                return True
            time.sleep(0.1)
        return False

    def _page(self) -> str:
        try:
            with urllib.request.urlopen(self.address, timeout=5) as answer:
                return answer.read().decode()
        except (OSError, urllib.error.URLError):
            return ""


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small site of one page with our macros."""
    shutil.copytree(ROOT / "macros", tmp_path / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(record.FILE, tmp_path / "macros" / "rates.yml")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def server(project: Path):
    running = Server(project)
    yield running
    running.process.terminate()
    running.process.wait(timeout=20)


def test_edits_show_and_mistakes_do_not_kill_the_server(server):
    page, rates, code = server.folder / "docs" / "index.md", server.folder / "macros" / "rates.yml", server.folder / "macros"
    assert server.shows("$0.20")

    # A page, and a typo in it: its error shows, serve lives on, and the mended page shows.
    _edit(page, "A million requests", "One million requests")
    assert server.shows("One million requests")
    _edit(page, "lambda.requests", "lambda.reqests")
    assert server.logs("there is no price dimension 'lambda.reqests'; did you mean 'lambda.requests'?")
    _edit(page, "lambda.reqests", "lambda.requests")

    # A price, a broken rates file, and the price mended.
    sound = rates.read_text(encoding="utf-8")
    dearer = re.sub(r"(lambda\.requests:.*?price: )0\.20", r"\g<1>0.25", sound, count=1, flags=re.DOTALL)
    rates.write_text(dearer, encoding="utf-8")
    assert server.shows("$0.25")
    rates.write_text(dearer.replace("price: 0.25", "price: O.25", 1), encoding="utf-8")
    assert server.logs("lambda.requests: the price must be a plain positive decimal")
    rates.write_text(sound, encoding="utf-8")
    assert server.shows("$0.20")

    # The code of the macros, the module that others import among it, without a restart.
    _edit(code / "formatting.py", 'else f"${text}"', 'else f"USD {text}"')
    assert server.shows("USD 0.20")
    _edit(code / "formatting.py", 'else f"USD {text}"', "else f'broken")
    time.sleep(2)
    _edit(code / "formatting.py", "else f'broken", 'else f"$ {text}"')
    assert server.shows("$ 0.20")


def test_a_failed_build_leaves_the_last_site_as_it_was(project):
    """A broken rates file stops the build before the old site is touched, with a line a mistake and no traceback."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    environment = built.environment()
    assert subprocess.run(command, cwd=project, env=environment, capture_output=True).returncode == 0
    before = {path: path.read_bytes() for path in (project / "site").rglob("*") if path.is_file()}

    _edit(project / "macros" / "rates.yml", "price: 0.20", "price: -0.20")
    failed = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    assert failed.returncode != 0 and "Traceback" not in failed.stderr
    assert re.search(r"macros/rates\.yml:\d+: lambda\.requests: the price must be a plain positive decimal", failed.stderr)
    assert {path: path.read_bytes() for path in (project / "site").rglob("*") if path.is_file()} == before


def test_make_build_swaps_a_site_in_only_when_it_is_whole():
    """A page with a mistake is found late, after files are written: so `make build` builds beside the site, then swaps."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nbuild:")[1].split("\n\n")[0]
    assert "--strict --site-dir .site-next" in recipe and "mv .site-next site" in recipe
