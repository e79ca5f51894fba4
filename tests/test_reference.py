"""The reference, its anchors, the data for machines, the feed, and the site as of another day."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from macros import changes, impact, rates
from tests import built, record
from tests.pages import read

ROOT = built.ROOT
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def book() -> rates.RateBook:
    return rates.load()


@cache  # a page is asked for once a rate
def _ids(path: Path) -> set[str]:
    return set(read(path).ids)


def test_every_rate_free_tier_rule_and_quota_has_its_anchor(site, book):
    lost = []
    for section in ("rates", "free_tiers", "rules", "quotas"):
        for name in getattr(book, section):
            page = "quotas" if section == "quotas" else changes.service(name)
            if changes.anchor(section, name) not in _ids(site / "reference" / page / "index.html"):
                lost.append(f"{section}: {name}")
    assert not lost
    # The one that is promised by name:
    assert "lambda-requests" in _ids(site / "reference" / "lambda" / "index.html")


def test_every_price_in_force_stands_in_the_reference_with_source_and_day(site, book):
    today, lost = date.today(), []
    for rate in book.rates.values():
        html = (site / "reference" / changes.service(rate.dimension) / "index.html").read_text(encoding="utf-8")
        for region in ["us-east-1"] if rate.is_global else book.regions:
            value = rate.in_force(today, region)
            if value and not value.free:
                prices = [f"${tier.price:,f}" for tier in value.tiers if tier.price]
                if not all(f">{price}<" in html for price in prices) or value.provenance.verified.isoformat() not in html:
                    lost.append(f"{rate.dimension} in {region}")
    assert not lost


def test_a_chart_has_its_table_and_says_in_words_what_it_shows(site):
    html = (site / "reference" / "s3" / "index.html").read_text(encoding="utf-8")
    chart = re.search(r'<figure class="chart".*?</figure>', html, re.DOTALL).group(0)
    assert 'role="img"' in chart and "<title" in chart and "<desc" in chart
    # From the price list of January 2016 and the announcement of the cut: both stand in the chart's words and in the table.
    for drawn, written in (("$0.03 from", "$0.0300<"), ("$0.023 from", "$0.0230<")):
        assert drawn in chart and written in html
    assert not [x for x in map(float, re.findall(r' c?x="([\d.]+)"', chart)) if x > 640], "something is drawn outside the chart"


def test_the_changes_are_all_there_newest_first(site, book):
    html = (site / "reference" / "changes" / "index.html").read_text(encoding="utf-8")
    days = re.findall(r'<th scope="row">(\d{4}-\d{2}-\d{2})</th>', html)
    assert days == sorted(days, reverse=True) and len(days) > 60
    # 100 ms -> 1 ms on 1 December 2020; S3's price cut on 1 December 2016; free egress on 1 December 2021
    assert {"2020-12-01", "2016-12-01", "2021-12-01", "2022-08-01", "2025-08-01"} <= set(days)
    assert re.search(r"2020-12-01</th>.*?100 ms.*?1 ms", html, re.DOTALL)


def test_the_feed_is_atom_with_stable_ids_and_links_that_lead_somewhere(site):
    feed = ElementTree.fromstring((site / "changes.xml").read_text(encoding="utf-8"))
    base = feed.find(f"{ATOM}id").text.removesuffix("changes.xml")
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) > 10
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == len(ids)
    for entry in entries:
        page, _, anchor = entry.find(f"{ATOM}link").get("href").removeprefix(base).partition("#")
        assert anchor in _ids(site / page / "index.html")
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T00:00:00\+00:00", entry.find(f"{ATOM}updated").text)


@pytest.fixture(scope="module")
def data(site) -> dict:
    return json.loads((site / "data" / "rates.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def past(tmp_path_factory) -> Path:
    """The site as of the original guide's last day."""
    folder = tmp_path_factory.mktemp("past")
    result = built.build(folder, {"AS_OF": "2016-01-23"})
    assert result.returncode == 0, result.stdout
    return folder


