"""What `python -m macros drift` does with price lists that are damaged, forged, endless, or in other units: one line each, exit status 2."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from macros import fetch, pricelist
from tests.offers import FOLDER, Made, drift
from tests.test_drift_fetch import INDEX, Host, host, run  # noqa: F401  (host is a fixture)


def refusal(capsys, path: Path) -> str:
    """The one line for a file that could not be compared."""
    result = drift(capsys, path)
    assert result.status == 2, result.out
    [line] = result.err.splitlines()
    assert line.startswith(path.name.replace("\n", "�"))
    return line


# Units: equal digits for another unit are no equal price.


@pytest.mark.parametrize("unit", ["GB-Mo", "1M requests", "", 1000], ids=repr)
def test_another_unit_is_an_error_and_not_the_same_price(capsys, tmp_path, unit):
    made = Made("lambda-us-east-1")
    made.tier("Request")["unit"] = unit
    line = refusal(capsys, made.write(tmp_path))
    assert f"SKU U000000000000002 (Request): its unit is '{unit}', which is not known to be a request" in line


def test_a_price_list_without_units_is_an_error(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    del made.tier("Lambda-GB-Second")["unit"]
    assert "its tiers are in different units, " in refusal(capsys, made.write(tmp_path))


def test_tiers_of_one_product_are_in_one_unit(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.tier("Lambda-GB-Second", begin="6000000000")["unit"] = "Requests"
    assert "its tiers are in different units, Lambda-GB-Second and Requests" in refusal(capsys, made.write(tmp_path))


def test_the_unit_of_an_allowance_is_compared_too(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.tier("Global-Request")["unit"] = "GB"
    assert "SKU GLOBALREQUESTS01 (Global-Request): its unit is 'GB'" in refusal(capsys, made.write(tmp_path))


# Age


def test_an_old_price_list_says_how_old_it_is(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.content["publicationDate"] = "1999-11-01T00:00:00Z"
    path = made.write(tmp_path)
    assert "lambda-us-east-1.json: published on 1999-11-01, 9,862 days before" in drift(capsys, path).out  # 27 years with 7 leap days
    assert drift(capsys, path, "--json").data["published"] == {"lambda-us-east-1.json": "1999-11-01"}


def test_a_price_list_of_this_month_is_not_called_old(capsys):
    assert "published on" not in drift(capsys, FOLDER / "lambda-us-east-1.json").out


# Numbers


def test_a_huge_price_is_a_difference_with_all_its_digits(capsys, tmp_path):
    path = Made("lambda-us-east-1").price("Request", "2E99").write(tmp_path)
    result = drift(capsys, path)
    assert result.status == 1
    # 2 x 10^99 for one request is 2 x 10^105 for a million: 2 and 105 zeros.
    assert "$2" + ",000" * 35 + ".00 per 1,000,000 requests" in result.lines("different")[0]


@pytest.mark.parametrize("price", ["9" * 5000, "0." + "0" * 4999 + "1", "٠.٢", "０.２"], ids=["5,000 digits", "5,000 places", "Arabic", "full-width"])
def test_a_price_that_is_no_plain_decimal_is_one_line(capsys, tmp_path, price):
    line = refusal(capsys, Made("lambda-us-east-1").price("Request", price).write(tmp_path))
    assert "the price is not a plain decimal" in line
    assert len(line) < 400


# Names: what a file holds is printed in one line, without anything that a terminal or a workflow's log would act upon.


@pytest.mark.parametrize(
    "sku",
    ["\ud800", "A\n::set-output name=x::y", "A\n````\n@everyone", "A\x1b[2J", "A" * 10_000],
    ids=["surrogate", "command", "fence", "escape", "long"],
)
def test_a_sku_is_printed_in_one_line(capsys, tmp_path, sku):
    path = Made("lambda-us-east-1").price("Request", "0.0000002100").renamed("Request", sku).write(tmp_path)
    result = drift(capsys, path)
    assert result.status == 1
    [line] = result.lines("different")
    assert len(line) < 400
    assert "\x1b" not in result.out
    assert not any(text.strip().startswith(("::", "@", "`")) for text in result.out.splitlines())


def test_a_usage_type_and_a_currency_are_printed_in_one_line(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.tier("Request")["pricePerUnit"] = {"X\n::error::": "1"}
    assert "the price is in X�::error::, not in USD" in refusal(capsys, made.write(tmp_path))


# Shapes


@pytest.mark.parametrize("product", [None, [], "product", {}, {"attributes": []}], ids=repr)
def test_a_product_without_attributes_is_an_error_and_not_a_missing_price(capsys, tmp_path, product):
    made = Made("lambda-us-east-1")
    made.products[made.sku("Request")] = product
    assert "SKU U000000000000002: is not a product with attributes" in refusal(capsys, made.write(tmp_path))


def test_a_usage_type_that_is_no_text_is_an_error(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.attributes("Request")["usagetype"] = 7
    assert "SKU U000000000000002: its usagetype is not text" in refusal(capsys, made.write(tmp_path))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('"FormatVersion","v1.0"\n"Version","1"\n"OfferCode","AWSLambda"\n"SKU","Price"\n', "the CSV edition"),
        ('\ufeff"FormatVersion","v1.0"\n', "the CSV edition"),
        ('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "XML or HTML, perhaps an error page"),
        ("<!DOCTYPE html><title>404</title>", "XML or HTML, perhaps an error page"),
    ],
    ids=["CSV", "CSV with BOM", "S3's error page", "a web page"],
)
def test_a_file_of_another_kind_is_named(capsys, tmp_path, content, words):
    path = tmp_path / "offer.json"
    path.write_text(content, encoding="utf-8")
    assert words in refusal(capsys, path)


def test_prices_in_another_currency_are_named_where_no_region_is_declared(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    for product in made.products.values():
        if product["attributes"].get("regionCode"):
            product["attributes"] |= {"regionCode": "cn-north-1", "location": "China (Beijing)", "usagetype": f"CNN1-{product['attributes']['usagetype']}"}
    for terms in made.on_demand.values():
        for term in terms.values():
            for dimension in term["priceDimensions"].values():
                dimension["pricePerUnit"] = {"CNY": "0.1"}
    line = refusal(capsys, made.write(tmp_path))
    assert line.endswith("the rates file declares none of its regions: cn-north-1; its prices are in CNY")


# Files without end


def test_a_pipe_is_refused_and_not_waited_for(capsys, tmp_path):
    path = tmp_path / "pipe.json"
    os.mkfifo(path)
    assert "is not a regular file; save it to one first" in refusal(capsys, path)


def test_a_gzip_file_that_unpacks_without_end_is_refused(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(pricelist, "MAX_BYTES", 1_000_000)
    path = tmp_path / "bomb.json"
    path.write_bytes(gzip.compress(b"[" + b" " * 50_000_000))
    assert "holds more than 1,000,000 bytes, which no offer file does" in refusal(capsys, path)


def test_a_damaged_gzip_file_is_one_line(capsys, tmp_path):
    packed = bytearray(gzip.compress(json.dumps({"x": list(range(20_000))}).encode()))
    packed[len(packed) // 2 :: 2] = b"\xff" * len(packed[len(packed) // 2 :: 2])
    path = tmp_path / "damaged.json"
    path.write_bytes(packed)
    assert "gzip" in refusal(capsys, path) or "read" in refusal(capsys, path)


# Downloads


def test_an_index_that_is_nested_too_deeply_is_one_line(capsys, host):  # noqa: F811
    host.bodies[INDEX] = b"[" * 200_000
    result = run(capsys, host)
    assert result.status == 2
    assert result.err.splitlines()[-1].endswith("is not whole JSON")


def test_an_index_without_end_is_refused(capsys, host, monkeypatch):  # noqa: F811
    monkeypatch.setattr(fetch, "MAX_INDEX_BYTES", 100_000)
    host.bodies[INDEX] = b" " * 300_000
    result = run(capsys, host)
    assert result.status == 2
    assert result.err.splitlines()[-1].endswith("goes on past 100,000 bytes; refused")


def test_a_download_without_end_is_refused_and_leaves_no_file(capsys, host, monkeypatch, tmp_path):  # noqa: F811
    monkeypatch.setattr(pricelist, "MAX_BYTES", 1_000)
    result = run(capsys, host, "--to", tmp_path)
    assert result.status == 2
    assert "goes on past 1,000 bytes; refused" in result.err
    assert list(tmp_path.iterdir()) == []


def test_what_a_server_says_is_printed_in_one_line(capsys, host):  # noqa: F811
    def refuse(request) -> None:
        request.wfile.write(b"HTTP/1.0 404 Gone\x1b[2J\xff ::error::x\r\nContent-Length: 0\r\n\r\n")

    host.answers[INDEX] = refuse
    result = run(capsys, host)
    assert result.status == 2
    assert "\x1b" not in result.err
    assert len(result.err.splitlines()) == 1
