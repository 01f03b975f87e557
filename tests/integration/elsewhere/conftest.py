"""Other servers than the embedded one: Debian's Redis, and a cluster of one node, where a script has one hash slot."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.engine.bench import Bench, bench_on
from tests.integration.engine.sharing import player
from tests.patience import wait_until
from tests.ports import free_ports
from tests.redis_server import Server, redis_binary, valkey_binary


@contextmanager
def _redis(home: Path) -> Iterator[str]:
    binary = redis_binary()
    if binary is None:
        pytest.skip("there is no redis-server here: make redis-server")
    with _started(Server(binary, home)) as server:
        yield server.url


@contextmanager
def _cluster(home: Path) -> Iterator[str]:
    port = free_ports(2)
    ports = ("--port", str(port), "--cluster-port", str(port + 1))
    with _started(Server(valkey_binary(), home, "--cluster-enabled", "yes", *ports)) as server:
        server.client.cluster("ADDSLOTSRANGE", "0", "16383")
        wait_until(lambda: server.client.cluster("INFO")["cluster_state"] == "ok", 20, "no cluster forms")
        yield server.url


SERVERS: dict[str, Callable[[Path], AbstractContextManager[str]]] = {"redis": _redis, "cluster": _cluster}


@pytest.fixture(scope="session", params=SERVERS)
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of another server, in place of the embedded one."""
    with tempfile.TemporaryDirectory(prefix="redis-") as home, SERVERS[request.param](Path(home)) as url:
        yield url


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run of this test's own on the other server, not published yet."""
    with bench_on(redis_url, run_id) as bench:
        yield bench


@contextmanager
def _started(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def play(redis_url: str, run_id: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Plays scenarios of processes that share one destination's budget."""
    return player(redis_url, run_id, monkeypatch)
