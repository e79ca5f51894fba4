"""Lambda's part between a queue and a function: takes messages, makes an event of them, deletes what succeeded.

The event's shape: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#sample-standard-queue-message
"""

from typing import Any

from .function import Function


class Poller:
    def __init__(self, sqs: Any, queue_url: str) -> None:
        self._sqs, self._url = sqs, queue_url
        self._arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def poll(self, function: Function) -> dict[str, Any] | None:
        """Hands one batch to the function; what the function answered, or None when the queue had nothing to give."""
        messages = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]).get("Messages")
        if not messages:
            return None
        answer = function.response({"Records": [self._record(message) for message in messages]})
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] in failed:
                self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
            else:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return answer

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": "us-east-1",
        }
