"""The most that Redis could do: calls of a script that counts one field down, as redis-benchmark makes them.

It is of Debian's redis-tools, which `make redis-server` puts beside the project.
"""

import csv
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from redis import Redis

from migrator.embedded.valkey import valkey

#: Where `make redis-server` puts Debian's packages.
PACKAGES = Path(__file__).parents[1] / ".redis" / "usr"
PROGRAM = PACKAGES / "bin" / "redis-benchmark"
#: Clients that call at the same time.
CLIENTS = 50
COUNT_DOWN = "return redis.call('HINCRBY', KEYS[1], ARGV[1], -1)"


def ceiling(calls: int) -> Mapping[str, float]:
    """How many such calls it answers in a second."""
    with TemporaryDirectory() as home, valkey(Path(home)) as url:
        with Redis.from_url(url) as redis:
            script = str(redis.script_load(COUNT_DOWN))
        command = ["EVALSHA", script, "1", "degree", "node"]
        return {"script calls/s": _calls_per_second(urlsplit(url).path, calls, command)}


def _calls_per_second(socket: str, calls: int, command: list[str]) -> float:
    libraries = os.pathsep.join(map(str, PACKAGES.glob("lib/*-linux-gnu")))
    options = ["-s", socket, "-c", str(CLIENTS), "-n", str(calls), "--csv"]
    environment = os.environ | {"LD_LIBRARY_PATH": libraries}
    ended = subprocess.run(
        [PROGRAM, *options, *command], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    head, row = list(csv.reader(ended.stdout.splitlines()))
    return float(dict(zip(head, row, strict=True))["rps"])
