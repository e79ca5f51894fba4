import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from core import greet


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = greet(dict(parse_qsl(urlsplit(self.path).query)))
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 8000))), Handler)
print(f"listening on port {server.server_port}", flush=True)
server.serve_forever()
