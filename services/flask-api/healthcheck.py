"""Exits 0 if a GET of the URL (the last argument) answers 200 within 2 s, and 1 otherwise.

Runs every few seconds in each container, on a fraction of a CPU: hence no HTTP library, no package.
"""

import os
import socket
import sys
import time

LIMIT_S = 2.0


def healthy(url: str) -> bool:
    authority, _, path = url.removeprefix("http://").partition("/")
    host, _, port = authority.partition(":")
    deadline = time.monotonic() + LIMIT_S
    try:
        with socket.create_connection((host, int(port or 80)), LIMIT_S) as connection:
            connection.sendall(f"GET /{path} HTTP/1.0\r\nHost: {authority}\r\n\r\n".encode())
            answer = b""
            # "HTTP/1.1 200": all that counts is the status.
            while len(answer) < 12:
                connection.settimeout(max(0.001, deadline - time.monotonic()))
                received = connection.recv(12 - len(answer))
                if not received:
                    return False
                answer += received
    except (OSError, ValueError):
        return False
    return answer.split(b" ")[1:] == [b"200"]


if __name__ == "__main__":
    default = f"http://127.0.0.1:{os.environ.get('PORT') or 5000}/health"
    sys.exit(0 if healthy(sys.argv[1] if len(sys.argv) > 1 else default) else 1)
