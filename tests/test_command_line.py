"""What somebody sees who types `python -m macros check` or `python -m macros bill WORKLOAD.yml`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests import record

ROOT = Path(__file__).parents[1]
RATES = ROOT / "macros" / "rates.yml"
MOBILE_BACKEND = """\
title: A mobile backend
events: 3_000_000
per_event:
  lambda: {duration_ms: 120, memory_mb: 1536}
"""
IMAGES = """\
title: Resize uploaded images
events: 1_000_000                # a month
per_event:
  lambda: {duration_ms: 120, memory_mb: 1024, architecture: x86_64}
  s3: {put_requests: 2, stored_kb: 1000}
standing: {}
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    # Bills are checked at the rates on record: what a maintainer changes in macros/rates.yml moves pages, not sums.
    rates = ["--rates", str(record.FILE)] if "bill" in arguments[:1] and "--rates" not in arguments else []
    command = [sys.executable, "-m", "macros", *map(str, arguments), *rates]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


def output_of(*arguments: object) -> str:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def refusal_of(*arguments: object) -> str:
    """The one line that a mistake is answered with."""
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == "", "an error prints nothing that looks like an answer"
    assert done.stderr.endswith("\n")
    assert len(done.stderr.splitlines()) == 1, f"one line, not:\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def mobile_backend(tmp_path: Path) -> Path:
    return written(tmp_path, MOBILE_BACKEND)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return written(tmp_path, IMAGES)


