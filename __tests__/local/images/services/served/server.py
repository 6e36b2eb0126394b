"""Answers with a file of the image, or with one that it writes first, after a start as long as asked for."""

import os
import pathlib
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

ANSWER = pathlib.Path("/app/answer")
SCRATCH = pathlib.Path("/tmp/answer")  # noqa: S108


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if not ANSWER.exists():
            SCRATCH.write_text("written to /tmp\n")
        self.send_response(200)
        self.end_headers()
        self.wfile.write((ANSWER if ANSWER.exists() else SCRATCH).read_bytes())


print("starting", flush=True)
time.sleep(int(os.environ.get("STARTS_AFTER", "0")))
HTTPServer(("", int(os.environ["PORT"])), Server).serve_forever()
