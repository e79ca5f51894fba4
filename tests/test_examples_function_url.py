"""A function that answers HTTP: payload format 2.0 in, a response with a status out."""

import json

import pytest

from tests.lambda_runtime.function import EXAMPLES, Function
from tests.lambda_runtime.recorded import recorded_json

HANDLERS = {"node": "index.handler", "python": "lambda_function.lambda_handler"}
EVENTS = {file.stem: json.loads(file.read_text()) for file in sorted((EXAMPLES / "function-url/events").glob("*.json"))}
EXPECTED = {
    "query": (200, {"message": "Hello, Ada Lovelace!"}),
    "json": (200, {"message": "Hello, Ada!"}),
    "base64": (200, {"message": "Hello, Zoë!"}),
    "no-name": (400, {"error": "name is missing"}),
    "not-an-object": (400, {"error": "name is missing"}),
    "not-json": (400, {"error": "the body is not JSON"}),
}


@pytest.mark.parametrize("runtime", HANDLERS)
def test_each_request_gets_its_answer(runtime):
    assert EVENTS.keys() == EXPECTED.keys()
    with Function(f"function-url/{runtime}", HANDLERS[runtime]) as url:
        answers = {name: url.response(event) for name, event in EVENTS.items()}
    assert {name: (answer["statusCode"], json.loads(answer["body"])) for name, answer in answers.items()} == EXPECTED
    assert {answer["headers"]["content-type"] for answer in answers.values()} == {"application/json"}
    recorded_json("function-url/output/json.json", answers["json"])
    recorded_json("function-url/output/not-json.json", answers["not-json"])
