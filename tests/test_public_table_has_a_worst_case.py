"""The shopping lists' API is open to everybody, so the page says what everybody together can spend: the template, the handler and the workload agree."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from tests.built import ROOT
from tests.lambda_runtime import templates
from tests.lambda_runtime.function import EXAMPLES
from tests.test_examples_table import HANDLERS, api

TEMPLATE = EXAMPLES / "table/template.yaml"
WORKLOAD = ROOT / "docs/workloads/shopping-lists-flood.yml"
PAGE = ROOT / "docs/tutorials/table.md"
LONGEST = "\N{RED APPLE}" * 100  # 4 bytes each in the table, 12 in JSON as Python writes it
SECONDS_A_DAY = 86_400


@pytest.fixture(scope="module")
def flood():
    return yaml.safe_load(WORKLOAD.read_text().replace("86_400", "86400"))


def test_it_is_a_day_at_the_throttle_of_each_route(flood):
    resources = templates.transformed(TEMPLATE)["Resources"].values()
    [stage] = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::ApiGatewayV2::Stage"]
    [document] = [resource["Properties"]["Body"] for resource in resources if resource["Type"] == "AWS::ApiGatewayV2::Api"]
    routes = sum(len(methods) for methods in document["paths"].values())
    a_second = stage["DefaultRouteSettings"]["ThrottlingRateLimit"] * routes
    assert routes == 3
    assert flood["events"] == SECONDS_A_DAY
    assert flood["per_event"]["lambda"]["calls"] == a_second
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: a payload of up to 10 MB, so 10 x 1,024 / 512 = 20.
    assert flood["per_event"]["metered"]["apigateway.http.requests"] == a_second * 20


def test_every_call_takes_as_long_as_the_template_allows(flood):
    [function] = templates.functions(TEMPLATE).values()
    called = flood["per_event"]["lambda"]
    assert called["duration_ms"] == function["Timeout"] * 1000
    assert called["memory_mb"] == function["MemorySize"]
    assert [called["architecture"]] == function["Architectures"]


@pytest.mark.parametrize("runtime", HANDLERS)
def test_no_answer_is_larger_than_it_counts(runtime, flood):
    with api(runtime) as (aws, function):
        dynamodb = aws.client("dynamodb")
        for number in range(120):
            item = {"listId": {"S": LONGEST}, "product": {"S": f"{number:03}{LONGEST[3:]}"}, "amount": {"N": "1000"}}
            dynamodb.put_item(TableName="lists", Item=item)
        answer = function.response({"routeKey": "GET /lists/{listId}", "pathParameters": {"listId": LONGEST}})
        aws.requests.clear()
        one = {"routeKey": "GET /lists/{listId}/{product}", "pathParameters": {"listId": LONGEST, "product": f"000{LONGEST[3:]}"}}
        product = function.response(one)
        assert aws.requests == ["GetItem"]
    assert len(json.loads(answer["body"])) == 100
    kilobytes = {name: len(sent["body"].encode()) / 1000 for name, sent in (("list", answer), ("product", product))}
    assert kilobytes["list"] < 512
    # 2 lists, 2 products, and 2 answers to puts that are as long as a product.
    assert 2 * kilobytes["list"] + 4 * kilobytes["product"] <= flood["per_event"]["transfer"]["out_kb"]


def test_it_counts_the_read_and_write_units_of_the_longest_names(flood):
    # An item: two names of 100 characters of 4 bytes, the attributes' names (listId, product, amount: 19), a number of 3 bytes: 822 bytes.
    # A list of 100: 82,200 / 4,096 = 20.07, so 21 pieces of half a unit: 10.5. A product: 0.5. Two of each: 22. A put of up to 1 KB: 1.
    assert flood["per_event"]["metered"]["dynamodb.reads"] == 2 * 10.5 + 2 * 0.5 == 22
    assert flood["per_event"]["metered"]["dynamodb.writes"] == 2


def bill(*options):
    command = [sys.executable, "-m", "macros", "bill", *options, "--no-free-tier", "--on", "2026-11-01"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_what_a_day_costs():
    # Duration: 86,400 x 6 x 5 s x 0.25 GB = 648,000 GB-s x 0.0000133334 = 8.64; requests: 518,400 x 0.20 per million = 0.10;
    # HTTP API: 10,368,000 x 1.00 per million = 10.37; reads: 1,900,800 x 0.125 per million = 0.24; writes: 172,800 x 0.625 per million = 0.11;
    # transfer: 86,400 x 510,000 bytes / 2^30 = 41.04 GB x 0.09 = 3.69; log: 0.2592 GB x 0.50 = 0.13. Together 23.28.
    assert re.search(r"^Total +\$23\.28\d*$", bill(str(WORKLOAD)), re.MULTILINE)


def test_the_page_takes_its_figures_from_there():
    for name in ("shopping-lists-flood", "shopping-lists-unthrottled"):
        assert f'bill("{name}", free_tier=False)' in PAGE.read_text()


def test_the_hour_without_a_throttle_has_the_ordinary_mix_of_requests():
    ordinary, hour = (yaml.safe_load((ROOT / f"docs/workloads/shopping-lists{kind}.yml").read_text()) for kind in ("", "-unthrottled"))
    assert hour["per_event"] == ordinary["per_event"]
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: 10,000 requests a second for an account and Region.
    assert int(hour["events"]) == 10_000 * 3600
