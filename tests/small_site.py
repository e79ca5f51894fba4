"""A site of a few pages with our macros, and a server of it: what authors see while they write."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from tests import built, record

CONFIG = """\
site_name: Small
site_url: http://localhost/guide/
use_directory_urls: false
strict: true
watch: [macros]
validation:
  nav: {omitted_files: warn, not_found: warn}
  links: {not_found: warn, anchors: warn}
theme: {name: mkdocs, highlightjs: false}
plugins:
  - macros:
      module_name: macros
      on_undefined: strict
      on_error_fail: false
markdown_extensions:
  - attr_list
  - md_in_html
  - tables
  - toc: {permalink: true}
  - pymdownx.superfences
  - pymdownx.blocks.details
  - pymdownx.blocks.tab: {alternate_style: true}
  - pymdownx.snippets: {base_path: [docs], check_paths: true}
"""


def make(folder: Path, pages: dict[str, str], config: str = CONFIG) -> Path:
    """The project: our macros with the rates of record, and these pages, by their paths under docs/."""
    shutil.copytree(built.ROOT / "macros", folder / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(record.FILE, folder / "macros" / "rates.yml")
    (folder / "docs" / "workloads").mkdir(parents=True)
    shutil.copy(built.ROOT / "docs" / "workloads" / "image-resize.yml", folder / "docs" / "workloads")
    for name, text in pages.items():
        (folder / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    return folder


def build(project: Path, *words: str, cwd: Path | None = None, extra: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`mkdocs build`; strict because mkdocs.yml says so."""
    command = [sys.executable, "-m", "mkdocs", "build", *words]
    return subprocess.run(command, cwd=cwd or project, env=built.environment(extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def text(html: str) -> str:
    """What a reader sees of a page."""
    parser = _Text()
    parser.feed(html)
    return " ".join("".join(parser.parts).split())


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


class Server:
    """`mkdocs serve` of a project, as an author starts it."""

    def __init__(self, project: Path, *words: str) -> None:
        self.project, self.log = project, project / "serve.log"
        port = built.free_port()
        self.address = f"http://127.0.0.1:{port}/guide/"
        command = [sys.executable, "-u", "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}", *words]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, cwd=project, env=built.environment(), stdout=log, stderr=subprocess.STDOUT)

    def page(self, path: str = "index.html") -> str:
        """A page as it is now; nothing where the server does not answer."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=5) as answer:
                return answer.read().decode()
        except (OSError, urllib.error.URLError):
            return ""

    def shows(self, words: str, path: str = "index.html", limit: float = 60) -> bool:
        return self._waits(lambda: words in self.page(path), limit)

    def logs(self, words: str, limit: float = 60) -> bool:
        return self._waits(lambda: words in self.logged(), limit)

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def _waits(self, good: Callable[[], bool], limit: float) -> bool:
        end = time.monotonic() + limit
        while time.monotonic() < end:
            assert self.process.poll() is None, f"serve has ended:\n{self.logged()}"
            if good():
                return True
            time.sleep(0.1)
        return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
