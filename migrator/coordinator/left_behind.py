"""What is not migrated, how it is counted at the source, and what to do about it: one table."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from migrator.coordinator.listing import Listing, ask
from migrator.kinds.automation import AUTOMATION
from migrator.kinds.deployment import DEPLOYMENT
from migrator.kinds.kind import Kind, Request
from migrator.kinds.work_pool import WORK_POOL
from migrator.model.left_behind import LeftBehind
from migrator.prefect_api.errors import ApiError
from migrator.prefect_api.workspace import Workspace


@dataclass(frozen=True)
class _Sort:
    """One sort of thing that stays.

    Attributes:
        what: What it is.
        advice: What to do about it.
        asked: The request that counts or lists it.
        listed: How many there are, by what was listed anyway.
    """

    what: str
    advice: str
    asked: Request | None = None
    listed: Callable[[Listing], int] | None = None


def _number_of(kind: Kind) -> Callable[[Listing], int]:
    return lambda listing: len(listing.rows[kind.name])


def _pools_at_work(listing: Listing) -> int:
    """Pools whose workers are online: one request for each pool would count the workers."""
    bodies = (listing.spool.read(row.place) for row in listing.rows[WORK_POOL.name])
    return sum(body.get("status") == "READY" for body in bodies)


_HISTORY = "history stays at the source: keep it readable for as long as somebody needs it"
_EVERYWHERE = (
    _Sort("flow runs", _HISTORY, asked=Request("POST", "/flow_runs/count", {})),
    _Sort("task runs", _HISTORY, asked=Request("POST", "/task_runs/count", {})),
    _Sort("artifacts", f"{_HISTORY}; the next runs write new ones", asked=Request("POST", "/artifacts/count", {})),
    _Sort("logs and events", _HISTORY),
    _Sort("results", "they lie in their storage, not in the workspace: let the new place reach that storage"),
    _Sort(
        "work pools with workers online",
        "start workers for the same pools with the destination's PREFECT_API_URL before you switch over",
        listed=_pools_at_work,
    ),
    _Sort(
        "deployments that callers may know by their ids",
        "the new ids are in `migrator report RUN --format ids`",
        listed=_number_of(DEPLOYMENT),
    ),
    _Sort(
        "automations that a deployment may own",
        "no server tells owners: the next `prefect deploy` with triggers makes new ones, then delete what was moved",
        listed=_number_of(AUTOMATION),
    ),
)
_ON_CLOUD = (
    _Sort(
        "webhooks",
        "create them at the destination and give their senders the new URLs",
        asked=Request("POST", "/webhooks/filter", {}),
    ),
    _Sort("access lists", "grant access to workspace, pools, deployments and blocks anew"),
    _Sort("service level agreements", "apply them to the deployments of the destination"),
    _Sort("service accounts", "make new ones: their API keys cannot be read"),
    _Sort("teams, members and roles", "they belong to the account: invite and assign them anew"),
)


async def count_left_behind(workspace: Workspace, *, cloud: bool) -> dict[str, int | None]:
    """Count what only its own request counts, by what it is; None where the server does not say.

    Args:
        workspace: The source.
        cloud: Whether it is Prefect Cloud.
    """
    asked = [(sort.what, sort.asked) for sort in _sorts(cloud=cloud) if sort.asked is not None]
    counts = await asyncio.gather(*(_count(workspace, request) for _, request in asked))
    return {what: count for (what, _), count in zip(asked, counts, strict=True)}


def left_behind(counted: dict[str, int | None], listing: Listing, *, cloud: bool) -> tuple[LeftBehind, ...]:
    """All that stays at the source, and what to do about it.

    Args:
        counted: What was counted by requests.
        listing: What the source lists.
        cloud: Whether it is Prefect Cloud.
    """
    return tuple(
        LeftBehind(sort.what, sort.listed(listing) if sort.listed else counted.get(sort.what), sort.advice)
        for sort in _sorts(cloud=cloud)
    )


def _sorts(*, cloud: bool) -> tuple[_Sort, ...]:
    return _EVERYWHERE + _ON_CLOUD if cloud else _EVERYWHERE


async def _count(workspace: Workspace, request: Request) -> int | None:
    """A count, or how many the first page of a list holds."""
    try:
        answer = await ask(workspace, request)
    except ApiError:
        return None
    return answer if isinstance(answer, int) else len(answer)
