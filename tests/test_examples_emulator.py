"""The first function and a time-out, in AWS's runtime interface emulator."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest

from tests.built import free_port
from tests.lambda_runtime import tools
from tests.lambda_runtime.emulator import Emulator, python_client
from tests.lambda_runtime.function import EXAMPLES
from tests.lambda_runtime.recorded import recorded


@pytest.fixture
def task(tmp_path):
    def copy(package):
        shutil.copytree(EXAMPLES / package, tmp_path, dirs_exist_ok=True)
        return tmp_path

    return copy


def test_hello_in_python(task):
    with Emulator(task("hello/python"), python_client("lambda_function.lambda_handler")) as hello:
        assert hello.invoke({"name": "Ada"}) == {"message": "Hello, Ada!"}


def test_hello_in_node_with_the_guides_own_runtime(task):
    command = [str(tools.node()), str(EXAMPLES / "runtime/client.mjs")]
    with Emulator(task("hello/node"), command, _HANDLER="index.handler") as hello:
        assert hello.invoke({"name": "Ada"}) == {"message": "Hello, Ada!"}


def test_a_function_that_takes_too_long_is_stopped(task):
    with Emulator(task("handler/python"), python_client("slow.lambda_handler"), timeout_s=1) as slow:
        answer = slow.invoke({"seconds": 30})
    assert "Task timed out after 1.00 seconds" in str(answer)
    recorded("handler/output/timeout.txt", re.sub(r"^.*(?=Task timed out)", "", str(answer)))


def test_one_that_watches_the_clock_is_not(task):
    with Emulator(task("handler/python"), python_client("deadline.lambda_handler"), timeout_s=1) as deadline:
        answer = deadline.invoke({"items": list(range(20))})
    assert answer["left"] and answer["done"] + answer["left"] == list(range(20))


def test_the_commands_that_pages_show(task, tmp_path):
    """start.sh and invoke.sh as they are, at free ports."""
    folder = task("hello/python")
    ports = {"9000": str(free_port()), "9001": str(free_port())}
    scripts = {name: _with_ports((EXAMPLES / f"emulator/{name}.sh").read_text(), ports) for name in ("start", "invoke")}
    shutil.copy(EXAMPLES / "hello/event.json", folder)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "aws-lambda-rie").symlink_to(tools.emulator())
    environment = {**os.environ, "PATH": f"{programs}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
    with (tmp_path / "log").open("wb") as log:
        emulator = subprocess.Popen(["bash", "-c", scripts["start"]], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(ports["9000"])
        result = subprocess.run(["bash", "-c", scripts["invoke"]], cwd=folder, env=environment, capture_output=True, text=True, check=True, timeout=30)
    finally:
        os.killpg(emulator.pid, 9)
        emulator.wait()
    assert result.stdout == '{"message": "Hello, Ada!"}'
    recorded("emulator/output/invoke.txt", result.stdout)


def wait_for(port):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")


def _with_ports(script, ports):
    for shown, free in ports.items():
        script = script.replace(f":{shown}", f":{free}")
    return script
