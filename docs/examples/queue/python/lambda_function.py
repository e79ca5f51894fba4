import json
import logging
import os

import boto3
from botocore.exceptions import ClientError

logger = logging.getLogger()
logger.setLevel("INFO")
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


# --8<-- [start:batch]
def lambda_handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            accept(json.loads(record["body"]))
        except Exception:
            logger.exception("left in the queue", extra={"messageId": record["messageId"]})
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


# --8<-- [end:batch]
# --8<-- [start:once]
def accept(order):
    item = {"orderId": order["orderId"], "product": order["product"]}
    try:
        table.put_item(Item=item, ConditionExpression="attribute_not_exists(orderId)")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        logger.info("accepted before", extra={"orderId": order["orderId"]})


# --8<-- [end:once]
