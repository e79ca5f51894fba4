from urllib.parse import unquote_plus

import boto3

from resize import resize

s3 = boto3.client("s3")


# --8<-- [start:handler]
def lambda_handler(event, context):
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = key_of(record)
        if not key.startswith("uploads/"):
            continue  # never its own output: that would go round for ever
        original = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        resized_key = key.replace("uploads/", "resized/", 1)
        s3.put_object(
            Bucket=bucket, Key=resized_key, Body=resize(original), ContentType="image/jpeg"
        )


# --8<-- [end:handler]
# --8<-- [start:key]
def key_of(record):
    return unquote_plus(record["s3"]["object"]["key"])


# --8<-- [end:key]
