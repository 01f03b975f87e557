"""A realistic Prefect workspace: every kind of resource, and the cases that are hard to migrate."""

from migrator.demo.workspace.automations import add_automations
from migrator.demo.workspace.blocks import add_blocks, set_default_result_storage
from migrator.demo.workspace.deployments import add_deployments, add_flows
from migrator.demo.workspace.ids import Ids
from migrator.demo.workspace.limits import add_global_limits, add_tag_limits
from migrator.demo.workspace.pools import add_pools, add_queues
from migrator.demo.workspace.saved_searches import add_saved_searches
from migrator.demo.workspace.sending import Request
from migrator.demo.workspace.variables import add_variables

__all__ = ["Request", "fill"]


async def fill(request: Request, *, variables: int = 230, deployments: int = 220) -> None:
    """Fills an empty workspace: the same every time, every kind, and one specimen of each case that is hard to migrate.

    Takes some 20 s for the default sizes, three quarters of them for the deployments.

    Args:
        request: Sends one request to the workspace: method, path below `/api`, JSON body. Answers with the parsed JSON
            of the answer, or None when there is none, and raises on an error status. Its errors are raised as they are.
        variables: How many variables there are in the end; never fewer than the hand-written ones.
        deployments: How many deployments there are in the end; never fewer than the hand-written ones.
    """
    await add_variables(request, variables)
    await add_tag_limits(request)
    ids = Ids(
        blocks=await add_blocks(request),
        limits=await add_global_limits(request),
        flows=await add_flows(request),
    )
    await set_default_result_storage(request, ids)
    ids.pools = await add_pools(request, ids)
    ids.queues = await add_queues(request)
    ids.deployments = await add_deployments(request, ids, deployments)
    await add_automations(request, ids)
    await add_saved_searches(request, ids)
