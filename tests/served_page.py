"""The page as a process: `migrator dashboard` on a port of its own, and what it answers."""

import http.client
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Seconds that it may take to come, to answer and to end.
PATIENCE = 30.0
COMMAND = (sys.executable, "-P", "-c", "from migrator.cli import main; main()", "dashboard")
_PLACE = re.compile(r"http://\S+:(\d+)")


@dataclass(frozen=True)
class Answer:
    """What the page answered."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class ServedPage:
    """A page that is there."""

    port: int
    process: "subprocess.Popen[str]"

    @property
    def url(self) -> str:
        """Where, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, *, method: str = "GET", body: str = "", **headers: str) -> Answer:
        """Ask for a page of it."""
        line = self.line()
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            return Answer(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read().decode())
        finally:
            line.close()

    def line(self) -> http.client.HTTPConnection:
        """A connection to it."""
        return http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def served_page(environment: Mapping[str, str], *arguments: str) -> Iterator[ServedPage]:
    """The page, for as long as the block lasts."""
    command = [*COMMAND, "--port", "0", *arguments]
    with subprocess.Popen(
        command, env=dict(environment), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            place = _PLACE.search(said)
            assert place is not None, said + process.stderr.read()
            yield ServedPage(int(place[1]), process)
        finally:
            process.kill()
