"""`make bench`: what the macros and the receipts cost, as ratios and sizes measured in one run (medians), never as bare times.

Prints a table and writes it to docs/contributing/performance.yml, from which the performance page quotes it. The comparison is a
plain mkdocs-material site of the same pages with the macros' output pasted in.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import date
from pathlib import Path

import yaml

from macros import impact, rates
from tests import built, progress

ROOT = built.ROOT
RESULT = ROOT / "docs" / "contributing" / "performance.yml"
COPIES = 1_000
# The gauge that the rates-to-page row edits and then watches for; any price of the home page would do.
WATCHED_PAGE, WATCHED_RATE = "index.html", "lambda.requests"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each small build")
    parser.add_argument("--large-runs", type=int, default=3, help="runs of each build of 1,000 pages")
    parser.add_argument("--skip-large", action="store_true", help="leave out the site of 1,000 pages (for trying this script)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rows = measure(Path(folder), arguments.runs, 0 if arguments.skip_large else arguments.large_runs)
    for row in rows:
        print(f"{row['what']:<88} {row['value']}")
    if not arguments.skip_large:
        RESULT.write_text(_record(rows), encoding="utf-8")
    return 0


def measure(folder: Path, runs: int, large_runs: int) -> list[dict]:
    progress.show("making the three sites")
    ours, plain, bare = make_sites(folder)
    rows = []
    with_macros, pasted, without = _builds([ours, plain, bare], runs)
    rows.append(_ratio("Cold build with macros, against the same text pasted into plain Material", with_macros, pasted))
    rows.append(_ratio("Cold build with receipts, against the same build without them", with_macros, without))
    if large_runs:
        for site in (ours, plain, bare):
            _grow(site)
        times = _builds([ours, plain, bare], large_runs)
        told = f"{large_runs} run{'s' * (large_runs > 1)} each"
        rows.append(_ratio(f"The same at {COPIES:,} pages ({told}): macros against pasted text", times[0], times[1]))
        rows.append(_ratio(f"The same at {COPIES:,} pages ({told}): with receipts against without", times[0], times[2]))
        for site in (ours, plain, bare):
            shutil.rmtree(site / "docs" / "copies")
            build(site)
    rows.append(_serve_row(ours, 3))
    progress.show("weighing the pages", last=True)
    rows += weights(ours / "site", plain / "site", bare / "site")
    return rows


def make_sites(folder: Path) -> tuple[Path, Path, Path]:
    """The sources of ours, of plain Material with the same text, and of ours without receipts."""
    ours, plain, bare = folder / "ours", folder / "plain", folder / "bare"
    _copy_ours(ours)
    _paste(ours, plain)
    _without_receipts(ours, bare)
    return ours, plain, bare


def _copy_ours(to: Path) -> None:
    to.mkdir()
    shutil.copytree(ROOT / "docs", to / "docs", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / "macros", to / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", to)


def _paste(ours: Path, plain: Path) -> None:
    """The same pages with the macros' output in them, on mkdocs-material without anything of ours."""
    shutil.copytree(ours / "docs", plain / "docs", ignore=shutil.ignore_patterns(".theme"))
    rendered = impact.render(rates.load(), ours / "docs", date.today())
    for name, text in rendered.items():
        source = (ours / "docs" / name).read_text(encoding="utf-8")
        front = re.match(r"\A---\n.*?\n---\n", source, re.DOTALL)
        pasted = re.sub(r'<samp class="receipt".*?</samp>', "", text)
        pasted = re.sub(r'<(button|data)[^>]*class="figure"[^>]*>(.*?)</\1>', r"\2", pasted)
        (plain / "docs" / name).write_text((front.group(0) if front else "") + pasted, encoding="utf-8")
    config = (ours / "mkdocs.yml").read_text(encoding="utf-8")
    for block in ("extra_css", "extra_javascript", "watch", "extra"):
        config = re.sub(rf"(?ms)^{block}:.*?(?=^\S|\Z)", "", config)
    config = re.sub(r"(?ms)^  - macros:.*?(?=^  - |^\S)", "", config)
    config = re.sub(r"(?m)^  (custom_dir|static_templates|favicon|  logo):.*$", "", config)
    config = re.sub(r"(?m)^strict: true$", "strict: false", config)
    (plain / "mkdocs.yml").write_text(config, encoding="utf-8")


def _without_receipts(ours: Path, bare: Path) -> None:
    """Our site whose figures are text only."""
    shutil.copytree(ours, bare)
    with (bare / "macros" / "receipts.py").open("a", encoding="utf-8") as code:
        code.write("\n\nPage.figure = lambda self, text, content, value, due=None: self.waiting.clear() or self.plain(text, value)\n")
        code.write("content = lambda figure, text, page: ''\n")


def _builds(sites: list[Path], runs: int) -> list[float]:
    """Median seconds of a cold build of each site, taken in turn so that a busy minute hits all alike."""
    taken: list[list[float]] = [[] for _ in sites]
    for run in range(1, runs + 1):
        for site, times in zip(sites, taken, strict=True):
            progress.show(f"building {site.name}, run {run} of {runs}")
            times.append(_timed(lambda site=site: build(site)))
    return [statistics.median(times) for times in taken]


def build(site: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "-d", str(site / "site")]
    made = subprocess.run(command, cwd=site, capture_output=True, text=True, env=built.environment())
    if made.returncode:
        raise SystemExit(f"bench: {site.name} does not build:\n{made.stderr[-2000:]}")


