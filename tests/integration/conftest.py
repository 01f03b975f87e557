"""A real Valkey for the session, a run of its own for each test, and nothing left behind.

No test flushes: what a test has written is looked at when it ends, and removed key by key.
"""

import re
import secrets
from collections.abc import Iterator

import pytest
import redis

from migrator.embedded.valkey import valkey
from migrator.engine.doorbell import NAMESPACE
from migrator.engine.keys import RUNS, STRUCTURES

_OURS = re.compile(
    rf"migrator:\{{[^{{}}]+\}}:({'|'.join(STRUCTURES)})|migrator:(?!\{{).*|{re.escape(NAMESPACE)}.*", re.DOTALL
)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Valkey that the whole session shares."""
    with valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture
def run_id() -> str:
    """A run that no other test has."""
    return f"test-{secrets.token_hex(6)}"


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves keys which are not ours by name, and removes what is."""
    if "redis_url" not in request.fixturenames:
        yield
        return
    with redis.Redis.from_url(request.getfixturevalue("redis_url"), decode_responses=True) as client:
        before, runs_before = set(client.scan_iter(count=1000)), set(client.zrange(RUNS, 0, -1))
        yield
        left = set(client.scan_iter(count=1000)) - before
        for key in left:
            client.unlink(key)  # one by one: in a cluster they are not in one slot
        runs_left = set(client.zrange(RUNS, 0, -1)) - runs_before
        if runs_left:
            client.zrem(RUNS, *runs_left)
    strangers = sorted(key for key in left if not _OURS.fullmatch(key))
    assert strangers == [], "keys outside our namespaces, or structures of a run that are not declared"
