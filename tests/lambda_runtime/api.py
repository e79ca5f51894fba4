"""The Lambda Runtime API on loopback: hands events to a runtime client, one after another, and takes its answers.

The four endpoints are those of https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
"""

import json
import queue
import re
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ARN = "arn:aws:lambda:us-east-1:123456789012:function:example"
ANSWER = re.compile(r"/2018-06-01/runtime/(?:invocation/(?P<id>[^/]+)/(?P<kind>response|error)|(?P<init>init/error))$")


@dataclass(frozen=True)
class Outcome:
    kind: str  # response | error | init error
    payload: Any
    request_id: str = ""
    duration_ms: float = 0


@dataclass(frozen=True)
class Event:
    request_id: str
    payload: Any
    deadline_ms: int


class RuntimeApi:
    def __init__(self) -> None:
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._outcomes: queue.Queue[Outcome] = queue.Queue()
        self._invoked = 0
        self.asked = threading.Event()  # the runtime has asked for its first event: INIT is over
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def invoke(self, payload: Any, *, timeout_s: float = 3, wait_s: float = 20) -> Outcome:
        """What the function answered. `timeout_s` is the deadline that it is told; nothing here enforces it."""
        self._invoked += 1
        request_id = f"00000000-0000-4000-8000-{self._invoked:012}"
        start = time.perf_counter()
        self._events.put(Event(request_id, payload, int((time.time() + timeout_s) * 1000)))
        outcome = self.outcome(wait_s)
        return Outcome(outcome.kind, outcome.payload, request_id, (time.perf_counter() - start) * 1000)

    def outcome(self, wait_s: float) -> Outcome:
        try:
            return self._outcomes.get(timeout=wait_s)
        except queue.Empty:
            raise TimeoutError(f"the function gave no answer within {wait_s} s") from None

    def close(self) -> None:
        self._events.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A runtime that is stopped resets its connection: that is no error of a test."""


def _handler(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body in one packet, at once: two packets and Nagle's algorithm cost a false 40 ms an invocation.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            api.asked.set()
            event = api._events.get()
            if event is None:
                self.close_connection = True
                return
            self._reply(
                200,
                event.payload,
                {
                    "Lambda-Runtime-Aws-Request-Id": event.request_id,
                    "Lambda-Runtime-Deadline-Ms": str(event.deadline_ms),
                    "Lambda-Runtime-Invoked-Function-Arn": ARN,
                },
            )

        def do_POST(self) -> None:
            body = self._body()
            answer = ANSWER.match(self.path)
            if not answer:
                self._reply(404, {"errorType": "NotFound", "errorMessage": self.path})
                return
            kind = "init error" if answer["init"] else answer["kind"]
            api._outcomes.put(Outcome(kind, json.loads(body) if body else None))
            self._reply(202, {"status": "OK"})

        def _body(self) -> bytes:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def _reply(self, status: int, payload: Any, headers: dict[str, str] | None = None) -> None:
            body = json.dumps(payload).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler
