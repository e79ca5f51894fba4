import importlib
import json

import boto3
import pytest
from moto import mock_aws


# --8<-- [start:fixture]
@pytest.fixture
def lists(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("TABLE", "lists")
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="lists",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "listId", "AttributeType": "S"},
                {"AttributeName": "product", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "listId", "KeyType": "HASH"},
                {"AttributeName": "product", "KeyType": "RANGE"},
            ],
        )
        yield importlib.import_module("lambda_function")


# --8<-- [end:fixture]
# --8<-- [start:test]
def test_a_product_is_put_on_a_list_once(lists):
    event = {
        "routeKey": "PUT /lists/{listId}/{product}",
        "pathParameters": {"listId": "party", "product": "apples"},
        "body": json.dumps({"amount": 6}),
    }
    assert lists.lambda_handler(event, None)["statusCode"] == 201
    assert lists.lambda_handler(event, None)["statusCode"] == 409


# --8<-- [end:test]
