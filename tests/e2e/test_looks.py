"""Looks before writes: one serves many, and none is taken for longer than it holds. A real server, a real Valkey."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from migrator.demo.servers import PrefectServer
from migrator.embedded.valkey import valkey
from migrator.engine.record import LedgerLine
from migrator.model.canonical import Body
from migrator.model.keys import Key
from migrator.model.plan import Step
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from tests.e2e.conftest import asking
from tests.integration.engine.bench import Bench, bench_on
from tests.integration.engine.graphs import plan_of
from workers import looking
from workers.job import Job
from workers.looking import Lookout

pytestmark = pytest.mark.e2e

KEYS = (
    *(f"deployment/etl/d{number}" for number in range(4)),
    *(f"tag-limit/t{number}" for number in range(4)),
    *(f"work-queue/pool-{number}/default" for number in range(4)),
)
"""What the run is about, in the order of its numbers."""


@dataclass(frozen=True)
class Scene:
    """A worker that looks, and who else has to do with the destination."""

    bench: Bench
    workspace: Workspace
    lookout: Lookout
    ask: Callable[..., Any]

    def look(self, key: str, body: Body, *, attempts: int = 0, mates: Sequence[int] = ()) -> Job:
        """Look for a resource, as one does that has just been claimed."""
        line = LedgerLine(key=key, action="create", source_id="s", comes_along=key.startswith("work-queue/"))
        number = KEYS.index(key)
        job = Job(0, Step.CREATE, attempts=attempts, line=line, body=body, resource=number, mates=mates)
        self.bench.do(self.lookout.look(job))
        return job

    def look_for_deployment(self, number: int, *, attempts: int = 0, mates: Sequence[int] = ()) -> str | None:
        """Look for a deployment of the flow; returns what it is described as, if it is there."""
        body = {"name": f"d{number}", "flow_id": self.flow()}
        found = self.look(f"deployment/etl/d{number}", body, attempts=attempts, mates=mates).found
        return None if found is None else str(found["description"])

    def flow(self) -> str:
        """The flow's id."""
        return str(self.ask("POST", "/flows/", {"name": "etl"})["id"])

    def deploy(self, number: int, description: str) -> None:
        """Somebody makes a deployment of the flow."""
        body = {"name": f"d{number}", "flow_id": self.flow(), "description": description}
        self.ask("POST", "/deployments/", body)


@pytest.fixture
def scene(module_empty: PrefectServer, redis: str) -> Iterator[Scene]:
    """A run that has begun, and nothing of it at the destination."""
    ask = asking(module_empty)
    for deployment in ask("POST", "/deployments/filter", {}):
        ask("DELETE", f"/deployments/{deployment['id']}")
    with bench_on(redis, f"looks-{secrets.token_hex(6)}") as bench:
        plan = plan_of(len(KEYS))
        planned = zip(plan.resources, KEYS, strict=True)
        along = [replace(r, key=Key(key), comes_along=key.startswith("work-queue/")) for r, key in planned]
        bench.publish(replace(plan, resources=along))
        workspace = Workspace(Profile("there", module_empty.api_url), Pressure(4))
        bench.do(workspace.__aenter__())
        try:
            yield Scene(bench, workspace, Lookout(bench.run, workspace), ask)
        finally:
            bench.do(workspace.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Valkey."""
    with valkey(Path(tmp_path_factory.mktemp("valkey"))) as url:
        yield url


def test_one_look_serves_what_comes_next(scene: Scene) -> None:
    """Design 8: a request for each deployment would be as many again as creating them takes."""
    scene.deploy(3, "somebody's")

    assert [scene.look_for_deployment(number) for number in range(4)] == [None, None, None, "somebody's"]
    assert scene.workspace.requests == 1


def test_a_look_serves_what_was_claimed_with_it_and_what_is_claimed_next(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design 8: behind their queues deployments become ready in another order than the plan's."""
    monkeypatch.setattr(looking, "AHEAD", 3)
    scene.deploy(2, "somebody's")
    scene.bench.claim(3)

    assert scene.look_for_deployment(0, mates=(0, 2)) is None
    assert [scene.look_for_deployment(number) for number in (2, 3)] == ["somebody's", None]
    assert scene.workspace.requests == 1


def test_a_look_holds_for_a_while_only(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant 6: what somebody makes while the run is on its way is not overwritten."""
    assert scene.look_for_deployment(0) is None
    scene.deploy(1, "somebody's")
    monkeypatch.setattr(looking, "FRESH", 0.0)

    assert scene.look_for_deployment(1) == "somebody's"
    assert scene.workspace.requests == 2


def test_what_may_have_been_written_before_is_looked_for_anew(scene: Scene) -> None:
    """Invariant 9: the last look was before the attempt whose answer was lost."""
    assert scene.look_for_deployment(0) is None
    scene.deploy(0, "ours")

    assert scene.look_for_deployment(0, attempts=1) == "ours"


def test_what_came_along_since_is_found(scene: Scene) -> None:
    """A default queue is not there before its pool, and the look may have been for that of another pool."""
    queues = []
    for number in range(4):
        name = f"pool-{number}"
        scene.ask("POST", "/work_pools/", {"name": name, "type": "process"})
        body = {"name": "default", "work_pool_name": name, "is_default": True, "priority": 1}
        queues.append(scene.look(f"work-queue/{name}/default", body).found)

    assert [queue and queue["work_pool_name"] for queue in queues] == [f"pool-{number}" for number in range(4)]


def test_tag_limits_are_looked_for_together(scene: Scene) -> None:
    """Invariant 6: to create one again would change its number. A global limit of that name is another thing."""
    scene.ask("POST", "/concurrency_limits/", {"tag": "t2", "concurrency_limit": 7})
    scene.ask("POST", "/v2/concurrency_limits/", {"name": "t1", "limit": 5})
    found = [scene.look(f"tag-limit/t{number}", {"tag": f"t{number}"}).found for number in range(4)]

    assert [row and row["limit"] for row in found] == [None, None, 7, None]
    assert scene.workspace.requests == 2
