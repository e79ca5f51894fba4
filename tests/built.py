"""The built site as the tests see it: made as `make build` makes it, served as it is published."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


def site_url() -> str:
    """`site_url` of mkdocs.yml; read with an expression, because the file holds tags that plain YAML does not know."""
    return re.search(r"^site_url: *(\S+)", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)[1]


def base_path() -> str:
    """The path that the site is published under, with a slash at both ends."""
    return f"/{urlsplit(site_url()).path.strip('/')}/".replace("//", "/")


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """For MkDocs. AS_OF would build the site of another day, so only a test that says so has it."""
    return {name: value for name, value in os.environ.items() if name != "AS_OF"} | {"NO_MKDOCS_2_WARNING": "1"} | (extra or {})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def build(target: Path, extra: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    # No -q: it hides the warnings that strict counts.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    return subprocess.run(command, cwd=ROOT, env=environment(extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The site on loopback under its published path; yields the address of its home page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}{base_path()}"
    server.shutdown()
    server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The machine's own list of types decides otherwise, and some have never heard of modules.
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".css": "text/css",
    }  # fmt: skip

    def translate_path(self, path: str) -> str:
        base = base_path()
        return super().translate_path(path[len(base) - 1 :] if path.startswith(base) else "/outside-the-site")

    def log_message(self, *arguments: object) -> None:
        pass
