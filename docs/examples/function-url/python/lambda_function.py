import base64
import json


def lambda_handler(event, context):
    try:
        post = event["requestContext"]["http"]["method"] == "POST"
        given = json.loads(body_of(event)) if post else event.get("queryStringParameters")
    except ValueError:
        return answer(400, {"error": "the body is not JSON"})
    match given:
        case {"name": str(name)} if name:
            return answer(200, {"message": f"Hello, {name}!"})
    return answer(400, {"error": "name is missing"})


# --8<-- [start:body]
def body_of(event):
    body = event.get("body", "")
    return base64.b64decode(body) if event["isBase64Encoded"] else body


# --8<-- [end:body]
# --8<-- [start:answer]
def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body, separators=(",", ":")),
    }


# --8<-- [end:answer]
