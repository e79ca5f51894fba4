"""`python -m macros drift FILE...`: what a price list says otherwise than the rates file, and what cannot be known from it.

The rates and the price lists are price_lists/rates.yml and price_lists/*.json. Expected figures are written here by hand.
"""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import pytest

from macros import meters, rates
from tests.offers import FOLDER, RATES, Made, backwards, drift

# In every one of these, each price is the rates file's.
ALL_SAME = {
    "lambda-us-east-1": 10,
    "s3-eu-west-1": 4,
    "transfer-us-east-1": 5,
    "dynamodb-us-east-1": 2,
    "ec2-us-east-1": 1,
    "sqs-us-east-1": 4,
    "sqs-eu-west-1": 4,
}


# Same


@pytest.mark.parametrize("name", ALL_SAME)
def test_a_price_list_that_agrees_is_the_same(capsys, name):
    result = drift(capsys, FOLDER / f"{name}.json")
    assert result.status == 0, result.out
    assert len(result.lines("same")) == ALL_SAME[name]
    assert result.out.rstrip().endswith(f"0 different, 0 announced, 0 missing here, 0 missing there, {ALL_SAME[name]} same, 0 not read or not matched")
    assert result.err == ""


def test_prices_are_put_into_the_units_of_the_rates_file(capsys):
    """AWS lists one request at 0.0000002 and 0.000005; the rates file has a million at 0.20 and a thousand at 0.005."""
    same = drift(capsys, FOLDER / "lambda-us-east-1.json", FOLDER / "s3-eu-west-1.json", "--json").entries("same")
    found = {(entry["name"], entry["usage_type"]): (entry["ours"], entry["theirs"], entry["per"]) for entry in same}
    assert found["lambda.requests", "Request"] == ("0.2", "0.2", "1000000")
    assert found["lambda.requests", "Request-ARM"] == ("0.2", "0.2", "1000000")
    assert found["s3.put_requests", "EU-Requests-Tier1"] == ("0.005", "0.005", "1000")


def test_the_json_report_says_everything_in_plain_decimals(capsys):
    result = drift(capsys, FOLDER / "transfer-us-east-1.json", "--json")
    assert result.data["on"] == "2026-11-01"
    assert result.data["currency"] == "USD"
    assert result.data["problems"] == []
    assert result.data["never_compared"] == {"lambda.managed_instances.fee": "listed as dollars an hour for each instance type, not as a share"}
    assert result.data["entries"][1] == {
        "status": "same",
        "kind": "price",
        "name": "transfer.out",
        "region": "us-east-1",
        "unit": "GB",
        "per": "1",
        "begin": "10240",
        "ours": "0.085",
        "ours_end": "51200",
        "theirs": "0.085",
        "theirs_end": "51200",
        "effective": "2026-10-01",
        "skus": ["DTOUT00000000001"],
        "usage_type": "DataTransfer-Out-Bytes",
        "file": "transfer-us-east-1.json",
    }


# Different


def test_one_digit_is_a_difference(capsys, tmp_path):
    path = Made("lambda-us-east-1").price("Request", "0.0000002100").write(tmp_path)
    result = drift(capsys, path)
    assert result.status == 1
    assert result.lines("different") == [
        "lambda.requests, us-east-1: $0.20 -> $0.21 per 1,000,000 requests, in force since 2026-10-01 (SKU U000000000000002, Request, lambda-us-east-1.json)"
    ]
    assert len(result.lines("same")) == 9


def test_the_last_digit_of_a_middle_tier_is_a_difference(capsys, tmp_path):
    path = Made("lambda-us-east-1").price("Lambda-GB-Second", "0.0000150001", begin="6000000000").write(tmp_path)
    assert drift(capsys, path).lines("different") == [
        "lambda.duration.x86_64, us-east-1, above 6,000,000,000 GB-seconds: $0.0000150000 -> $0.0000150001 per GB-second,"
        " in force since 2026-10-01 (SKU U000000000000006, Lambda-GB-Second, lambda-us-east-1.json)"
    ]


def test_a_difference_is_shown_to_its_last_digit(capsys, tmp_path):
    path = Made("transfer-us-east-1").price("DataTransfer-Out-Bytes", "0.0850000001", begin="10240").write(tmp_path)
    [line] = drift(capsys, path).lines("different")
    assert "$0.085 -> $0.0850000001 per GB" in line


