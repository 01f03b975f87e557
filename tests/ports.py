"""Ports to listen on, for a server that cannot be given one that listens already.

Between the choice and the server somebody else may come. So they are not those that the kernel hands out, and each
process of the tests has a range of its own.
"""

import os
import socket
from random import SystemRandom

#: The first port of all, and how many each process of the tests has.
FIRST, RANGE = 20_000, 1_000


def free_ports(number: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    begin = FIRST + RANGE * process
    while True:
        # Not `random`, which pytest-randomly lets begin again with each test.
        first = SystemRandom().randrange(begin, begin + RANGE - number)
        if not any(_is_taken(port) for port in range(first, first + number)):
            return first


def free_port() -> int:
    """One that nobody listens on."""
    return free_ports(1)


def _is_taken(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
