"""Web servers of the tests' own: one that knows nothing of Prefect, and one that stands in front of a real server."""

import http.server
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any


class Loss(Enum):
    """What a network can do to a request."""

    REQUEST = auto()
    """It never arrives."""
    ANSWER = auto()
    """It arrives, and nobody learns of it."""


Fate = Callable[[str, str, bytes], "Loss | int | None"]
"""Given method, path and body: what becomes of a request; a status it is answered with; None if it just arrives."""


@contextmanager
def serving(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    """A web server on this machine, by the URL of what would be its API."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def proxied(
    target: str, edit: Callable[[bytes], bytes] = lambda body: body, fate: Fate = lambda _method, _path, _body: None
) -> Iterator[str]:
    """Another way to a server, as a load balancer is.

    Args:
        target: The API's URL.
        edit: What becomes of the bodies of requests on their way.
        fate: What becomes of requests.
    """

    class Forward(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            match fate(self.command, self.path.removeprefix("/api"), body):
                case Loss.REQUEST:
                    return
                case Loss.ANSWER:
                    self._forward(body)
                case int(status):
                    self._answer(status, b'{"detail": "so says the one in between"}')
                case _:
                    self._answer(*self._forward(body))

        do_GET = do_PATCH = do_PUT = do_DELETE = do_POST  # noqa: N815 - the names that http.server calls

        def _forward(self, body: bytes) -> tuple[int, bytes]:
            url = target.removesuffix("/api") + self.path
            headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(url, edit(body) if body else None, headers, method=self.command)  # noqa: S310
            try:
                answer = urllib.request.urlopen(request)  # noqa: S310 - our own server
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                return answer.status, answer.read()

        def _answer(self, status: int, text: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with serving(Forward) as url:
        yield url
