"""A table behind an API: shopping lists in DynamoDB."""

import json
from contextlib import contextmanager

import pytest

from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import Function
from tests.lambda_runtime.recorded import recorded

HANDLERS = {"node": "index.handler", "python": "lambda_function.lambda_handler"}


@contextmanager
def api(runtime):
    with simulated_aws() as aws:
        keys = [("listId", "HASH"), ("product", "RANGE")]
        aws.client("dynamodb").create_table(
            TableName="lists",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        )
        with Function(f"table/{runtime}", HANDLERS[runtime], **aws.environment, TABLE="lists") as function:
            aws.requests.clear()
            yield aws, function


def call(function, method, path, body=None):
    """The event of an HTTP API, payload format 2.0: the route that matched, and what its {…} stood for."""
    values = path.split("/")[2:]
    names = ["listId", "product"][: len(values)]
    route = "/lists/" + "/".join(f"{{{name}}}" for name in names)
    event = {"version": "2.0", "routeKey": f"{method} {route}", "pathParameters": dict(zip(names, values, strict=True))}
    answer = function.response({**event, "body": body} if body is not None else event)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.parametrize("runtime", HANDLERS)
def test_a_shopping_list(runtime):
    calls = [
        ("PUT", "/lists/party/apples", '{"amount": 6}', 201, {"listId": "party", "product": "apples", "amount": 6}),
        ("PUT", "/lists/party/apples", '{"amount": 9}', 409, {"error": "apples is on the list already"}),
        ("PUT", "/lists/party/bread", '{"amount": 1}', 201, {"listId": "party", "product": "bread", "amount": 1}),
        ("GET", "/lists/party/apples", None, 200, {"listId": "party", "product": "apples", "amount": 6}),
        ("GET", "/lists/party/cheese", None, 404, {"error": "cheese is not on the list"}),
        (
            "GET",
            "/lists/party",
            None,
            200,
            [{"listId": "party", "product": "apples", "amount": 6}, {"listId": "party", "product": "bread", "amount": 1}],
        ),
    ]
    shown = []
    with api(runtime) as (aws, function):
        for method, path, body, status, expected in calls:
            answer = call(function, method, path, body)
            assert answer == (status, expected)
            shown += [f"{method} {path}" + (f" {body}" if body else ""), f"{answer[0]} {json.dumps(expected)}", ""]
        assert aws.requests == ["PutItem", "PutItem", "PutItem", "GetItem", "GetItem", "Query"]
    recorded("table/output/calls.txt", "\n".join(shown))


@pytest.mark.parametrize("runtime", HANDLERS)
def test_a_bad_request_never_reaches_the_table(runtime):
    with api(runtime) as (aws, function):
        amounts = ('"six"', "1.5", "true", "0", "-6", "1001", "1e40")
        for body in (None, "", "amount=6", "[]", *(f'{{"amount": {amount}}}' for amount in amounts)):
            assert call(function, "PUT", "/lists/party/apples", body) == (400, {"error": "send the amount, from 1 to 1000"}), body
        long = "x" * 101
        for method, path in (("PUT", f"/lists/party/{long}"), ("GET", f"/lists/party/{long}"), ("GET", f"/lists/{long}")):
            assert call(function, method, path, '{"amount": 6}') == (400, {"error": "a name has at most 100 characters"}), path
        assert aws.requests == []
        assert call(function, "PUT", f"/lists/party/{long[1:]}", '{"amount": 1000}')[0] == 201
