"""A function as Lambda runs it: a deployment package, an operating system process, AWS's runtime client in it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from . import tools
from .api import Outcome, RuntimeApi

EXAMPLES = tools.TESTS.parent / "docs" / "examples"
HERE = Path(__file__).parent


class Function:
    """`Function("hello/node", "index.handler")`: the files of docs/examples/hello/node, ready to be invoked.

    The runtime follows from the folder's name. `client` is the Node.js runtime client: AWS's, or the guide's own.
    """

    def __init__(self, package: str, handler: str, *, client: str = "aws", **environment: str) -> None:
        self.package, self.handler, self.environment, self.client = package, handler, environment, client
        self._folder = tempfile.TemporaryDirectory(prefix="function-")
        self.root = Path(self._folder.name).resolve() / "task"
        shutil.copytree(EXAMPLES / package, self.root, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        self.log_file = self.root.parent / "log"
        self.api = RuntimeApi()
        self.process: subprocess.Popen[bytes] | None = None
        self.init_ms = 0.0

    def __enter__(self) -> "Function":
        with self.log_file.open("wb") as log:
            start = time.perf_counter()
            self.process = subprocess.Popen(self._command(), cwd=self.root, env=self._env(), stdout=log, stderr=log, start_new_session=True)
        while not self.api.asked.wait(0.002) and self.process.poll() is None:
            pass
        self.init_ms = (time.perf_counter() - start) * 1000
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        if error and (log := self.log().strip()):
            error.add_note(f"log of {self.package}:\n{log}")
        self.api.close()
        self._folder.cleanup()

    def invoke(self, event: Any, *, timeout_s: float = 3) -> Outcome:
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.package} {self.handler} has ended; its log: {self.log()}")
        outcome = self.api.invoke(event, timeout_s=timeout_s)
        return Outcome(outcome.kind, self._plain(outcome.payload), outcome.request_id, outcome.duration_ms)

    def response(self, event: Any, *, timeout_s: float = 3) -> Any:
        outcome = self.invoke(event, timeout_s=timeout_s)
        assert outcome.kind == "response", f"{self.package} {self.handler}: {outcome.payload}"
        return outcome.payload

    def error(self, event: Any, *, timeout_s: float = 3) -> dict[str, Any]:
        outcome = self.invoke(event, timeout_s=timeout_s)
        assert outcome.kind == "error", f"{self.package} {self.handler} answered {outcome.payload}"
        return outcome.payload

    def init_error(self) -> dict[str, Any]:
        """What a function that cannot start tells Lambda."""
        outcome = self.api.outcome(20)
        assert outcome.kind == "init error", outcome
        return self._plain(outcome.payload)

    def log(self) -> str:
        return self._plain_text(self.log_file.read_text())

    def peak_memory_mb(self) -> float:
        assert self.process
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024

    def _command(self) -> list[str]:
        if self.package.endswith("python"):
            return [sys.executable, "-m", tools.python_client(), self.handler]
        if self.client == "aws":
            aws_client = tools.node_packages() / "aws-lambda-ric/index.mjs"
            return [str(tools.node()), "--import", str(HERE / "rapid-client.mjs"), *NODE_FLAGS, str(aws_client)]
        return [str(tools.node()), *NODE_FLAGS, str(EXAMPLES / self.client)]

    def _env(self) -> dict[str, str]:
        if not self.package.endswith("python"):
            (self.root / "node_modules").symlink_to(tools.node_packages())
        return {
            "PATH": os.environ["PATH"],
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
            "_HANDLER": self.handler,
            "LAMBDA_TASK_ROOT": str(self.root),
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_LAMBDA_FUNCTION_NAME": "example",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/example",
            "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
            **self.environment,
        }

    def _plain(self, payload: Any) -> Any:
        """Paths as they are in Lambda; of a stack trace, the frames in the function's own files."""
        payload = json.loads(self._plain_text(json.dumps(payload)))
        for key in ("trace", "stackTrace"):
            if isinstance(payload, dict) and isinstance(payload.get(key), list):
                payload[key] = [frame for frame in payload[key] if not _is_runtimes(frame)]
        return payload

    def _plain_text(self, text: str) -> str:
        return text.replace(str(self.root), "/var/task").replace(str(tools.NODE_PACKAGES / "aws-lambda-ric"), "/var/runtime")


# Lambda switches both off: an ES module is a file named .mjs (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html).
NODE_FLAGS = ["--no-experimental-require-module", "--no-experimental-detect-module"]


def _is_runtimes(frame: str) -> bool:
    return bool(re.search(r"^\s+at |^  File ", frame)) and "/var/task" not in frame
