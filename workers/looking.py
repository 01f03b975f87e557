"""Looking for what is there already: by natural key, or by owner, in as few requests as a kind's lists allow."""

from dataclasses import replace

from migrator.kinds.kind import Identity, Request
from migrator.model.canonical import Body
from migrator.prefect_api.errors import Missing
from migrator.prefect_api.workspace import Workspace
from workers.job import Job


async def look(jobs: list[Job], workspace: Workspace) -> None:
    """Find what is there already of one kind's jobs, in as few requests as its lists allow.

    Raises:
        ApiError: It could not be found out.
    """
    kind = jobs[0].kind
    if kind.owned is not None:
        _, rows_of = kind.owned
        for job in jobs:
            job.found = next(iter(await _rows(rows_of(job.owner), workspace)), None)
        return
    for request in kind.find([job.body for job in jobs]):
        await _look_through(request, jobs, workspace)


async def _look_through(request: Request, jobs: list[Job], workspace: Workspace) -> None:
    """Read a list page by page, until it ends or everything was found that could be there."""
    offset = 0
    while any(job.found is None for job in jobs):
        paged = request if offset == 0 else replace(request, body={**request.body, "offset": offset})
        rows = await _rows(paged, workspace)
        by_identity: dict[Identity, list[Body]] = {}
        for row in rows:
            for identity in jobs[0].kind.identities(row):
                by_identity.setdefault(identity, []).append(row)
        for job in jobs:
            found = (row for identity in job.kind.identities(job.body) for row in by_identity.get(identity, ()))
            job.found = job.found or next((row for row in found if row.get("id") not in job.taken), None)
        offset += len(rows)
        if not rows or request.body is None:
            return


async def _rows(request: Request, workspace: Workspace) -> list[Body]:
    try:
        _, answer = await workspace.send(request)
    except Missing:
        return []
    return answer if isinstance(answer, list) else [answer]