def written(folder: Path, text: str, name: str = "workload.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# check


def test_check_accepts_the_rates_file() -> None:
    assert "rates.yml" in output_of("check")


def test_check_lists_every_mistake_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "macros"
    folder.mkdir()
    lines = RATES.read_text(encoding="utf-8").splitlines()
    entry = lines.index("  lambda.requests:")
    price = next(number for number in range(entry, len(lines)) if "price:" in lines[number])
    verified = next(number for number in range(price, len(lines)) if "verified:" in lines[number])
    lines[price] = lines[price].replace("price: ", "price: -")
    lines[verified] = re.sub(r"verified: [\d-]+", "verified: 2999-01-01", lines[verified])
    bad = written(folder, "\n".join(lines), "rates.yml")

    done = run("check", bad)

    assert done.returncode == 2
    assert done.stdout == ""
    messages = done.stderr.splitlines()
    assert [message.split(": ")[0] for message in messages] == [f"macros/rates.yml:{price + 1}", f"macros/rates.yml:{verified + 1}"]
    assert all("lambda.requests" in message for message in messages)
    assert "plain positive decimal" in messages[0]
    assert "2999-01-01" in messages[1]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"rates: [", "YAML"), (b"\xff\xfe\x00\x01", "UTF-8"), (b"- a list\n", "key: value")],
    ids=["empty", "broken", "binary", "a list"],
)
def test_check_of_what_is_no_rates_file(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "rates.yml"
    path.write_bytes(content)
    done = run("check", path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert words in done.stderr.splitlines()[0]
    assert all("rates.yml:" in line for line in done.stderr.splitlines())


# bill


def test_the_bill_of_a_mobile_backend(mobile_backend: Path) -> None:
    shown = output_of("bill", mobile_backend, "--on", "2026-09-20")
    assert "A mobile backend" in shown
    assert re.search(r"Total +\$2\.733338$", shown, re.MULTILINE)
    assert re.search(r"^Lambda requests: 3,000,000 requests +\$0\.40$", shown, re.MULTILINE)
    assert "400,000 GB-seconds" in shown, "the free tier stands on the bill"


def test_the_bill_of_a_million_images_in_2015(images: Path) -> None:
    shown = output_of("bill", images, "--on", "2015-02-07", "--no-free-tier")
    assert re.search(r"Lambda in all +\$3\.534$", shown, re.MULTILINE)
    assert re.search(r"Total before storage +\$13\.534$", shown, re.MULTILINE)
    assert re.search(r"7 February 2015", shown)


def test_the_free_tier_takes_the_function_off_the_bill_of_2015(images: Path) -> None:
    shown = output_of("bill", images, "--on", "2015-02-07")
    assert re.search(r"Lambda in all +\$0\.00$", shown, re.MULTILINE)
    assert re.search(r"Total before storage +\$10\.00$", shown, re.MULTILINE)


def test_a_bill_in_another_region(mobile_backend: Path) -> None:
    shown = output_of("bill", mobile_backend, "--on", "2026-11-01", "--region", "af-south-1")
    assert re.search(r"Total +\$3\.634$", shown, re.MULTILINE), "140,000 x 0.0000221 + 2 x 0.27"


def test_a_bill_without_a_date_is_todays(mobile_backend: Path) -> None:
    today = json.loads(output_of("bill", mobile_backend, "--json"))["on"]
    assert output_of("bill", mobile_backend) == output_of("bill", mobile_backend, "--on", today)


def test_the_order_of_options_does_not_matter(mobile_backend: Path) -> None:
    one = output_of("bill", "--json", "--no-free-tier", "--on", "2026-09-20", mobile_backend)
    assert one == output_of("bill", mobile_backend, "--on=2026-09-20", "--no-free-tier", "--json")


# bill --json


def test_a_bill_for_machines(mobile_backend: Path) -> None:
    bill = json.loads(output_of("bill", mobile_backend, "--on", "2026-09-20", "--json"))
    assert bill == {
        "on": "2026-09-20",
        "region": "us-east-1",
        "currency": "USD",
        "free_tier": True,
        "total": "2.733338",
        "lines": [
            {
                "dimension": "lambda.requests",
                "unit": "request",
                "quantity": "3000000",
                "billable": "2000000",
                "cost": "0.4",
                "tiers": [{"up_to": None, "quantity": "2000000", "price": "0.0000002", "cost": "0.4"}],
            },
            {
                "dimension": "lambda.duration.x86_64",
                "unit": "GB-second",
                "quantity": "540000",
                "billable": "140000",
                "cost": "2.333338",
                "tiers": [{"up_to": "6000000000", "quantity": "140000", "price": "0.0000166667", "cost": "2.333338"}],
            },
        ],
    }


def test_every_number_for_machines_is_a_plain_decimal_string(tmp_path: Path) -> None:
    """Very small, very large, without an end: no exponent, no float, and twelve places where the digits do not end."""
    path = written(
        tmp_path,
        """\
title: Numbers
events: 1
per_event:
  lambda: {duration_ms: 1, memory_mb: 128}
standing:
  s3: {stored_gb: 100, stored_days: 1, month_days: 31}
  transfer: {out_gb: 1_000_000_000_000}
""",
    )
    text = output_of("bill", path, "--on", "2026-11-01", "--no-free-tier", "--json")
    assert "." not in re.sub(r'"[^"]*"', "", text), "a number outside quotes is a float to whoever reads it"
    bill = json.loads(text)
    plain = re.compile(r"\d+(\.\d*[1-9])?")
    numbers = [bill["total"]]
    for line in bill["lines"]:
        numbers += [line["quantity"], line["billable"], line["cost"]]
        for tier in line["tiers"]:
            assert set(tier) == {"up_to", "quantity", "price", "cost"}
            numbers += [tier["quantity"], tier["price"], tier["cost"], *([tier["up_to"]] if tier["up_to"] is not None else [])]
    assert [number for number in numbers if not plain.fullmatch(number)] == []

    by_dimension = {line["dimension"]: line for line in bill["lines"]}
    assert by_dimension["lambda.duration.x86_64"]["cost"] == "0.0000000020833375"
    assert by_dimension["s3.stored"]["quantity"] == "3.225806451613", "100 / 31, half up at twelve places"
    last = by_dimension["transfer.out"]["tiers"][-1]
    assert last["up_to"] is None
    assert Decimal(last["quantity"]) == 1_000_000_000_000 - 153_600
    assert Decimal(last["quantity"]) * Decimal(last["price"]) == Decimal(last["cost"])


def test_no_free_tier_for_machines(mobile_backend: Path) -> None:
    bill = json.loads(output_of("bill", mobile_backend, "--on", "2026-09-20", "--no-free-tier", "--json"))
    assert bill["free_tier"] is False
    assert bill["total"] == "9.600018"
    assert all(line["billable"] == line["quantity"] for line in bill["lines"])


# what is refused


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("memory_mb: 1536", "memory_mb: 1536, memory: 1"), [":4:", "'memory'", "did you mean 'memory_mb'"]),
        (("memory_mb: 1536", "memory: 1536"), [":4:", "'memory'", "did you mean 'memory_mb'"]),
        (("events: 3_000_000", "events: -3"), [":2:", "events", "-3"]),
        (("events: 3_000_000", "events: -3\nmonths: 2"), [":2:", "-3"]),
        (("events: 3_000_000", "events: many"), [":2:", "events", "many"]),
        (("events: 3_000_000", "events: 3_000_000\nevents: 4"), [":3:", "duplicate", "events"]),
        (("events: 3_000_000", "events: 3_000_000\nmonths: 2"), [":3:", "months"]),
        (("lambda: {", "lambda: [{"), [":5:", "YAML"]),
        (("duration_ms: 120", "duration_ms: &time 120, init_ms: *time"), [":4:", "alias"]),
        (("  lambda: {duration_ms: 120, memory_mb: 1536}", "  - lambda"), [":4:", "per_event"]),
        (("  lambda: {duration_ms: 120, memory_mb: 1536}", "  lambda: 120"), [":4:", "per_event.lambda", "120"]),
    ],
    ids=["unknown key", "misspelled key", "negative", "first of two", "words", "twice", "unknown section", "broken YAML", "alias", "list", "number for a part"],
)
def test_a_workload_with_a_mistake_is_refused_with_its_line(tmp_path: Path, change: tuple[str, str], words: list[str]) -> None:
    assert change[0] in MOBILE_BACKEND
    message = refusal_of("bill", written(tmp_path, MOBILE_BACKEND.replace(*change)), "--on", "2026-09-20")
    assert message.startswith("workload.yml:")
    assert [word for word in words if word not in message] == [], message


