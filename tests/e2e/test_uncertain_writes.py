"""A write whose answer is lost is looked up before it is repeated: nothing is there twice (invariant 9)."""

import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from migrator.demo.servers import PrefectServer
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import Home, Servers, rows_of
from tests.e2e.serving import Loss, proxied

pytestmark = pytest.mark.e2e

PAIR = ("--from", "source", "--to", "empty")
#: How often a request that would write something is in trouble.
TROUBLE = 0.25


class _BadNetwork:
    """Loses requests and answers, and says 500 to what has been done or not; to one request not more than twice."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - which request is in trouble, no secret
        self._met: Counter[tuple[str, str, bytes]] = Counter()
        self._lock = threading.Lock()
        self.lost: Counter[Loss | int] = Counter()

    def fate(self, method: str, path: str, body: bytes) -> Loss | int | None:
        """What becomes of a request; reading goes well, so that it is writing that is tested."""
        if method == "GET" or path.endswith(("/filter", "/count", "/paginate")):
            return None
        with self._lock:
            self._met[method, path, body] += 1
            if self._met[method, path, body] > 2 or self._random.random() > TROUBLE:
                return None
            troubles: list[Loss | int] = [Loss.REQUEST, Loss.ANSWER, Loss.ANSWER, 500, 503]
            chosen = self._random.choice(troubles)
            self.lost[chosen] += 1
            return chosen


@pytest.mark.parametrize("seed", [1])
def test_no_resource_is_there_twice_after_lost_answers(
    seed: int, tmp_path: Path, servers: Servers, empty: PrefectServer
) -> None:
    """Also automations, which have no natural key, and block documents without a name. Nothing has failed."""
    network = _BadNetwork(seed)
    with proxied(empty.api_url, fate=network.fate) as url:
        urls = {"source": {"PREFECT_API_URL": servers.source.api_url}, "empty": {"PREFECT_API_URL": url}}
        home = Home.made(tmp_path / "home", urls)
        ran = home.migrator("run", *PAIR, "--yes", "--json")
        assert ran.code == ExitCode.LANDED, ran.err
        verified = home.migrator("verify", "--run", "last", "--json")
    assert verified.code == ExitCode.LANDED, verified.out
    assert verified.form["extra"] == []
    assert network.lost[Loss.ANSWER] > 20, "there was no trouble"
    there, here = rows_of(empty), rows_of(servers.source)
    for kind in ("automation", "block-document", "deployment", "flow", "variable", "work-queue"):
        assert len(there[kind]) == len(here[kind]), kind
