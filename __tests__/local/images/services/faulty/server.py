"""Fails in the way that FAULT says."""

import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

FAULT, PORT = os.environ["FAULT"], int(os.environ["PORT"])


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if FAULT == "slow":
            time.sleep(30)
        self.send_response({"broken": 500, "moved": 301}.get(FAULT, 200))
        self.send_header("Location", "/elsewhere")
        self.end_headers()


print(f"{FAULT} starts", flush=True)
if FAULT == "crashes":
    sys.exit("no configuration")
if FAULT == "hoards":
    hoard = bytearray(700 * 2**20)
if FAULT == "mute":
    time.sleep(600)
address = "127.0.0.1" if FAULT == "local" else ""
HTTPServer((address, PORT + (FAULT == "elsewhere")), Server).serve_forever()
