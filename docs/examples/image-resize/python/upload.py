import base64
import json
import os

import boto3
from PIL import Image

from resize import resize

BUCKET = os.environ["BUCKET"]
s3 = boto3.client("s3")


# --8<-- [start:handler]
def lambda_handler(event, context):
    if event["headers"].get("content-type") != "image/jpeg":
        return answer(415, {"error": "send a JPEG picture as image/jpeg"})
    original = base64.b64decode(event.get("body", ""))
    try:
        resized = resize(original)
    except (OSError, Image.DecompressionBombError):
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
