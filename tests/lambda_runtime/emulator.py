"""AWS's runtime interface emulator: the program that plays Lambda in AWS's own container images."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.built import free_port

from . import tools


class Emulator:
    """`Emulator(folder, ["python", "-m", "awslambdaric", "module.handler"])`: a function behind the emulator's HTTP address."""

    def __init__(self, folder: Path, command: list[str], *, timeout_s: int = 3, **environment: str) -> None:
        self._folder, self._command = folder, command
        self._environment = {**os.environ, **environment, "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout_s), "LAMBDA_TASK_ROOT": str(folder)}
        self.address, self._api = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.log = folder / "emulator.log"

    def __enter__(self) -> "Emulator":
        # Its defaults are not loopback: always both addresses. A process group of its own, so that the function ends with it.
        flags = ["--runtime-interface-emulator-address", self.address, "--runtime-api-address", self._api]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [tools.emulator(), *flags, *self._command], cwd=self._folder, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error:
            error.add_note(f"log of the emulator:\n{self.log.read_text()}")
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def invoke(self, event: Any) -> Any:
        request = urllib.request.Request(f"http://{self.address}/2015-03-31/functions/function/invocations", json.dumps(event).encode())
        until = time.monotonic() + 10
        while True:
            try:
                with urllib.request.urlopen(request, timeout=20) as response:
                    body = response.read().decode()
                break
            except urllib.error.URLError:  # not listening yet
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
        try:
            return json.loads(body)
        except ValueError:
            return body


def python_client(handler: str) -> list[str]:
    return [sys.executable, "-m", tools.python_client(), handler]
