"""What is not migrated: how it is counted, and what is said about it."""

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest

from migrator.coordinator.left_behind import count_left_behind, left_behind
from migrator.coordinator.listing import Listing
from migrator.coordinator.spool import Spool
from migrator.kinds import KINDS
from migrator.kinds.kind import Request
from migrator.kinds.work_pool import WORK_POOL
from migrator.planning.naming import Row
from migrator.prefect_api.errors import ApiError, Denied, Missing
from migrator.prefect_api.workspace import Workspace


class Answers:
    """A workspace that answers by path, for what no server here has: Prefect Cloud's lists."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    async def send(self, request: Request) -> tuple[int, Any]:
        """As a workspace does."""
        answer = self._answers[request.path.split("/")[1]]
        if isinstance(answer, ApiError):
            raise answer
        return 200, answer


@pytest.fixture
def listing() -> Iterator[Listing]:
    """Three pools, one of which has workers online, and nothing else."""
    with Spool() as spool:
        places = [spool.append({"status": status}) for status in ("READY", "NOT_READY", "PAUSED")]
        rows = [Row(WORK_POOL, str(place), ("p",), "", place) for place in places]
        yield Listing(spool, {kind.name: rows if kind is WORK_POOL else [] for kind in KINDS})


def counted(*, cloud: bool, **answers: Any) -> dict[str, int | None]:
    """What a workspace is counted to have."""
    workspace = cast("Workspace", Answers(**answers))
    return asyncio.run(count_left_behind(workspace, cloud=cloud))


@pytest.mark.parametrize("refusal", [Missing("404", 404), Denied("403", 403)])
def test_what_a_server_does_not_count_is_said_all_the_same(refusal: ApiError, listing: Listing) -> None:
    """A plan does not fail for it."""
    counts = counted(cloud=True, flow_runs=7, task_runs=0, artifacts=refusal, webhooks=refusal)
    found = {one.what: one.found for one in left_behind(counts, listing, cloud=True)}

    assert (found["flow runs"], found["task runs"]) == (7, 0)
    assert found["artifacts"] is found["webhooks"] is found["logs and events"] is None


def test_prefect_cloud_has_more_to_leave(listing: Listing) -> None:
    """Self-hosted servers are not asked for it."""
    here, cloud = (
        {one.what: one.found for one in left_behind(counted(cloud=on_cloud, **answers), listing, cloud=on_cloud)}
        for on_cloud, answers in (
            (False, {"flow_runs": 0, "task_runs": 0, "artifacts": 0}),
            (True, {"flow_runs": 0, "task_runs": 0, "artifacts": 0, "webhooks": [{}, {}]}),
        )
    )

    assert cloud["webhooks"] == 2
    assert cloud.keys() - here.keys() >= {"access lists", "service level agreements", "service accounts"}


def test_pools_that_somebody_works_for_are_counted_from_their_list(listing: Listing) -> None:
    """Workers are to be pointed elsewhere; asking for them would take a request for each pool."""
    found = {one.what: one for one in left_behind({}, listing, cloud=False)}

    assert found["work pools with workers online"].found == 1
    assert "PREFECT_API_URL" in found["work pools with workers online"].advice
