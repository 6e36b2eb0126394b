"""Answers every request with 200."""

import os

from werkzeug import Request, Response, run_simple


@Request.application
def answer(request: Request) -> Response:
    return Response("well\n")


run_simple("0.0.0.0", int(os.environ["PORT"]), answer, threaded=True)
