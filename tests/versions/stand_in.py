"""A stand-in for Prefect Cloud where it differs: in front of a real server, it refuses one request in its own words."""

import http.client
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from migrator.demo.servers import HOST, PrefectServer


@contextmanager
def refusing(server: PrefectServer, method: str, path: str, status: int, words: str) -> Iterator[str]:
    """The URL of an API that answers like a server, but for one request.

    Args:
        server: The server behind it.
        method: Of the request.
        path: Of the request, below the API's URL.
        status: What that is answered with.
        words: And the detail of the answer.
    """

    class StandIn(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if (self.command, self.path) == (method, f"/api{path}"):
                self._answer(status, orjson.dumps({"detail": words}))
                return
            connection = http.client.HTTPConnection(HOST, server.port)
            connection.request(self.command, self.path, sent, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            self._answer(answer.status, answer.read())
            connection.close()

        do_GET = do_PATCH = do_PUT = do_POST  # noqa: N815 - the names that http.server calls

        def _answer(self, status: int, text: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer((HOST, 0), StandIn) as stand_in:
        threading.Thread(target=stand_in.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{stand_in.server_address[1]}/api"
        stand_in.shutdown()
