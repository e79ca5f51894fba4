import base64
import json
import logging
import os

import boto3

from resize import resize

logger = logging.getLogger()

BUCKET = os.environ["BUCKET"]
s3 = boto3.client("s3")


# --8<-- [start:handler]
def lambda_handler(event, context):
    if event["headers"].get("content-type") != "image/jpeg":
        return answer(415, {"error": "send a JPEG picture as image/jpeg"})
    try:
        original = base64.b64decode(event.get("body") or "")
        resized = resize(original)
    except Exception as error:  # a decoder can fail in many ways on bytes that are no picture
        logger.warning("refused: %s", error)
        return answer(400, {"error": "this is not a JPEG picture"})
    name = f"{event['requestContext']['requestId']}.jpg"
    put(f"uploads/{name}", original)
    put(f"resized/{name}", resized)
    return answer(201, {"original": f"uploads/{name}", "resized": f"resized/{name}"})


# --8<-- [end:handler]
def put(key, body):
    s3.put_object(Bucket=BUCKET, Key=key, Body=body, ContentType="image/jpeg")


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body, separators=(",", ":")),
    }