@pytest.mark.parametrize("json_too", [[], ["--json"]], ids=["text", "json"])
def test_a_missing_file_is_refused(tmp_path: Path, json_too: list[str]) -> None:
    assert "nowhere.yml" in refusal_of("bill", tmp_path / "nowhere.yml", *json_too)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "folder" in refusal_of("bill", tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.yml"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe")
    assert "picture.yml" in refusal_of("bill", path)


@pytest.mark.parametrize("content", ["", "# only a comment\n", "only words\n", "- a\n- list\n", "---\na: 1\n---\nb: 2\n", "a: \x00\n"])
def test_a_file_that_is_no_workload_is_refused(tmp_path: Path, content: str) -> None:
    assert "workload.yml" in refusal_of("bill", written(tmp_path, content))


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2026-02-30", "20260101", "2026-1-1", ""])
def test_a_bad_date_is_refused(mobile_backend: Path, day: str) -> None:
    message = refusal_of("bill", mobile_backend, "--on", day)
    assert "--on" in message
    assert f"'{day}'" in message


def test_an_unknown_region_is_refused_and_its_neighbor_named(mobile_backend: Path) -> None:
    message = refusal_of("bill", mobile_backend, "--region", "us-east-9", "--on", "2026-11-01")
    assert "us-east-9" in message
    assert "us-east-1" in message


def test_a_missing_price_is_an_error_that_names_it(images: Path) -> None:
    message = refusal_of("bill", images, "--region", "af-south-1", "--on", "2026-11-01", "--json")
    assert "s3.put_requests" in message
    assert "af-south-1" in message
    assert "2026-11-01" in message


def test_a_quota_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = written(tmp_path, MOBILE_BACKEND.replace("1536", "10_241"))
    assert "memory_mb" in refusal_of("bill", path, "--on", "2026-11-01")


@pytest.mark.parametrize("arguments", [[], ["bil"], ["bill"], ["bill", "a.yml", "b.yml"], ["bill", "a.yml", "--of", "2015"], ["check", "--fast"]])
def test_a_command_that_does_not_exist_is_refused(arguments: list[str]) -> None:
    assert "--help" in refusal_of(*arguments)


def test_help_is_not_an_error() -> None:
    assert "WORKLOAD" in output_of("bill", "--help").upper()
