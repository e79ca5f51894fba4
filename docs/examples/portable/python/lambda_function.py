import json

from core import greet


def lambda_handler(event, context):
    status, body = greet(event.get("queryStringParameters", {}))
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }
