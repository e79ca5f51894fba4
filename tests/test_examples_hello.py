import json
import os
import re
import shutil
import subprocess

import pytest

from tests.lambda_runtime import tools
from tests.lambda_runtime.function import EXAMPLES, Function
from tests.lambda_runtime.recorded import recorded, recorded_json

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


def test_the_first_deployment_asks_what_the_page_says(tmp_path):
    """Up to the moment at which `sam` turns to AWS, for which there is nobody here."""
    shutil.copytree(EXAMPLES / "hello", tmp_path / "hello")
    nobody = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    result = subprocess.run(
        [tools.sam(), "deploy", "--guided", "--stack-name", "hello"], cwd=tmp_path / "hello", env=os.environ | tools.SAM_ENVIRONMENT | nobody,
        input="\n" * 8, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "Could not connect to the endpoint URL" in result.stderr, result.stdout + result.stderr
    asked = result.stdout.partition("=\n\tStack")[2].partition("Looking for resources")[0]
    questions = re.findall(r"([A-Z][\w -]+ \[[^]]+\]): ", "Stack" + asked)
    recorded("hello/output/questions.txt", "\n".join(f"{question}:" for question in questions))
    assert len(questions) == 8, "eight times Enter answers all"
