import json

import pytest

from tests.lambda_runtime.function import EXAMPLES, Function
from tests.lambda_runtime.recorded import recorded_json

EVENT = json.loads((EXAMPLES / "hello/event.json").read_text())
NODE, PYTHON = ("hello/node", "index.handler"), ("hello/python", "lambda_function.lambda_handler")


@pytest.mark.parametrize("function", [NODE, PYTHON], ids=["node", "python"])
def test_it_greets_whom_the_event_names(function):
    with Function(*function) as hello:
        assert hello.response({}) == {"message": "Hello, world!"}
        result = hello.response(EVENT)
    assert result == {"message": "Hello, Ada!"}
    recorded_json("hello/output/result.json", result)


def test_the_guides_own_runtime_gives_the_same_answers_as_awss():
    for client in ("aws", "runtime/client.mjs"):
        with Function("hello/node", "index.handler", client=client) as hello:
            assert [hello.response({"name": name}) for name in ("Ada", "Zoë")] == [{"message": "Hello, Ada!"}, {"message": "Hello, Zoë!"}]
            assert hello.error(None)["errorType"] == "TypeError"


def test_the_guides_own_runtime_reports_a_function_that_cannot_start():
    with Function("hello/node", "app.handler", client="runtime/client.mjs") as hello:
        failure = hello.init_error()
    assert "app.mjs" in failure["errorMessage"]


def test_a_runtime_in_about_thirty_lines():
    lines = (EXAMPLES / "runtime/client.mjs").read_text().splitlines()
    assert len([line for line in lines if line.strip() and not line.startswith("//")]) <= 35
