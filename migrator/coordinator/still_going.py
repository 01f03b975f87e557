"""What pausing does not stop: runs that are under way, and runs that are scheduled, but by no schedule."""

from collections.abc import AsyncIterator, Mapping, Sequence

from migrator.coordinator.listing import ask
from migrator.kinds.kind import Request, any_of
from migrator.model.canonical import Body
from migrator.model.keys import Key
from migrator.model.pieces import pieces
from migrator.model.still_going import StillGoing
from migrator.prefect_api.contact import asked_to
from migrator.prefect_api.workspace import Workspace

#: Deployments that one request asks about.
AT_ONCE = 100
#: Runs a page, as lists give at the most.
PAGE = 200
#: Pages that are looked through for one such request; more runs than that are not counted.
PAGES = 10
_UNDER_WAY = ("PENDING", "RUNNING", "PAUSED", "CANCELLING")


async def still_going(workspace: Workspace, deployments: Mapping[str, Key]) -> StillGoing:
    """What goes on at a workspace although some deployments, given by id, are paused.

    Raises:
        ApiError: The workspace does not say.
    """
    found = StillGoing()
    for some in pieces(deployments, AT_ONCE):
        for states in (_UNDER_WAY, ("SCHEDULED",)):
            async for run in _runs(workspace, some, states, found):
                found.count(deployments[run["deployment_id"]], run)
    return found


async def _runs(
    workspace: Workspace, deployments: Sequence[str], states: Sequence[str], found: StillGoing
) -> AsyncIterator[Body]:
    filters: Body = {
        "deployments": {"id": any_of(deployments)},
        "flow_runs": {"state": {"type": any_of(states)}},
        "sort": "ID_DESC",
    }
    for page in range(PAGES):
        body = {**filters, "limit": PAGE, "offset": page * PAGE}
        with asked_to("list its flow runs", workspace.profile):
            runs = await ask(workspace, Request("POST", "/flow_runs/filter", body))
        for run in runs:
            yield run
        if len(runs) < PAGE:
            return
    found.complete = False
