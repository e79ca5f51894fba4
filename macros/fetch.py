"""Downloads the current offer files of the AWS Price List.

The index names each offer's region index, and that one the current file of each region. A download counts when it is complete:
it has the length that the server announced, and only then gets its name.
"""

from __future__ import annotations

import http.client
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO
from urllib.parse import urljoin, urlsplit

from . import characters, pricelist
from .lines import Problem

BASE_URL = "https://pricing.us-east-1.amazonaws.com"
INDEX = "/offers/v1.0/aws/index.json"
TIMEOUT = 30  # seconds without a byte
MAX_INDEX_BYTES = 16 << 20
_CHUNK = 1 << 16


class FetchError(Exception):
    """A download that did not come to an end. The text is one printable line that begins with the URL, whatever the server sent."""

    def __init__(self, message: str):
        super().__init__(characters.inert(message[:500]))


class Progress:
    """How far a download is: a bar where someone watches, otherwise one line a file."""

    WIDTH = 24

    def __init__(self, out: TextIO | None = None):
        self.out = out or sys.stderr
        self.watched = self.out.isatty()

    def at(self, what: str, done: int, size: int | None) -> None:
        if self.watched:
            share = done / size if size else 0
            bar = ("#" * int(share * self.WIDTH)).ljust(self.WIDTH, ".")
            self.out.write(f"\r[{bar}] {what}: {_megabytes(done)}{f' of {_megabytes(size)}' if size else ''}\x1b[K")
            self.out.flush()

    def done(self, what: str, size: int) -> None:
        self.clear()
        self.out.write(f"{what}: {_megabytes(size)}\n")

    def step(self, what: str, number: int, of: int) -> None:
        """Which of several pieces of work is under way; shown on a terminal only."""
        if self.watched:
            self.out.write(f"\r{what} ({number} of {of}) ...\x1b[K")
            self.out.flush()

    def clear(self) -> None:
        """Takes the bar away."""
        if self.watched:
            self.out.write("\r\x1b[K")


def fetch(wanted: Iterable[tuple[str, str]], folder: Path, *, base_url: str = BASE_URL, progress: Progress | None = None) -> tuple[list[Path], list[Problem]]:
    """The current files of the (offer, region) pairs, in `folder`, and what did not arrive."""
    client = _Client(base_url, progress or Progress())
    files: list[Path] = []
    problems: list[Problem] = []
    try:
        client.read_index()
    except FetchError as error:
        return [], [Problem("--fetch", None, str(error))]
    for offer, region in wanted:
        target = folder / f"{offer}-{region}.json"
        try:
            client.save(client.current(offer, region), target, f"{offer} {region}")
            files.append(target)
        except FetchError as error:
            problems.append(Problem(f"{offer} {region}", None, str(error)))
    return files, problems


class _Client:
    """Reads one host, and follows no redirect to another."""

    def __init__(self, base_url: str, progress: Progress):
        self.base, self.progress = base_url.rstrip("/"), progress
        self.opener = urllib.request.build_opener(_SameHost())
        self.indexes: dict[str, object] = {}

    def read_index(self) -> None:
        """The index of offers; without it nothing else can be had."""
        self._index(self._url(INDEX))

    def current(self, offer: str, region: str) -> str:
        """The URL of a region's current offer file."""
        entry = self._entry(self._url(INDEX), "offers", offer)
        found = self._entry(self._url(entry.get("currentRegionIndexUrl")), "regions", region)
        return self._url(found.get("currentVersionUrl"))

    def save(self, url: str, target: Path, what: str) -> None:
        part = target.with_suffix(".part")
        try:
            with part.open("wb") as out:
                size = 0
                for chunk in self._chunks(url, what, pricelist.MAX_BYTES):
                    out.write(chunk)
                    size += len(chunk)
            part.replace(target)
        except OSError as error:
            raise FetchError(f"{target}: cannot be written: {error.strerror or error}") from None
        finally:
            part.unlink(missing_ok=True)
        self.progress.done(what, size)

    def _index(self, url: str) -> object:
        """An index, asked for once: one that failed is not asked for again."""
        if url not in self.indexes:
            try:
                self.indexes[url] = json.loads(b"".join(self._chunks(url, url, MAX_INDEX_BYTES)))
            except (ValueError, RecursionError):
                self.indexes[url] = FetchError(f"{url}: is not whole JSON")
            except FetchError as error:
                self.indexes[url] = error
        if isinstance(self.indexes[url], FetchError):
            raise self.indexes[url]
        return self.indexes[url]

    def _entry(self, url: str, section: str, key: str) -> dict:
        index = self._index(url)
        entries = index.get(section) if isinstance(index, dict) else None
        found = entries.get(key) if isinstance(entries, dict) else None
        if not isinstance(found, dict):
            raise FetchError(f"{url}: has no '{key}' under {section}")
        return found

    def _url(self, path: object) -> str:
        """The index gives paths; a URL of another host is refused like a redirect there."""
        url = urljoin(self.base + "/", str(path or ""))
        if not path or _origin(url) != _origin(self.base):
            raise FetchError(f"{self.base}: the index leads to '{path or ''}', which is not on this host")
        return url

    def _chunks(self, url: str, what: str, limit: int) -> Iterator[bytes]:
        """The body of a response. Raises FetchError when it ends before the announced length, or goes on past the limit in bytes."""
        try:
            with self.opener.open(url, timeout=TIMEOUT) as response:
                length = response.headers.get("Content-Length", "")
                size = int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None
                done = 0
                while chunk := response.read(_CHUNK):
                    done += len(chunk)
                    if done > limit:
                        raise FetchError(f"{url}: goes on past {limit:,} bytes; refused")
                    self.progress.at(what, done, size)
                    yield chunk
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.progress.clear()
            raise FetchError(f"{url}: {_reason(error)}") from None
        if size is not None and done != size:
            self.progress.clear()
            raise FetchError(f"{url}: broke off after {done:,} of {size:,} bytes")


class _SameHost(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, response, code, message, headers, new_url):
        if _origin(new_url) != _origin(request.full_url):
            raise urllib.error.URLError(f"redirects to another host, {urlsplit(new_url).netloc}; refused")
        return super().redirect_request(request, response, code, message, headers, new_url)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code} {error.reason}".rstrip()
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return f"no answer for {TIMEOUT} seconds"
    if isinstance(reason, http.client.IncompleteRead):
        return "broke off before its end"
    return str(getattr(reason, "strerror", None) or reason).splitlines()[0]


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
