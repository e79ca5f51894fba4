import json
import os

import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

LONGEST_NAME = 100  # characters
LONGEST_ANSWER = 100  # products
LARGEST_AMOUNT = 1000

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


# --8<-- [start:list]
def get_list(key, body):
    found = table.query(
        KeyConditionExpression=Key("listId").eq(key["listId"]), Limit=LONGEST_ANSWER
    )
    return answer(200, found["Items"])


# --8<-- [end:list]
# --8<-- [start:get]
def get_product(key, body):
    found = table.get_item(Key=key).get("Item")
    return (
        answer(200, found)
        if found
        else answer(404, {"error": f"{key['product']} is not on the list"})
    )


# --8<-- [end:get]
# --8<-- [start:put]
def put_product(key, body):
    item = {**key, "amount": amount_in(body)}
    if item["amount"] is None:
        return answer(400, {"error": f"send the amount, from 1 to {LARGEST_AMOUNT}"})
    try:
        table.put_item(Item=item, ConditionExpression="attribute_not_exists(product)")
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return answer(409, {"error": f"{key['product']} is on the list already"})
        raise
    return answer(201, item)


# --8<-- [end:put]
# --8<-- [start:routes]
ROUTES = {
    "GET /lists/{listId}": get_list,
    "GET /lists/{listId}/{product}": get_product,
    "PUT /lists/{listId}/{product}": put_product,
}


def lambda_handler(event, context):
    key = event["pathParameters"]
    if any(len(name) > LONGEST_NAME for name in key.values()):
        return answer(400, {"error": f"a name has at most {LONGEST_NAME} characters"})
    return ROUTES[event["routeKey"]](key, event.get("body"))


# --8<-- [end:routes]
def amount_in(body):
    try:
        match json.loads(body or ""):
            case {"amount": amount} if type(amount) is int and 1 <= amount <= LARGEST_AMOUNT:
                return amount
    except ValueError:
        pass
    return None


# --8<-- [start:answer]
def answer(status, body):
    # boto3 reads a number as a Decimal, which json does not know.
    text = json.dumps(body, separators=(",", ":"), default=int)
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": text}


# --8<-- [end:answer]