class TestDataForMachines:
    def test_it_has_its_version_and_every_entry(self, data, book):
        assert data["version"] == 1 and data["currency"] == "USD" and data["as_of"] == date.today().isoformat()
        for section in ("rates", "free_tiers", "rules", "quotas"):
            assert list(data[section]) == list(getattr(book, section))

    def test_numbers_are_plain_decimal_strings(self, data):
        tiers = [tier for rate in data["rates"].values() for value in rate["values"] for tier in value["tiers"]]
        assert len(tiers) > 200
        for tier in tiers:
            for text in (tier["price"], tier["up_to"]):
                assert text is None or re.fullmatch(r"\d+(\.\d+)?", text)

    def test_the_value_in_force_can_be_read_as_documented(self, data):
        """The last one whose `from` is not later and which names the region: the original guide's price on its own day."""
        values = data["rates"]["lambda.duration.x86_64"]["values"]
        last = [v for v in values if v["from"] <= "2015-02-07" and "us-east-1" in v["regions"]][-1]
        assert [tier["price"] for tier in last["tiers"]] == ["0.00001667"]

    def test_a_price_on_a_page_is_the_one_in_the_data(self, site, data, book):
        now = book.card(on=date.today(), region="us-east-1").price("lambda.requests")
        value = [v for v in data["rates"]["lambda.requests"]["values"] if "us-east-1" in v["regions"]][-1]
        assert value["tiers"][0]["price"] == format(now.tiers[0].price, "f")
        assert f"${value['tiers'][0]['price']}" in (site / "index.html").read_text(encoding="utf-8")

    def test_the_csv_has_the_documented_columns_and_a_row_a_tier_and_region(self, site, data):
        rows = list(csv.DictReader(io.StringIO((site / "data" / "rates.csv").read_text(encoding="utf-8"))))
        documented = "dimension unit from region up_to price per source verified confidence".split()
        assert list(rows[0]) == documented
        wanted = sum(len(v["regions"]) * len(v["tiers"]) for rate in data["rates"].values() for v in rate["values"])
        assert len(rows) == wanted
        documented_in_page = (ROOT / "docs" / "reference" / "data.md").read_text(encoding="utf-8")
        assert all(f"`{column}`" in documented_in_page for column in documented)

    def test_the_schema_is_published(self, site):
        assert json.loads((site / "data" / "rates.schema.json").read_text(encoding="utf-8"))["$schema"].startswith("https://json-schema.org/")

    def test_the_command_line_exports_the_same(self, site, tmp_path):
        done = subprocess.run([sys.executable, "-m", "macros", "export", str(tmp_path / "new")], cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        for name in ("rates.json", "rates.csv"):
            exported, published = ((folder / name).read_text(encoding="utf-8") for folder in (tmp_path / "new", site / "data"))
            assert exported.strip() == published.strip()


class TestAsOfAnotherDay:
    def test_a_banner_says_so_on_every_page(self, past):
        for path in past.rglob("index.html"):
            assert "as of <strong>23 January 2016</strong>" in path.read_text(encoding="utf-8"), path

    def test_prices_rules_and_quotas_are_those_of_the_day(self, past):
        html = (past / "pricing" / "lambda" / "index.html").read_text(encoding="utf-8")
        assert "$0.00001667<" in html and "$0.0000166667<" not in html
        assert ">100 ms<" in html

    def test_no_sentence_is_about_what_did_not_exist(self, past):
        for path in past.rglob("index.html"):
            article = re.search(r"<article.*</article>", path.read_text(encoding="utf-8"), re.DOTALL)[0]
            blocks = re.split(r"</?(?:p|li|tr|td|th|h\d|div|caption|figcaption|dd|dt|pre)\b[^>]*>", article)
            texts = [" ".join(re.sub(r"<[^>]+>", "", block).split()) for block in blocks]
            assert [text for text in texts if "not available on 23 January 2016" in text.lower() and len(text) > 60] == [], path

    def test_what_did_not_exist_is_left_out_and_says_so(self, past):
        html = (past / "pricing" / "lambda" / "index.html").read_text(encoding="utf-8")
        assert "Left out: this passage is about something that did not exist, or has no price on file, on 23 January 2016." in html
        assert "cheaper for a GB-second" not in html
        lambda_reference = (past / "reference" / "lambda" / "index.html").read_text(encoding="utf-8")
        section = lambda_reference.split('id="lambda-duration-arm64"')[1].split("<h2")[0]
        assert "Not available on 23 January 2016" in section

    def test_todays_site_has_no_banner(self, site):
        html = (site / "index.html").read_text(encoding="utf-8")
        assert 'class="as-of"' not in html and "not available" not in html


def test_the_image_example_replayed_shows_each_day_and_what_moved_it():
    """At the rates on record, so that tomorrow's change of a price does not break a sum of today."""
    html = impact.render(rates.load(record.FILE), ROOT / "docs", record.DAY, only={"pricing/through-time.md"})["pricing/through-time.md"]
    table = re.search(r'<table class="replay">.*?</table>', html, re.DOTALL).group(0)
    days = re.findall(r'<th scope="row">(\d+ \w+ \d{4})</th>', table)
    assert days[:6] == ["7 February 2015", "1 December 2016", "1 December 2020", "1 October 2021", "1 August 2022", "1 August 2025"]
    rows = re.split(r"<tr>", table)[2:]
    # By hand, 931.322575 GB-months x 0.0300 + 13.534 = 41.4737; x 0.0230 + 13.534 = 34.9544; then 120 ms instead of 200:
    # 931.322575 x 0.0230 + 10 + 0.20 + 120,000 x 0.0000166667 = 33.6204
    assert "$41.47" in rows[0] and "$34.95" in rows[1] and "$33.62" in rows[2]
    assert "S3 Standard storage" in rows[1]
    assert "100 ms before, 1 ms from 1 December 2020" in rows[2] and "provisioned" not in rows[2]
    assert "nothing that this workload uses" in rows[3]


def test_one_changed_rate_is_found_on_the_page_in_its_receipt_in_the_reference_and_in_the_data(tmp_path):
    """What a new maintainer does: a new price for requests in one place, then a build."""
    changed = rates.load(record.FILE)
    values = changed.rates["lambda.requests"].values
    value = next(v for v in values if v.regions == ("us-east-1",))
    object.__setattr__(value, "tiers", (rates.Tier(None, Decimal("0.25")),))
    rendered = impact.render(changed, ROOT / "docs", date(2026, 11, 23), only={"index.md", "reference/lambda.md"})
    home = rendered["index.md"]
    assert ">$0.25 per 1,000,000 requests<" in home or "$0.25 per 1,000,000 requests" in home
    assert "1,000,000 requests × $0.25 ÷ 1,000,000" in home
    assert ">$0.25<" in rendered["reference/lambda.md"]
