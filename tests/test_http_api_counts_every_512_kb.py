"""An HTTP API counts a large request as several, and every workload and page that has one in front counts it so."""

import math
import re
import subprocess
import sys

import pytest
import yaml

from tests.built import ROOT

PIECE = 512 * 1024  # https://aws.amazon.com/api-gateway/pricing/: metered in increments of 512 KB; an upload of 4.5 MB counts as 9 there
WORKLOADS = ROOT / "docs/workloads"
PAGE = ROOT / "docs/image-example/index.md"

# The requests of one event, each with the bytes of the larger of body and answer. A new workload with an HTTP API needs its sizes here.
REQUESTS = {
    "million-calls-by-http": [(1, 1_000)],
    "shopping-lists": [(1, 4_096)],
    "shopping-lists-unthrottled": [(1, 4_096)],
    "shopping-lists-flood": [(6, 10 * 1024 * 1024)],
    "image-resize-by-http": [(1, 900_000)],
}


def behind_an_http_api():
    read = {file.stem: yaml.safe_load(file.read_text())["per_event"] for file in WORKLOADS.glob("*.yml") if "per_event" in file.read_text()}
    return {name: parts["metered"]["apigateway.http.requests"] for name, parts in read.items() if "apigateway.http.requests" in parts.get("metered", {})}


def test_the_sizes_of_all_requests_are_known():
    assert behind_an_http_api().keys() == REQUESTS.keys()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_counts_once_for_each_512_kb_begun(name):
    assert behind_an_http_api()[name] == sum(requests * math.ceil(size / PIECE) for requests, size in REQUESTS[name])


def test_a_million_photos_through_an_http_api():
    # Duration: 1,000,000 x 0.12 s x 1 GB = 120,000 GB-s x 0.0000166667 = 2.00. The door: 1,000,000 x 2 x 1.00 per million = 2.00.
    command = [sys.executable, "-m", "macros", "bill", str(WORKLOADS / "image-resize-by-http.yml"), "--no-free-tier", "--on", "2026-11-01"]
    bill = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(r"^API Gateway HTTP API requests: 2,000,000 requests +\$2\.00$", bill, re.MULTILINE)
    assert re.search(r"^Lambda duration, x86: 120,000 GB-seconds +\$2\.000004$", bill, re.MULTILINE)


def test_it_is_the_image_example_with_a_door():
    example, with_door = (yaml.safe_load((WORKLOADS / f"{name}.yml").read_text())["per_event"] for name in ("image-resize", "image-resize-by-http"))
    del with_door["metered"]
    assert with_door == example


def test_the_page_compares_figures_and_does_not_only_claim():
    text = PAGE.read_text()
    way_in = text.partition("- **The way in.**")[2].partition("\n- **")[0]
    assert 'bill("image-resize-by-http", free_tier=False)' in text
    assert re.search(r"\{% if .+?%\}.*more than the duration", way_in), "what depends on prices stands behind a condition"
    assert "{% else %}" in way_in
