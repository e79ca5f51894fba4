"""A simulated AWS on loopback (moto), which keeps a list of the requests that it got.

with simulated_aws() as aws:
    aws.client("s3").create_bucket(Bucket="photos")
    with Function("image-resize/node", "upload.handler", **aws.environment) as upload:
        ...
    assert aws.requests == ["PUT /photos/..."]
"""

import functools
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.moto_api._internal.models import moto_api_backend
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}


class SimulatedAws:
    def __init__(self) -> None:
        self.requests: list[str] = []
        self._moto = DomainDispatcherApplication(create_backend_app)
        server = make_server("127.0.0.1", 0, self._note_and_pass_on, threaded=True, request_handler=_Quiet)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{server.port}"

    @property
    def environment(self) -> dict[str, str]:
        """For a function: the AWS SDKs obey this variable, so a handler needs nothing that is there only for tests."""
        return {"AWS_ENDPOINT_URL": self.url}

    def client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=self.url, **CREDENTIALS)

    def forget(self) -> None:
        moto_api_backend.reset()
        self.requests.clear()

    def _note_and_pass_on(self, environ: dict[str, Any], start_response: Any) -> Any:
        """`PUT /bucket/key` for S3; the operation, such as `GetItem`, where the SDK names it in a header."""
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        self.requests.append(operation or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return self._moto(environ, start_response)


class _Quiet(WSGIRequestHandler):
    def log(self, *args: Any) -> None:
        pass


@functools.cache
def _started() -> SimulatedAws:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    return SimulatedAws()


@contextmanager
def simulated_aws() -> Iterator[SimulatedAws]:
    """One server for all tests of a process, empty for each."""
    aws = _started()
    aws.forget()
    yield aws
