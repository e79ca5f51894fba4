import hmac
import os

from secret import secret

# --8<-- [start:environment]
SECRET_NAME = os.environ["SECRET_NAME"]
ISSUER = os.environ.get("ISSUER", "example")
# --8<-- [end:environment]


# --8<-- [start:handler]
def lambda_handler(event, context):
    text = f"{ISSUER}:{event['text']}"
    signature = hmac.digest(secret(SECRET_NAME).encode(), text.encode(), "sha256").hex()
    return {"text": text, "signature": signature}


# --8<-- [end:handler]