def _timed(action: Callable[[], None]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _ratio(what: str, ours: float, theirs: float) -> dict:
    return {"what": what, "value": f"{ours / theirs:.2f} times"}


def _grow(site: Path) -> None:
    """Copies of the pages until there are a thousand; links of a copy point where the original's do not, so nothing is strict."""
    pages = [path for path in (site / "docs").rglob("*.md") if "copies" not in path.parts and "examples" not in path.parts]
    config = (site / "mkdocs.yml").read_text(encoding="utf-8")
    config = re.sub(r"(?m)^strict: true$", "strict: false", config)
    config = config.replace("  features:\n", "  features:\n    - navigation.prune\n", 1)
    (site / "mkdocs.yml").write_text(config, encoding="utf-8")
    for number in range(COPIES - len(pages)):
        original = pages[number % len(pages)]
        copy = site / "docs" / "copies" / f"{number}" / original.relative_to(site / "docs")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(original, copy)


def _serve_row(site: Path, runs: int) -> dict:
    """From saving rates.yml to the page served anew, against the same for an edit of the page."""
    port = built.free_port()
    base = re.search(r"(?m)^site_url: https?://[^/]+(/.*)$", (site / "mkdocs.yml").read_text(encoding="utf-8")).group(1)
    address = f"http://127.0.0.1:{port}{base}"
    log = (site / "serve.log").open("w")
    server = subprocess.Popen([sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"], cwd=site, stdout=log, stderr=log, env=built.environment())
    try:
        _wait(address, lambda html: "receipt" in html)
        page, book = site / "docs" / "index.md", site / "macros" / "rates.yml"
        text, taken = page.read_text(encoding="utf-8"), {"page": [], "rates": []}
        for number in range(1, runs + 1):
            page.write_text(f"{text}\n\nEdit {number} of the page.\n", encoding="utf-8")
            taken["page"].append(_timed(lambda number=number: _wait(address, lambda html: f"Edit {number} of the page." in html)))
            price = f"0.{20 + number}"
            book.write_text(_repriced(book.read_text(encoding="utf-8"), price), encoding="utf-8")
            taken["rates"].append(_timed(lambda price=price: _wait(address, lambda html: f"${price}" in html)))
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()
    return _ratio(
        "From saving rates.yml to the page served anew, against the same for an edit of the page",
        statistics.median(taken["rates"]),
        statistics.median(taken["page"]),
    )


def _repriced(text: str, price: str) -> str:
    """The newest price of the watched rate, replaced."""
    start = text.index(f"\n  {WATCHED_RATE}:")
    end = text.index("\n  lambda.duration", start)
    section = text[start:end]
    found = list(re.finditer(r"(?m)(price: )0\.\d\d$", section))
    if not found:
        raise SystemExit(f"bench: no price of {WATCHED_RATE} to change in rates.yml")
    for match in reversed(found):
        section = section[: match.start()] + f"price: {price}" + section[match.end() :]
    return text[:start] + section + text[end:]


def _wait(address: str, good: Callable[[str], bool], limit: float = 120) -> None:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                if good(answer.read().decode()):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"bench: {address} did not show the edit within {limit:.0f} s")


def weights(ours: Path, plain: Path, bare: Path) -> list[dict]:
    rows = []
    pages = [path.relative_to(ours) for path in ours.rglob("index.html") if (plain / path.relative_to(ours)).exists()]
    heaviest = max(pages, key=lambda page: _gzip(ours / page))
    for what, page in (("home", Path("index.html")), (f"the heaviest page ({heaviest.parent})", heaviest)):
        mine, theirs = _weight(ours, page), _weight(plain, page)
        rows.append(
            {
                "what": f"Weight of {what}, HTML + CSS + JS, gzip: ours, stock Material with the same text",
                "value": f"{mine / 1000:.1f} kB, {theirs / 1000:.1f} kB ({mine / theirs:.2f} times)",
            }
        )
        share = _gzip(ours / page) - _gzip(bare / page)
        rows.append({"what": f"Receipts' share of the weight of {what}, gzip", "value": f"{share / 1000:.1f} kB ({share / mine:.0%})"})
    figures = sum(len(re.findall(r'<button[^>]*class="figure"', (ours / page).read_text(encoding="utf-8"))) for page in pages)
    extra = sum(_gzip(ours / page) - _gzip(bare / page) for page in pages)
    rows.append({"what": f"Receipts, bytes a figure (gzip), over {figures:,} figures of {len(pages)} pages", "value": f"{extra / figures:.0f} bytes"})
    return rows


def _gzip(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def _weight(site: Path, page: Path) -> int:
    """The page and every style sheet and script that it names, compressed one by one as a server would."""
    html = (site / page).read_text(encoding="utf-8")
    named = re.findall(r'<(?:link[^>]+rel="?stylesheet"?[^>]+href|script[^>]+src)="?([^"\s>]+)', html)
    named += re.findall(r'<link[^>]+href="?([^"\s>]+)"?[^>]+rel="?stylesheet', html)
    files = {((site / page).parent / name.partition("?")[0]).resolve() for name in named if "//" not in name}
    return _gzip(site / page) + sum(_gzip(path) for path in files if path.is_file())


def _record(rows: list[dict]) -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    head = "# Written by `make bench`; quoted by performance.md. Ratios and sizes of one run, medians.\n"
    return head + yaml.safe_dump({"date": date.today().isoformat(), "machine": machine, "rows": rows}, sort_keys=False, width=160)


if __name__ == "__main__":
    sys.exit(main())
