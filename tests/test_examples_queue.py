"""A queue in front of a function: one bad message does not hold up the others, and nothing is done twice."""

import json

import pytest

from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import Function
from tests.lambda_runtime.poller import Poller
from tests.lambda_runtime.recorded import recorded_json

HANDLERS = {"node": "index.handler", "python": "lambda_function.lambda_handler"}
both = pytest.mark.parametrize("runtime", HANDLERS)


class Shop:
    def __init__(self, aws):
        self.sqs, self.dynamodb = aws.client("sqs"), aws.client("dynamodb")
        self.dead_letters = self.sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
        self.queue = self.sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
        self.dynamodb.create_table(
            TableName="orders",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
        )
        self.poller = Poller(self.sqs, self.queue)

    def send(self, *bodies):
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def orders(self):
        return sorted(item["orderId"]["S"] for item in self.dynamodb.scan(TableName="orders")["Items"])

    def waiting(self, queue):
        attributes = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


@both
def test_only_what_failed_stays_in_the_queue_until_it_is_set_aside(runtime):
    with simulated_aws() as aws:
        shop = Shop(aws)
        shop.send('{"orderId": "o-1", "product": "apples"}', '{"product": "bread"}', '{"orderId": "o-2", "product": "pears"}')
        with Function(f"queue/{runtime}", HANDLERS[runtime], **aws.environment, TABLE="orders") as function:
            answers = []
            while answer := shop.poller.poll(function):
                answers.append(answer)
        assert shop.orders() == ["o-1", "o-2"]
        assert [len(answer["batchItemFailures"]) for answer in answers] == [1, 1, 1], "received three times, as maxReceiveCount says"
        assert shop.waiting(shop.queue) == 0
        assert shop.waiting(shop.dead_letters) == 1


@both
def test_an_order_that_arrives_twice_is_stored_once(runtime):
    with simulated_aws() as aws:
        shop = Shop(aws)
        shop.send('{"orderId": "o-1", "product": "apples"}', '{"orderId": "o-1", "product": "apples"}')
        with Function(f"queue/{runtime}", HANDLERS[runtime], **aws.environment, TABLE="orders") as function:
            aws.requests.clear()
            assert shop.poller.poll(function) == {"batchItemFailures": []}
            assert aws.requests.count("PutItem") == 2
        assert shop.orders() == ["o-1"]
        assert shop.waiting(shop.queue) == 0


def test_what_pages_show_of_a_batch():
    records = [{"messageId": f"m-{number}", "body": body} for number, body in enumerate(['{"orderId": "o-1", "product": "apples"}', "not json"], 1)]
    with simulated_aws() as aws:
        Shop(aws)
        results = []
        for runtime, handler in HANDLERS.items():
            with Function(f"queue/{runtime}", handler, **aws.environment, TABLE="orders") as function:
                results.append(function.response({"Records": records}))
    assert results == [{"batchItemFailures": [{"itemIdentifier": "m-2"}]}] * 2
    recorded_json("queue/output/event.json", {"Records": records})
    recorded_json("queue/output/result.json", results[0])
