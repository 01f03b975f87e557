"""What a node's step writes: one function a step, each harmless when it is done twice (invariant 9)."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

from migrator.kinds.kind import Change, Request, Surroundings
from migrator.kinds.reading import own_form
from migrator.model.canonical import Body
from migrator.model.outcome import Outcome
from migrator.model.plan import OnExisting, Step
from migrator.planning.differences import compare, fields_at
from migrator.prefect_api.errors import AlreadyThere, Conflict, Missing
from migrator.prefect_api.workspace import Workspace
from workers.job import Job
from workers.looking import look


class Written(NamedTuple):
    """How it ended for the resource, and its id where that is known now."""

    outcome: Outcome
    own_id: str = ""


class StillBusy(Exception):
    """What the resource set going has not ended."""


async def write(job: Job, workspace: Workspace) -> Written:
    """Do what a node's step says.

    Raises:
        ApiError: The workspace did not do it.
        StillBusy: There is still something to wait for.
    """
    return await _STEPS[job.step](job, workspace)


async def _create(job: Job, workspace: Workspace) -> Written:
    if job.looks_ahead:
        await job.look(job)
    if job.found is not None:
        return await _adopt(job, job.found, workspace)
    body = job.body if job.kind.owned is None else {**job.body, job.kind.owned[0]: job.owner}
    try:
        status, answer = await workspace.send(job.kind.create(body))
    except Conflict:
        # Either it is there, or something that it refers to is not: 409 means both.
        await look([job], workspace)
        if job.found is None:
            raise
        return await _adopt(job, job.found, workspace)
    was_there = job.kind.returns_existing and status != HTTPStatus.CREATED and not job.attempts
    return await _meet(job, answer, workspace) if was_there else Written(Outcome.CREATED, _id_of(answer))


async def _adopt(job: Job, row: Body, workspace: Workspace) -> Written:
    """Take what is there for the resource: it came along, an earlier attempt made it, or someone else did."""
    job.own_id = _id_of(row)
    if job.line.comes_along and not job.untouched:
        await _bring(job, row, _fields_to_change(job, row), workspace)
        return Written(Outcome.CREATED, job.own_id)
    return Written(Outcome.CREATED, job.own_id) if job.attempts else await _meet(job, row, workspace)


async def _meet(job: Job, row: Body, workspace: Workspace) -> Written:
    """Somebody made it since the plan, so it is treated like what was there before."""
    job.own_id = _id_of(row)
    if job.on_existing is OnExisting.FAIL and job.kind.compared:
        raise AlreadyThere("somebody made it since the plan, and --on-existing is fail")
    fields = _fields_to_change(job, row) if job.on_existing is OnExisting.UPDATE and job.kind.compared else ()
    if not fields:
        return Written(Outcome.EXISTS, job.own_id)
    await _keep_image(job, row, fields)
    await _bring(job, row, fields, workspace)
    return Written(Outcome.UPDATED, job.own_id)


async def _update(job: Job, workspace: Workspace) -> Written:
    row = await _read(job, workspace)
    await _keep_image(job, row, job.line.changes)
    # To let it act is a step of its own, after everything else.
    later = {job.kind.live[0]} if job.kind.live and job.kind.enabled_last and job.line.live else set()
    await _bring(job, row, tuple(field for field in job.line.changes if field not in later), workspace)
    return Written(Outcome.UPDATED)


async def _keep_image(job: Job, row: Body, fields: tuple[str, ...]) -> None:
    """So that what fields hold now can be restored."""
    sides = {"before": _shape(job, row), "after": job.body}
    await job.keep({side: {field: body.get(field) for field in fields} for side, body in sides.items()})


async def _restore(job: Job, workspace: Workspace) -> Written:
    row = await _read(job, workspace)
    before: Body = job.body["before"]
    change = Change(job.path, row, {**_shape(job, row), **before}, tuple(before))
    await _send_all(job.kind.change(change), workspace)
    return Written(Outcome.RESTORED)


async def _bring(job: Job, row: Body, fields: tuple[str, ...], workspace: Workspace) -> None:
    if fields:
        await _send_all(job.kind.change(Change(job.path, row, job.body, fields)), workspace)


async def _complete(job: Job, workspace: Workspace) -> Written:
    if job.untouched:
        return Written(Outcome.EXISTS)
    row = await _read(job, workspace) if job.attempts else None
    await _send_all(job.kind.complete(job.own_id, job.body, row), workspace)
    return Written(Outcome.CREATED)


async def _enable(job: Job, workspace: Workspace) -> Written:
    if job.untouched:
        return Written(Outcome.EXISTS)
    await _switch(job, workspace, live=True)
    return Written(Outcome.UPDATED if job.line.changes else Outcome.CREATED)


async def _still(job: Job, workspace: Workspace) -> Written:
    # What is not there does not act.
    with suppress(Missing):
        await _switch(job, workspace, live=False)
    return Written(Outcome.SWITCHED)


async def _drain(job: Job, workspace: Workspace) -> Written:
    if job.kind.under_way is not None:
        _, runs = await workspace.send(job.kind.under_way(job.own_id))
        if runs:
            raise StillBusy
    return Written(Outcome.SWITCHED)


async def _release(job: Job, workspace: Workspace) -> Written:
    await _switch(job, workspace, live=True)
    return Written(Outcome.SWITCHED)


async def _remove(job: Job, workspace: Workspace) -> Written:
    # What came along goes along; and what is gone need not be removed.
    if not job.line.comes_along:
        with suppress(Missing):
            await _send_all(await _removal(job, workspace), workspace)
    return Written(Outcome.REMOVED)


async def _removal(job: Job, workspace: Workspace) -> tuple[Request, ...]:
    if job.kind.remove is None:
        return (Request("DELETE", job.path),)
    return job.kind.remove(job.path, await _read(job, workspace))


_STEPS: dict[Step, Callable[[Job, Workspace], Awaitable[Written]]] = {
    Step.CREATE: _create,
    Step.UPDATE: _update,
    Step.COMPLETE: _complete,
    Step.ENABLE: _enable,
    Step.STILL: _still,
    Step.DRAIN: _drain,
    Step.RELEASE: _release,
    Step.REMOVE: _remove,
    Step.RESTORE: _restore,
}


async def _switch(job: Job, workspace: Workspace, *, live: bool) -> None:
    if job.kind.switch is not None:
        await workspace.send(job.kind.switch(job.own_id, live))


async def _send_all(requests: tuple[Request, ...], workspace: Workspace) -> None:
    for request in requests:
        await workspace.send(request)


async def _read(job: Job, workspace: Workspace) -> Body:
    _, row = await workspace.send(job.kind.read(job.path))
    body: Body = row
    return body


def _shape(job: Job, row: Body) -> Body:
    return job.kind.shape(row, Surroundings())


def _fields_to_change(job: Job, row: Body) -> tuple[str, ...]:
    """The fields in which a row differs from the content, as far as they can change, and not later on."""
    forms = (own_form(job.kind, content) for content in (_shape(job, row), job.body))
    different = fields_at(compare(*forms).different)
    later = {job.kind.live[0]} if job.kind.live and (job.held or job.kind.enabled_last) else set()
    return tuple(field for field in different if field in job.kind.settable and field not in later)


def _id_of(row: Body) -> str:
    """A setting of the server has no id; there is one of it."""
    return str(row.get("id", "default"))
