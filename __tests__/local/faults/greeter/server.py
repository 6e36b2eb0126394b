"""Greets. With DEAF_IN_CLUSTER it listens, in an ECS task, on a port that gets no requests."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Greeter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello\n")


deaf = "DEAF_IN_CLUSTER" in os.environ and "ECS_CONTAINER_METADATA_URI_V4" in os.environ
port = int(os.environ["PORT"]) + deaf
print(f"greeter listens on port {port}", flush=True)
HTTPServer(("", port), Greeter).serve_forever()
