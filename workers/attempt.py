"""One attempt at one node: look where one must, write, and say how it ended. Knows kinds and requests, not Redis."""

import random
import traceback
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import orjson
import structlog

from migrator.engine.record import LedgerLine
from migrator.engine.scripts import Result, Verdict
from migrator.kinds import kind_named
from migrator.kinds.discretion import discreet
from migrator.kinds.kind import Kind, Request
from migrator.model.canonical import Body
from migrator.model.keys import Key, names_of
from migrator.model.outcome import Outcome
from migrator.model.plan import Step
from migrator.prefect_api.errors import ApiError, Busy, Conflict, Missing, Silent, Unanswered
from migrator.prefect_api.workspace import Workspace

#: Attempts that a node has against a server that answers others but not it.
ATTEMPTS_UNANSWERED = 12
#: Attempts that a node has whose request the server fails with a 5xx.
ATTEMPTS_SERVER_ERROR = 4
#: Seconds before the second attempt; doubled for each further one.
FIRST_DELAY = 0.25
#: Seconds before an attempt at the most.
LONGEST_DELAY = 15.0
#: Seconds before a node is tried again whose request was not even sent.
SILENT_DELAY = 1.0
#: Characters of a message that are worth keeping.
MESSAGE_LENGTH = 500

log = structlog.get_logger()


@dataclass(slots=True)
class Job:
    """A claimed node, with all that an attempt at it needs.

    Attributes:
        node: The node.
        step: What it does for its resource.
        attempts: Earlier attempts; any of them may have written.
        line: What the ledger says of the resource.
        body: What to write, with the destination's ids.
        own_id: The resource's id at the destination, where an earlier node has learnt it.
        owner: What an automation is found by, which has no natural key.
        untouched: The resource was there before its run, so it is left as it is.
        found: The row of what is there already.
    """

    node: int
    step: Step
    attempts: int
    line: LedgerLine
    body: Body
    own_id: str = ""
    owner: str = ""
    untouched: bool = False
    found: Body | None = None
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        self.kind = kind_named(self.key)

    @property
    def key(self) -> Key:
        """What its resource is called."""
        return Key(self.line.key)

    @property
    def may_be_repeated(self) -> bool:
        """Whether a write that was done already is refused the second time, so that one need not look before it."""
        return self.step is Step.CREATE and not self.kind.overwrites and bool(self.kind.identities(self.body))

    @property
    def looks_first(self) -> bool:
        """Whether one must know what is there before one writes (invariants 6 and 9)."""
        comes_along = self.kind.comes_along(self.body)
        return self.step is Step.CREATE and (self.kind.overwrites or comes_along or self.attempts > 0)


async def attempt(job: Job, workspace: Workspace) -> Result:
    """Attempt a node. Every way in which it can end is a result."""
    try:
        outcome, own_id = await _write(job, workspace)
    except ApiError as error:
        return result_of_error(job, error, workspace)
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends as a result
        # One node's surprise is not its batch mates'; the message could hold a value, so the type must do.
        where = traceback.extract_tb(error.__traceback__)[-1]
        log.error("a bug", key=job.key, error=type(error).__name__, file=where.filename, line=where.lineno)  # noqa: TRY400
        return failed(job.node, "Bug", f"{type(error).__name__}, see the worker's log")
    return Result(job.node, Verdict.DONE, outcome, own_id)


def result_of_error(job: Job, error: ApiError, workspace: Workspace) -> Result:
    """What an error means for the node: again later, or failed for good."""
    if error.permanent or workspace.pressure.exhausted or _tried_enough(job, error):
        return failed(job.node, type(error).__name__, discreet(error.what, job.body, frozenset(names_of(job.key))))
    if isinstance(error, Silent):
        return Result(job.node, Verdict.RELEASE, str(_jittered_ms(SILENT_DELAY)))
    if isinstance(error, Busy) and job.may_be_repeated:
        # Most likely nothing was done; and if it was, creating it again says so.
        return Result(job.node, Verdict.RELEASE, str(_jittered_ms(error.delay or FIRST_DELAY)))
    delay = error.delay or min(LONGEST_DELAY, FIRST_DELAY * 2**job.attempts)
    return Result(job.node, Verdict.RETRY, str(_jittered_ms(delay)))


def failed(node: int, error: str, message: str) -> Result:
    """A node that failed for good, and why."""
    return Result(node, Verdict.FAILED, orjson.dumps({"type": error, "message": message[:MESSAGE_LENGTH]}).decode())


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
        by_identity = {identity: row for row in rows for identity in jobs[0].kind.identities(row)}
        for job in jobs:
            found = (by_identity.get(identity) for identity in job.kind.identities(job.body))
            job.found = job.found or next((row for row in found if row is not None), None)
        offset += len(rows)
        if not rows or request.body is None:
            return


async def _rows(request: Request, workspace: Workspace) -> list[Body]:
    try:
        _, answer = await workspace.send(request)
    except Missing:
        return []
    return answer if isinstance(answer, list) else [answer]


async def _write(job: Job, workspace: Workspace) -> tuple[Outcome, str]:
    """Do what the node's step says, and return outcome and id of its resource."""
    if job.step is Step.CREATE:
        return await _create(job, workspace)
    if job.untouched:
        return Outcome.EXISTS, ""
    if job.step is Step.ENABLE:
        requests = job.kind.enable(job.own_id)
    else:
        row = None
        if job.attempts and job.kind.read is not None:
            _, row = await workspace.send(job.kind.read(job.own_id))
        requests = job.kind.complete(job.own_id, job.body, row)
    for request in requests:
        await workspace.send(request)
    return Outcome.CREATED, ""


async def _create(job: Job, workspace: Workspace) -> tuple[Outcome, str]:
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
    return Outcome.EXISTS if was_there else Outcome.CREATED, _id_of(answer)


async def _adopt(job: Job, row: Body, workspace: Workspace) -> tuple[Outcome, str]:
    """Take what is there for the resource: it came along, an earlier attempt made it, or someone else did."""
    if job.kind.comes_along(job.body):
        request = job.kind.adjust(row, job.body)
        if request is not None:
            await workspace.send(request)
        return Outcome.CREATED, _id_of(row)
    return Outcome.CREATED if job.attempts else Outcome.EXISTS, _id_of(row)


def _id_of(row: Body) -> str:
    """A setting of the server has no id; there is one of it."""
    return str(row.get("id", "default"))


def _tried_enough(job: Job, error: ApiError) -> bool:
    if not isinstance(error, Unanswered):
        return False
    return job.attempts + 1 >= (ATTEMPTS_SERVER_ERROR if error.status else ATTEMPTS_UNANSWERED)


def _jittered_ms(seconds: float) -> int:
    """So that those who were turned away together do not come back together."""
    return int(seconds * 1000 * random.uniform(0.7, 1.3))  # noqa: S311 - spreads load, hides nothing
