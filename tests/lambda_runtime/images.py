"""The events of the image example: an upload through a function URL, and what S3 says about a new object."""

import base64
import json
from typing import Any

from .cloud import SimulatedAws
from .function import EXAMPLES

BUCKET = "images-123456789012-us-east-1"


def upload_event(picture: bytes, content_type: str = "image/jpeg") -> dict[str, Any]:
    """What a function URL makes of `curl --data-binary @photo.jpg`: a body that is not text arrives as base64."""
    event = json.loads((EXAMPLES / "function-url/events/base64.json").read_text())
    event["headers"]["content-type"] = content_type
    return {**event, "body": base64.b64encode(picture).decode(), "isBase64Encoded": True}


class Notifications:
    """The events that S3 sends for new objects under uploads/, taken from a queue that the bucket notifies."""

    def __init__(self, aws: SimulatedAws) -> None:
        self._s3, self._sqs = aws.client("s3"), aws.client("sqs")
        self._queue = self._sqs.create_queue(QueueName="new-images")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self._s3.create_bucket(Bucket=BUCKET)
        rule = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "uploads/"}]}}}
        self._s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [rule]})
        self._next()  # s3:TestEvent

    def put(self, key: str, picture: bytes) -> dict[str, Any] | None:
        """Uploads a picture and returns the event that this causes, or None."""
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=picture)
        return self._next()

    def _next(self) -> dict[str, Any] | None:
        for message in self._sqs.receive_message(QueueUrl=self._queue).get("Messages", []):
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
            return json.loads(message["Body"])
        return None
