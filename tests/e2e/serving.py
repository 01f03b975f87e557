"""Web servers of the tests' own: one that knows nothing of Prefect, and one that stands in front of a real server."""

import http.server
import threading
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto


class Loss(Enum):
    """What a network can do to a request."""

    REQUEST = auto()
    """It never arrives."""
    ANSWER = auto()
    """It arrives, and nobody learns of it."""


Fate = Callable[[str, str, bytes], "Loss | int | None"]
"""Given method, path and body: what becomes of a request; a status it is answered with; None if it just arrives."""


class Between(http.server.BaseHTTPRequestHandler, ABC):
    """Stands between a client and a server, and passes on what it likes to."""

    api: str
    """The server's API, by its URL."""

    def do_POST(self) -> None:
        """A request has come."""
        self.meet(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    do_GET = do_PATCH = do_PUT = do_DELETE = do_POST  # noqa: N815 - the names that http.server calls

    @abstractmethod
    def meet(self, body: bytes) -> None:
        """Do with a request what it does with it."""

    def forward(self, body: bytes) -> tuple[int, bytes]:
        """What the server answers to the same request with some body."""
        url, headers = self.api.removesuffix("/api") + self.path, {"Content-Type": "application/json"}
        request = urllib.request.Request(url, body or None, headers, method=self.command)  # noqa: S310
        try:
            answer = urllib.request.urlopen(request)  # noqa: S310 - our own server
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.read()

    def answer(self, status: int, text: bytes) -> None:
        """Answer the client."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


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

    class Forward(Between):
        api = target

        def meet(self, body: bytes) -> None:
            passed_on = edit(body) if body else body
            match fate(self.command, self.path.removeprefix("/api"), body):
                case Loss.REQUEST:
                    return
                case Loss.ANSWER:
                    self.forward(passed_on)
                case int(status):
                    self.answer(status, b'{"detail": "so says the one in between"}')
                case _:
                    self.answer(*self.forward(passed_on))

    with serving(Forward) as url:
        yield url