def test_arm_requests_are_held_to_the_same_price(capsys, tmp_path):
    """One dimension covers both architectures; a change of one of AWS's two rows must not hide behind the other."""
    path = Made("lambda-us-east-1").price("Request-ARM", "0.0000001600").write(tmp_path)
    [line] = drift(capsys, path).lines("different")
    assert "$0.20 -> $0.16 per 1,000,000 requests" in line
    assert "Request-ARM" in line


def test_a_moved_tier_bound_is_a_difference(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.tier("Lambda-GB-Second", "0")["endRange"] = made.tier("Lambda-GB-Second", "6000000000")["beginRange"] = "7000000000"
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 1
    assert [line.partition(", in force")[0] for line in result.lines("different")] == [
        "lambda.duration.x86_64, us-east-1: $0.0000166667 per GB-second, up to 6,000,000,000 GB-seconds -> up to 7,000,000,000 GB-seconds"
    ]
    assert [line.partition(", in force")[0] for line in result.lines("missing here")] == [
        "lambda.duration.x86_64, us-east-1, above 7,000,000,000 GB-seconds: not in rates.yml -> $0.000015 per GB-second"
    ]
    assert [line.partition(" (")[0] for line in result.lines("missing there")] == [
        "lambda.duration.x86_64, us-east-1, above 6,000,000,000 GB-seconds: $0.0000150000 per GB-second -> not in the file, in force since 2026-10-01"
    ]


# Missing there, missing here


def test_a_tier_that_aws_no_longer_lists_is_missing_there(capsys, tmp_path):
    made = Made("s3-eu-west-1")
    term = made.on_demand["S3STORED00000001"]["S3STORED00000001.JRTCKXETXF"]["priceDimensions"]
    [last] = [code for code, tier in term.items() if tier["beginRange"] == "512000"]
    del term[last]
    [middle] = [tier for tier in term.values() if tier["beginRange"] == "51200"]
    middle["endRange"] = "Inf"
    result = drift(capsys, made.write(tmp_path), "--json")
    assert result.status == 1
    [gone] = result.entries("missing there")
    assert (gone["name"], gone["begin"], gone["ours"], gone["theirs"]) == ("s3.stored", "512000", "0.021", None)
    [longer] = result.entries("different")
    assert (longer["begin"], longer["ours_end"], longer["theirs_end"]) == ("51200", "512000", None)


def test_a_dimension_that_aws_no_longer_lists_is_missing_there(capsys, tmp_path):
    path = Made("lambda-us-east-1").without("Lambda-Provisioned-Concurrency").write(tmp_path)
    result = drift(capsys, path)
    assert result.status == 1
    assert result.lines("missing there") == [
        "lambda.provisioned_concurrency.x86_64, us-east-1: $0.0000041667 per GB-second -> not in the file (lambda-us-east-1.json)"
    ]


def test_a_price_that_the_rates_file_lacks_is_missing_here(capsys):
    """Frankfurt: one dimension that has no price there, and two tiers that the file calls unknown."""
    result = drift(capsys, FOLDER / "lambda-eu-central-1.json", "--json")
    assert result.status == 1
    assert [(entry["name"], entry["begin"], entry["ours"], entry["theirs"]) for entry in result.entries("missing here")] == [
        ("lambda.duration.x86_64", "6000000000", None, "0.000015"),
        ("lambda.duration.x86_64", "15000000000", None, "0.0000133334"),
        ("lambda.provisioned_duration.x86_64", "0", None, "0.0000117011"),
    ]
    assert not result.entries("different")


# Rows that are easily taken for each other


@pytest.mark.parametrize("sku", ["A000000000000000", "Z000000000000000"])
@pytest.mark.parametrize("order", [dict, backwards])
def test_lambda_at_edge_is_never_taken_for_lambda(capsys, tmp_path, sku, order):
    """0.60 for a million is Lambda@Edge's price; it stands before and after Lambda's row, by name and by place."""
    made = Made("lambda-us-east-1").renamed("Lambda-Edge-Request", sku)
    made.content = order(made.content)
    result = drift(capsys, made.write(tmp_path), "--json")
    assert result.status == 0
    found = {(entry["name"], entry["theirs"]) for entry in result.entries("same") if entry["name"].endswith("requests")}
    assert found == {("lambda.requests", "0.2"), ("lambda.edge.requests", "0.6"), ("lambda.requests", "1000000")}


def test_without_its_own_row_lambda_does_not_get_the_price_of_another(capsys, tmp_path):
    path = Made("lambda-us-east-1").without("Request").without("Request-ARM").write(tmp_path)
    result = drift(capsys, path)
    assert result.status == 1
    assert [line.partition(" (")[0] for line in result.lines("missing there")] == [
        "lambda.requests, us-east-1: $0.20 per 1,000,000 requests -> not in the file"
    ]
    assert result.lines("different") == []


def test_duration_under_provisioned_concurrency_is_not_duration(capsys, tmp_path):
    path = Made("lambda-us-east-1").price("Lambda-Provisioned-GB-Second", "0.0000097223").write(tmp_path)
    [line] = drift(capsys, path).lines("different")
    assert line.startswith("lambda.provisioned_duration.x86_64, us-east-1: $0.0000097222 -> $0.0000097223")


def test_managed_instances_requests_are_not_lambda_requests(capsys, tmp_path):
    path = Made("lambda-us-east-1").price("Lambda-Managed-Instances-Request", "0.0000009000").write(tmp_path)
    assert drift(capsys, path).status == 0


def test_standard_storage_is_told_from_an_overhead_with_the_same_usage_type(capsys, tmp_path):
    made = Made("s3-eu-west-1")
    made.on_demand["S3OVERHEAD000002"] = json.loads(json.dumps(made.on_demand["S3OVERHEAD000002"]).replace("0.0210", "0.0990"))
    assert drift(capsys, made.write(tmp_path)).status == 0


@pytest.mark.parametrize("order", list(itertools.permutations(["0", "6000000000", "15000000000"])))
def test_tiers_are_read_in_any_order(capsys, tmp_path, order):
    made = Made("lambda-us-east-1")
    made.term("Lambda-GB-Second")["priceDimensions"] = {f"code{place}": made.tier("Lambda-GB-Second", begin) for place, begin in enumerate(order)}
    result = drift(capsys, made.write(tmp_path), "--json")
    duration = [entry for entry in result.entries("same") if entry["name"] == "lambda.duration.x86_64"]
    assert [(entry["begin"], entry["theirs"]) for entry in duration] == [
        ("0", "0.0000166667"),
        ("6000000000", "0.000015"),
        ("15000000000", "0.0000133334"),
    ]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_the_order_of_a_file_changes_nothing(capsys, tmp_path, path):
    turned = tmp_path / path.name
    turned.write_text(json.dumps(backwards(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    assert drift(capsys, turned) == drift(capsys, path)


# Ambiguous


def test_two_skus_with_two_prices_are_an_error_that_names_both(capsys, tmp_path):
    made = Made("lambda-us-east-1").copied("Request", "U999999999999999")
    [tier] = made.on_demand["U999999999999999"].values()
    next(iter(tier["priceDimensions"].values()))["pricePerUnit"]["USD"] = "0.0000006000"
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert result.err == (
        "lambda-us-east-1.json: lambda.requests in us-east-1: ambiguous: both SKU U000000000000002 (Request, USD 0.0000002)"
        " and SKU U999999999999999 (Request, USD 0.0000006) match\n"
    )
    assert not any(line.startswith("lambda.requests, us-east-1") and "Request," in line for line in result.lines("same"))
    assert result.out.rstrip().endswith("1 not read or not matched")


def test_two_skus_that_agree_are_one_price(capsys, tmp_path):
    path = Made("lambda-us-east-1").copied("Request", "U999999999999999").write(tmp_path)
    result = drift(capsys, path)
    assert result.status == 0
    assert any("SKU U000000000000002, U999999999999999, Request" in line for line in result.lines("same"))


# Announced


def test_a_price_of_a_later_day_is_announced(capsys, tmp_path):
    path = Made("lambda-us-east-1").later("Request", "0.0000002200", "2027-01-01T00:00:00Z").write(tmp_path)
    result = drift(capsys, path)
    assert result.status == 1
    assert result.lines("announced") == [
        "lambda.requests, us-east-1: $0.20 -> $0.22 per 1,000,000 requests, from 2027-01-01 (SKU U000000000000002, Request, lambda-us-east-1.json)"
    ]
    assert result.lines("different") == []
    assert len(result.lines("same")) == 10


def test_an_announced_price_that_the_rates_file_has_already_is_the_same(capsys, tmp_path):
    """The rates file raises Frankfurt to 0.24 on 2027-01-01."""
    path = Made("lambda-eu-central-1").later("EUC1-Request", "0.0000002400", "2027-01-01T00:00:00Z").write(tmp_path)
    result = drift(capsys, path)
    assert result.lines("announced") == []
    assert any("$0.24 per 1,000,000 requests, in force since 2027-01-01" in line for line in result.lines("same"))


def test_on_the_day_an_announced_price_is_in_force(capsys, tmp_path):
    path = Made("lambda-us-east-1").later("Request", "0.0000002200", "2027-01-01T00:00:00Z").write(tmp_path)
    result = drift(capsys, path, on="2027-01-01")
    assert result.lines("announced") == []
    [line] = result.lines("different")
    assert "$0.20 -> $0.22 per 1,000,000 requests, in force since 2027-01-01" in line


def test_a_superseded_term_is_not_the_price(capsys, tmp_path):
    path = Made("lambda-us-east-1").later("Request", "0.0000009000", "2020-01-01T00:00:00Z", code="OLDTERM000").write(tmp_path)
    assert drift(capsys, path).status == 0


# Free tiers


def test_another_allowance_is_a_difference(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.tier("Global-Request")["endRange"] = "2000000"
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 1
    assert result.lines("different") == [
        "free tier lambda.requests: 1,000,000 -> 2,000,000 requests a month, in force since 2014-11-13"
        " (SKU GLOBALREQUESTS01, Global-Request, lambda-us-east-1.json)"
    ]


def test_an_allowance_that_is_gone_is_missing_there(capsys, tmp_path):
    path = Made("lambda-us-east-1").without("Global-Lambda-GB-Second").write(tmp_path)
    result = drift(capsys, path)
    assert result.status == 1
    assert result.lines("missing there") == ["free tier lambda.duration: 400,000 GB-seconds a month -> not in the file (lambda-us-east-1.json)"]


def test_an_allowance_with_a_price_is_an_error(capsys, tmp_path):
    path = Made("lambda-us-east-1").price("Global-Request", "0.0000001000").write(tmp_path)
    result = drift(capsys, path)
    assert result.status == 2
    assert "free tier of lambda.requests: SKU GLOBALREQUESTS01" in result.err
    assert "is not an allowance, which is free up to a quantity" in result.err


def test_a_free_first_tier_is_an_allowance_and_not_a_price(capsys):
    """In 2016 the S3 file had the free gigabyte of transfer as a first tier: 0-1 at 0, 1-10,240 at 0.09."""
    result = drift(capsys, FOLDER / "old-s3-us-east-1.json", "--json", on="2016-01-07")
    assert result.status == 0
    found = [(entry["kind"], entry["name"], entry["begin"], entry["theirs"]) for entry in result.entries("same")]
    assert found == [
        ("price", "s3.put_requests", "0", "0.005"),
        ("price", "transfer.out", "0", "0.09"),
        ("price", "transfer.out", "10240", "0.085"),
        ("price", "transfer.out", "51200", "0.07"),
        ("price", "transfer.out", "153600", "0.05"),
        ("free tier", "transfer.out", "0", "1"),
    ]


def test_an_old_file_is_held_against_the_allowance_of_the_day_asked_for(capsys):
    [line] = drift(capsys, FOLDER / "old-s3-us-east-1.json").lines("different")
    assert line.startswith("free tier transfer.out: 100 -> 1 GB a month")


# Regions


@pytest.mark.parametrize("attribute", ["regionCode", "location"])
def test_a_usage_type_of_another_region_than_its_place_is_an_error(capsys, tmp_path, attribute):
    made = Made("lambda-eu-central-1")
    attributes = made.attributes("EUC1-Request")
    del attributes["regionCode"]
    attributes |= {"regionCode": {"regionCode": "us-east-1"}, "location": {"location": "US East (N. Virginia)"}}[attribute]
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert result.err == ("lambda-eu-central-1.json: SKU E000000000000002: the usage type EUC1-Request is eu-central-1's, but its place is us-east-1\n")


def test_a_usage_type_without_prefix_is_virginias(capsys, tmp_path):
    made = Made("lambda-eu-central-1")
    made.attributes("EUC1-Request")["usagetype"] = "Request"
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert "the usage type Request is us-east-1's, but its place is eu-central-1" in result.err


def test_an_unknown_prefix_is_an_error_and_not_a_missing_price(capsys, tmp_path):
    made = Made("lambda-eu-central-1")
    made.attributes("EUC1-Request")["usagetype"] = "XXX9-Request"
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert "SKU E000000000000002 has the usage type XXX9-Request, whose prefix is not known" in result.err
    assert result.lines("missing there") == []


def test_a_region_that_the_rates_file_does_not_declare_is_an_error(capsys, tmp_path):
    made = Made("lambda-eu-central-1")
    text = json.dumps(made.content).replace("EUC1-", "EUW3-").replace("eu-central-1", "eu-west-3").replace("Frankfurt", "Paris")
    path = tmp_path / "paris.json"
    path.write_text(text, encoding="utf-8")
    result = drift(capsys, path)
    assert result.status == 2
    assert result.err == "paris.json: the rates file declares none of its regions: eu-west-3\n"


def test_an_old_file_names_places_only(capsys, tmp_path):
    """Before `regionCode`, Frankfurt was EU (Frankfurt); the rates file says Europe (Frankfurt)."""
    made = Made("lambda-eu-central-1")
    for product in made.products.values():
        product["attributes"].pop("regionCode", None)
    assert drift(capsys, made.write(tmp_path)) == drift(capsys, FOLDER / "lambda-eu-central-1.json")


# Rows that might be the one


def test_another_group_is_an_error_and_not_a_missing_price(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.attributes("Request")["group"] = "AWS-Lambda-Edge-Requests"
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert (
        "lambda.requests in us-east-1: SKU U000000000000002 has the usage type Request, but its group is 'AWS-Lambda-Edge-Requests', not 'AWS-Lambda-Requests'"
    ) in result.err


def test_a_renamed_usage_type_is_an_error_and_not_a_missing_price(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.attributes("Lambda-GB-Second")["usagetype"] = "Lambda-GiB-Second"
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert "has the group AWS-Lambda-Duration, but the usage type 'Lambda-GiB-Second', not Lambda-GB-Second" in result.err


def test_a_product_without_a_price_is_an_error(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.terms("Request").clear()
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert "lambda.requests in us-east-1: SKU U000000000000002 has no on-demand price" in result.err


def test_an_offer_of_no_dimension_is_an_error(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.content["offerCode"] = "AmazonRDS"
    result = drift(capsys, made.write(tmp_path))
    assert (result.status, result.err) == (
        2,
        "lambda-us-east-1.json: nothing in the rates file is charged by the offer AmazonRDS\n",
    )


def test_an_offer_without_a_known_usage_type_is_an_error(capsys, tmp_path):
    made = Made("ec2-us-east-1")
    for product in made.products.values():
        product["attributes"]["usagetype"] = "BoxUsage:t9.micro"
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert "no usage type in it is known" in result.err


# Numbers


@pytest.mark.parametrize("price", ["2E-7", "0.2E-6", "2.0e-7", "0.0000002"])
def test_an_exact_number_is_the_same_however_it_is_written(capsys, tmp_path, price):
    assert drift(capsys, Made("lambda-us-east-1").price("Request", price).write(tmp_path)).status == 0


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (0.0000002, "the price 2e-07 is not in quotes, so its digits cannot be trusted"),
        (2, "the price 2 is not in quotes, so its digits cannot be trusted"),
        ("-0.0000002", "the price is not a plain decimal: '-0.0000002'"),
        ("0,0000002", "the price is not a plain decimal: '0,0000002'"),
        ("NaN", "the price is not a plain decimal: 'NaN'"),
        ("", "the price is not a plain decimal: ''"),
        ("1/5000000", "the price is not a plain decimal: '1/5000000'"),
        (None, "the price is not a plain decimal: 'None'"),
    ],
)
def test_a_number_that_is_not_a_plain_decimal_is_an_error(capsys, tmp_path, price, words):
    result = drift(capsys, Made("lambda-us-east-1").price("Request", price).write(tmp_path))
    assert result.status == 2
    assert result.err == f"lambda-us-east-1.json: lambda.requests in us-east-1: SKU U000000000000002: {words}\n"
    assert len(result.lines("same")) == 9


def test_another_currency_is_an_error(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.tier("Request")["pricePerUnit"] = {"CNY": "0.0000013600"}
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert "SKU U000000000000002: the price is in CNY, not in USD" in result.err


@pytest.mark.parametrize(
    ("begin", "change", "words"),
    [
        ("6000000000", {"beginRange": "7000000000"}, "a tier ends at 6000000000 and the next begins at 7000000000"),
        ("0", {"endRange": "7000000000"}, "a tier ends at 7000000000 and the next begins at 6000000000"),
        ("0", {"beginRange": "1"}, "the first tier begins at 1, not at 0"),
        ("15000000000", {"endRange": "15000000000"}, "a tier begins at 15000000000 and ends at 15000000000"),
        ("0", {"endRange": "lots"}, "endRange is not a plain decimal: 'lots'"),
    ],
)
def test_tiers_with_a_hole_are_an_error(capsys, tmp_path, begin, change, words):
    made = Made("lambda-us-east-1")
    made.tier("Lambda-GB-Second", begin).update(change)
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert result.err == f"lambda-us-east-1.json: lambda.duration.x86_64 in us-east-1: SKU U000000000000006: {words}\n"


def test_a_last_tier_that_ends_is_an_error(capsys, tmp_path):
    made = Made("lambda-us-east-1")
    made.tier("Lambda-GB-Second", "15000000000")["endRange"] = "20000000000"
    result = drift(capsys, made.write(tmp_path))
    assert result.status == 2
    assert "lambda.duration.x86_64 in us-east-1: SKU U000000000000006" in result.err
    assert "has no price above 20,000,000,000" in result.err


def test_a_slip_in_a_row_that_nobody_needs_does_no_harm(capsys, tmp_path):
    path = Made("lambda-us-east-1").price("Lambda-Managed-Instances-Request", "cheap").write(tmp_path)
    assert drift(capsys, path).status == 0


# Files that are none

GOOD = json.loads((FOLDER / "transfer-us-east-1.json").read_text(encoding="utf-8"))
TEXT = (FOLDER / "transfer-us-east-1.json").read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not whole JSON"),
        (b"SKU,OfferTermCode\n", "is not whole JSON"),
        (TEXT[:2000], "is not whole JSON"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"[]", "is not an offer file: it must hold an object with products and terms"),
        (b"{}", "is in format ''; this program reads v1.0"),
        (json.dumps({**GOOD, "formatVersion": "v2.0"}).encode(), "is in format 'v2.0'; this program reads v1.0"),
        (json.dumps({**GOOD, "products": {}}).encode(), "holds no products"),
        (json.dumps({**GOOD, "offerCode": None}).encode(), "does not say which service it is for"),
        (json.dumps({**GOOD, "publicationDate": "lately"}).encode(), "publicationDate is not a date: 'lately'"),
        (b'{"formatVersion": "v1.0", "offers": {"AWSLambda": {}}}', "is the index of all offers"),
        (b'{"formatVersion": "v1.0", "regions": {"us-east-1": {}}}', "is a region index"),
        (b'{"formatVersion": "v1.0", "versions": {}}', "is a version index"),
        (b'{"version": "1", "products": [], "terms": {"savingsPlan": []}}', "is a savings-plan file"),
        (b'{"FormatVersion": "aws_v1", "PriceList": []}', "is an answer of the query API"),
        (b'{"formatVersion": "v1.0", "a": {"x": 1, "x": 2}}', "names 'x' twice in one object"),
        (b'{"formatVersion": NaN}', "holds NaN, which is not JSON"),
        (gzip.compress(TEXT)[:300], "is a gzip file that was cut short"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_an_error_of_one_line(capsys, tmp_path, content, words):
    path = tmp_path / "offer.json"
    path.write_bytes(content)
    result = drift(capsys, path)
    assert result.status == 2
    assert result.err.startswith(f"offer.json: {words}")
    assert result.err.count("\n") == 1


def test_a_folder_and_a_file_that_is_not_there_are_errors(capsys, tmp_path):
    result = drift(capsys, tmp_path, tmp_path / "none.json")
    assert result.status == 2
    assert result.err == (
        f"{tmp_path.name}: is a folder; name the offer files in it\nnone.json: there is no such file\n"
    )  # fmt: skip


def test_a_gzipped_file_is_read(capsys, tmp_path):
    path = tmp_path / "offer.json.gz"
    path.write_bytes(gzip.compress(TEXT))
    assert drift(capsys, path).status == 0


def test_an_unreadable_file_does_not_hide_what_another_says(capsys, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    changed = Made("lambda-us-east-1").price("Request", "0.0000002100").write(tmp_path)
    result = drift(capsys, broken, changed)
    assert result.status == 2
    assert len(result.lines("different")) == 1
    assert result.err.startswith("broken.json: is not whole JSON")


# The command


def test_without_a_file_there_is_nothing_to_compare(capsys):
    result = drift(capsys)
    assert (result.status, result.out) == (2, "")
    assert result.err == "python -m macros drift: name an offer file, or download the current ones with --fetch\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--on", "yesterday", "x.json"], "'yesterday' is not a date: write it as 2015-02-07"),
        (["--fetch", "--base-url", "ftp://127.0.0.1"], "'ftp://127.0.0.1' is not a URL: write it as https://"),
        (["--fetch", "--base-url", "https://[::1"], "'https://[::1' is not a URL: write it as https://"),
        (["--fetch", "--base-url", "https://"], "'https://' is not a URL: write it as https://"),
    ],
)
def test_a_wrong_argument_is_one_line(capsys, arguments, words):
    result = drift(capsys, *arguments)
    assert result.status == 2
    assert words in result.err
    assert result.err.count("\n") == 1


def test_nothing_is_ever_written_to_the_rates_files(capsys, tmp_path):
    files = [RATES, rates.FILE]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in files]
    for path in FOLDER.glob("*.json"):
        drift(capsys, path)
    drift(capsys, Made("lambda-us-east-1").price("Request", "0.0000009900").write(tmp_path))
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in files] == before


# The vocabulary


@pytest.fixture(scope="module")
def book() -> rates.RateBook:
    return rates.load(rates.FILE)


def test_every_dimension_of_the_site_is_compared_or_says_why_not(book):
    without = [name for name in book.rates if not meters.meters_of([name])]
    assert [name for name in without if meters.why_not_listed(name) == meters.NO_ROW_KNOWN] == []


def test_the_vocabulary_names_only_dimensions_of_the_site(book):
    named = {meter.dimension for meter in meters.METERS} | {row.dimension for row in meters.FREE_ROWS}
    assert sorted(named - set(book.rates)) == []


def test_no_two_meters_match_the_same_row():
    rows = [(meter.offer, name, meter.group, meter.attributes) for meter in meters.METERS for name in meter.usage]
    assert len(set(rows)) == len(rows)


def test_every_region_of_the_site_has_a_prefix(book):
    assert sorted(set(book.regions) - set(meters.PREFIXES.values())) == []


@pytest.mark.parametrize(
    ("usage_type", "expected"),
    [
        ("Request", ("", "Request")),
        ("USE1-ApiGatewayRequest", ("USE1", "ApiGatewayRequest")),
        ("EU-Requests-Tier1", ("EU", "Requests-Tier1")),
        ("APS1-Lambda-GB-Second-ARM", ("APS1", "Lambda-GB-Second-ARM")),
        ("AFS1-BoxUsage:t3.micro", ("AFS1", "BoxUsage:t3.micro")),
        ("Global-Request", ("Global", "Request")),
        ("Lambda-GB-Second", ("", "Lambda-GB-Second")),
        ("EUROPE-Request", ("", "EUROPE-Request")),
    ],
)
def test_a_prefix_is_taken_off_whole(usage_type, expected):
    assert meters.split(usage_type) == expected


def test_the_made_files_are_no_copies_of_aws(tmp_path: Path):
    for path in FOLDER.glob("*.json"):
        assert "Not AWS data" in json.loads(path.read_text(encoding="utf-8"))["disclaimer"], path.name
