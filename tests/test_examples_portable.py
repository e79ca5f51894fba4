"""One core with two doors: the same answers from Lambda and from a plain HTTP server."""

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.lambda_runtime import tools
from tests.lambda_runtime.function import EXAMPLES, Function
from tests.lambda_runtime.recorded import recorded

HANDLERS = {"node": "index.handler", "python": "lambda_function.lambda_handler"}
SERVERS = {"node": lambda: [str(tools.node()), "server.mjs"], "python": lambda: [sys.executable, "server.py"]}
QUERIES = {"?name=Ada": {"name": "Ada"}, "?name=Ada+Lovelace": {"name": "Ada Lovelace"}, "": None}


@pytest.mark.parametrize("runtime", HANDLERS)
def test_lambda_and_the_server_answer_alike(runtime, tmp_path):
    with Function(f"portable/{runtime}", HANDLERS[runtime]) as function:
        events = [{"queryStringParameters": given} if given else {} for given in QUERIES.values()]
        by_lambda = [(answer["statusCode"], json.loads(answer["body"])) for answer in map(function.response, events)]
    by_server = from_server(runtime, tmp_path)
    assert by_lambda == by_server == [(200, {"message": "Hello, Ada!"}), (200, {"message": "Hello, Ada Lovelace!"}), (400, {"error": "name is missing"})]
    lines = [line for query, (status, body) in zip(QUERIES, by_server, strict=True) for line in (f"GET /{query}", f"{status} {json.dumps(body)}", "")]
    recorded("portable/output/answers.txt", "\n".join(lines))


def from_server(runtime, folder):
    shutil.copytree(EXAMPLES / "portable" / runtime, folder, dirs_exist_ok=True)
    server = subprocess.Popen(SERVERS[runtime](), cwd=folder, env={**os.environ, "PORT": "0"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = server.stdout.readline().split()[-1]
        return [get(f"http://127.0.0.1:{port}/{query}") for query in QUERIES]
    finally:
        server.kill()
        server.communicate()


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
