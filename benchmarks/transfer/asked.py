"""What a server was asked, as it remembers it."""

import http.client
import json
from typing import NamedTuple

from migrator.demo.servers import HOST, PrefectServer

#: Where a server tells what it was asked; every telling begins a new memory.
MEMORY = "/asked"
#: Ends of paths to which POST changes no resource.
_BESIDE = ("/filter", "/count", "/paginate", "/events")


class Asked(NamedTuple):
    """One request: when it came (seconds since the epoch), how long it took (seconds), and what it was."""

    began: float
    seconds: float
    method: str
    path: str
    status: int

    @property
    def writes(self) -> bool:
        """Whether it makes or changes a resource."""
        return self.method != "GET" and not self.path.rstrip("/").endswith(_BESIDE)

    @property
    def ended(self) -> float:
        """When it was answered."""
        return self.began + self.seconds


def take_asked(server: PrefectServer) -> list[Asked]:
    """What a server was asked since the last time, in the order of its answers."""
    connection = http.client.HTTPConnection(HOST, server.port)
    try:
        connection.request("GET", MEMORY)
        return [Asked(*one) for one in json.load(connection.getresponse())]
    finally:
        connection.close()
