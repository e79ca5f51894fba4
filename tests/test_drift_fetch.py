"""`python -m macros drift --fetch`: downloading the current offer files, from a server on this machine.

A download that is not whole never counts, nothing is read from another host, and what did not arrive is an error.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from macros import fetch
from tests.offers import FOLDER, Made, drift

INDEX = "/offers/v1.0/aws/index.json"
# The offers and regions that price_lists/rates.yml has prices for.
IN_USE = {
    "AWSLambda": ["us-east-1", "eu-central-1"],
    "AmazonS3": ["us-east-1", "eu-west-1"],
    "AWSDataTransfer": ["us-east-1"],
    "AmazonDynamoDB": ["us-east-1"],
    "AmazonEC2": ["us-east-1"],
    "AWSQueueService": ["us-east-1", "eu-west-1"],
}
FILES = {
    ("AWSLambda", "us-east-1"): "lambda-us-east-1",
    ("AWSLambda", "eu-central-1"): "lambda-eu-central-1",
    ("AmazonS3", "us-east-1"): "old-s3-us-east-1",
    ("AmazonS3", "eu-west-1"): "s3-eu-west-1",
    ("AWSDataTransfer", "us-east-1"): "transfer-us-east-1",
    ("AmazonDynamoDB", "us-east-1"): "dynamodb-us-east-1",
    ("AmazonEC2", "us-east-1"): "ec2-us-east-1",
    ("AWSQueueService", "us-east-1"): "sqs-us-east-1",
    ("AWSQueueService", "eu-west-1"): "sqs-eu-west-1",
}
LAMBDA = "/offers/v1.0/aws/AWSLambda/20261015120000/us-east-1/index.json"

Answer = Callable[[BaseHTTPRequestHandler], None]


class Host:
    """A price-list host on this machine. `answers` replaces what is sent for a path; `asked` is every path asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Answer] = {}
        self.bodies: dict[str, bytes] = {INDEX: self._index()}
        for offer, regions in IN_USE.items():
            self.bodies[f"/offers/v1.0/aws/{offer}/current/region_index.json"] = self._region_index(offer, regions)
            for region in regions:
                body = (FOLDER / f"{FILES[offer, region]}.json").read_bytes()
                self.bodies[f"/offers/v1.0/aws/{offer}/20261015120000/{region}/index.json"] = body
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                host.answers.get(self.path, host.send)(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def send(self, request: BaseHTTPRequestHandler) -> None:
        body = self.bodies.get(request.path)
        if body is None:
            request.send_error(404)
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @staticmethod
    def _index() -> bytes:
        offers = {offer: {"offerCode": offer, "currentRegionIndexUrl": f"/offers/v1.0/aws/{offer}/current/region_index.json"} for offer in IN_USE}
        return json.dumps({"formatVersion": "v1.0", "offers": offers}).encode()

    @staticmethod
    def _region_index(offer: str, regions: list[str]) -> bytes:
        found = {
            region: {"regionCode": region, "currentVersionUrl": f"/offers/v1.0/aws/{offer}/20261015120000/{region}/index.json"}
            for region in [*regions, "ap-south-1"]
        }
        return json.dumps({"formatVersion": "v1.0", "regions": found}).encode()


@pytest.fixture
def host(monkeypatch) -> Iterator[Host]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Host()
    yield running
    running.close()


def run(capsys, host: Host, *arguments: object):
    return drift(capsys, "--fetch", "--base-url", host.url, *arguments)


def test_the_current_files_of_the_regions_in_use_are_compared(capsys, host, tmp_path):
    result = run(capsys, host, "--to", tmp_path)
    assert result.status == 1  # Frankfurt has prices that the rates file lacks, and the old S3 file another free tier
    assert result.out.startswith("rates.yml on 2026-11-01 against 9 price-list files")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{offer}-{region}.json" for offer, regions in IN_USE.items() for region in regions)
    assert (tmp_path / "AWSLambda-us-east-1.json").read_bytes() == (FOLDER / "lambda-us-east-1.json").read_bytes()
    assert len(host.asked) == len(set(host.asked)) == 1 + 6 + 9
    assert not any("ap-south-1" in path for path in host.asked)


def test_a_difference_in_a_downloaded_file_is_reported(capsys, host, tmp_path):
    host.bodies[LAMBDA] = json.dumps(Made("lambda-us-east-1").price("Request", "0.0000002100").content).encode()
    assert any("lambda.requests, us-east-1: $0.20 -> $0.21" in line for line in run(capsys, host).lines("different"))


def test_progress_is_one_plain_line_a_file_where_nobody_watches(capsys, host):
    lines = run(capsys, host).err.splitlines()
    assert len(lines) == 9
    assert "AWSLambda us-east-1: 0.0 MB" in lines
    assert not any("\r" in line or "[" in line for line in lines)


def test_progress_is_a_bar_on_a_terminal(host, tmp_path):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    fetch.fetch([("AWSLambda", "us-east-1")], tmp_path, base_url=host.url, progress=fetch.Progress(out))
    assert f"\r[{'#' * fetch.Progress.WIDTH}] AWSLambda us-east-1: 0.0 MB of 0.0 MB" in out.getvalue()
    assert out.getvalue().endswith("AWSLambda us-east-1: 0.0 MB\n")


def test_without_a_folder_nothing_stays_behind(capsys, host, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run(capsys, host)
    assert list(tmp_path.iterdir()) == []


# What does not arrive


def _cut(request: BaseHTTPRequestHandler, body: bytes) -> None:
    """Announces all and sends half."""
    request.send_response(200)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body[: len(body) // 2])


def _cut_in_chunks(request: BaseHTTPRequestHandler, body: bytes) -> None:
    request.protocol_version = "HTTP/1.1"
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.send_header("Connection", "close")
    request.end_headers()
    request.wfile.write(b"%x\r\n%s" % (len(body), body[: len(body) // 2]))


def _cut_without_a_length(request: BaseHTTPRequestHandler, body: bytes) -> None:
    request.send_response(200)
    request.end_headers()
    request.wfile.write(body[: len(body) // 2])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_cut, "broke off after 3,"),
        (_cut_in_chunks, "broke off before its end"),
    ],
)
def test_a_download_that_broke_off_never_counts(capsys, host, tmp_path, answer, words):
    host.answers[LAMBDA] = lambda request: answer(request, host.bodies[LAMBDA])
    result = run(capsys, host, "--to", tmp_path)
    assert result.status == 2
    assert f"AWSLambda us-east-1: {host.url}{LAMBDA}: {words}" in result.err
    assert not list(tmp_path.glob("AWSLambda-us-east-1*")), "neither the file nor a part of it"
    assert not list(tmp_path.glob("*.part"))
    assert result.out.startswith("rates.yml on 2026-11-01 against 8 price-list files")


def test_half_a_file_of_unknown_length_is_no_offer_file(capsys, host, tmp_path):
    host.answers[LAMBDA] = lambda request: _cut_without_a_length(request, host.bodies[LAMBDA])
    result = run(capsys, host)
    assert result.status == 2
    assert "AWSLambda-us-east-1.json: is not whole JSON" in result.err


def test_an_older_download_does_not_stand_in_for_one_that_failed(capsys, host, tmp_path):
    Made("lambda-us-east-1").write(tmp_path, "AWSLambda-us-east-1.json")
    host.answers[LAMBDA] = lambda request: request.send_error(404)
    result = run(capsys, host, "--to", tmp_path)
    assert result.status == 2
    assert f"AWSLambda us-east-1: {host.url}{LAMBDA}: HTTP 404 Not Found" in result.err
    assert "lambda-us-east-1" not in result.out and "AWSLambda-us-east-1.json" not in result.out


def test_a_silent_server_is_an_error(capsys, host, monkeypatch):
    monkeypatch.setattr(fetch, "TIMEOUT", 0.3)
    silence = threading.Event()
    host.answers[LAMBDA] = lambda request: silence.wait(10)
    result = run(capsys, host)
    silence.set()
    assert result.status == 2
    assert f"AWSLambda us-east-1: {host.url}{LAMBDA}: no answer for 0.3 seconds" in result.err


def test_without_the_index_there_is_one_error(capsys, host):
    host.answers[INDEX] = lambda request: request.send_error(503)
    result = run(capsys, host)
    assert (result.status, result.err) == (2, f"--fetch: {host.url}{INDEX}: HTTP 503 Service Unavailable\n")
    assert host.asked == [INDEX]


def test_a_host_that_is_not_there_is_one_error(capsys, host):
    host.close()
    result = run(capsys, host)
    assert result.status == 2
    assert result.err == f"--fetch: {host.url}{INDEX}: Connection refused\n"


@pytest.mark.parametrize("body", [b"<html>", b'{"offers":'])
def test_an_index_that_is_not_json_is_one_error(capsys, host, body):
    host.bodies[INDEX] = body
    result = run(capsys, host)
    assert (result.status, result.err) == (2, f"--fetch: {host.url}{INDEX}: is not whole JSON\n")


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"offers": {"AmazonS3": {}}}', b'{"offers": []}'])
def test_an_offer_that_the_index_does_not_name_is_an_error(capsys, host, body):
    host.bodies[INDEX] = body
    result = run(capsys, host)
    assert result.status == 2
    assert f"AWSLambda us-east-1: {host.url}{INDEX}: has no 'AWSLambda' under offers" in result.err


def test_a_region_that_has_no_file_is_an_error(capsys, host):
    url = "/offers/v1.0/aws/AWSLambda/current/region_index.json"
    host.bodies[url] = b'{"regions": {"us-east-1": {"currentVersionUrl": "%s"}}}' % LAMBDA.encode()
    result = run(capsys, host)
    assert result.status == 2
    assert f"AWSLambda eu-central-1: {host.url}{url}: has no 'eu-central-1' under regions" in result.err


# Other hosts


def _moved(url: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", url)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def test_a_redirect_to_another_host_is_refused(capsys, host):
    other = Host()
    host.answers[LAMBDA] = _moved(other.url + LAMBDA)
    result = run(capsys, host)
    other.close()
    assert result.status == 2
    assert f"AWSLambda us-east-1: {host.url}{LAMBDA}: redirects to another host, {other.url[7:]}; refused" in result.err
    assert other.asked == []


def test_a_redirect_on_the_same_host_is_followed(capsys, host):
    host.bodies["/elsewhere.json"] = host.bodies[LAMBDA]
    host.answers[LAMBDA] = _moved("/elsewhere.json")
    result = run(capsys, host)
    assert result.status == 1
    assert result.out.startswith("rates.yml on 2026-11-01 against 9 price-list files")


@pytest.mark.parametrize("path", ["https://example.org/index.json", "//example.org/index.json", "file:///etc/hostname", ""])
def test_an_index_that_leads_elsewhere_is_refused(capsys, host, path):
    url = "/offers/v1.0/aws/AWSLambda/current/region_index.json"
    host.bodies[url] = json.dumps({"regions": {"us-east-1": {"currentVersionUrl": path}}}).encode()
    result = run(capsys, host)
    assert result.status == 2
    assert f"AWSLambda us-east-1: {host.url}: the index leads to '{path}', which is not on this host" in result.err


def test_a_folder_that_cannot_be_made_is_an_error(capsys, host, tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    result = run(capsys, host, "--to", tmp_path / "taken" / "folder")
    assert result.status == 2
    assert result.err == f"{tmp_path / 'taken' / 'folder'}: cannot be written: Not a directory\n"
    assert host.asked == []
