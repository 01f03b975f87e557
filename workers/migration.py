"""One run in one worker process: what its claimed nodes need is gathered, and attempts are made at them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby

import structlog
from redis.exceptions import RedisError
from structlog.contextvars import bound_contextvars

from migrator.engine.parcel import Parcel, close_image, open_parcel
from migrator.engine.record import LedgerLine, RunRecord
from migrator.engine.run import Run, server_of
from migrator.engine.scripts import Claim, Result, Verdict
from migrator.engine.sealing import Seal
from migrator.errors import RefusedError
from migrator.kinds import kind_named
from migrator.kinds.references import put_back
from migrator.model.bounds import Bounds
from migrator.model.canonical import Body
from migrator.model.keys import Key
from migrator.model.outcome import Outcome
from migrator.model.plan import Purpose, Step
from migrator.prefect_api.errors import ApiError
from migrator.prefect_api.workspace import Workspace
from workers.attempt import attempt, failed, result_of_error
from workers.audit import Notes, RecordedWorkspace
from workers.destination import Destination, hindrance_of
from workers.job import Job
from workers.looking import Lookout, look

log = structlog.get_logger()

#: ms before a node is looked at again whose body was not there.
GONE_MS = "1000"
#: Looks at such a node.
GONE_ATTEMPTS = 3
#: Steps that write no content.
_WITHOUT_BODY = {Step.STILL, Step.DRAIN, Step.RELEASE, Step.REMOVE}
#: Steps that are taken at the source: which may be written to by nothing else (invariant 7).
_AT_SOURCE = {Purpose.CUTOVER: {Step.STILL, Step.DRAIN}, Purpose.CUTOVER_BACK: {Step.RELEASE}}


@dataclass(frozen=True)
class Migration:
    """A run that this process takes part in.

    Attributes:
        run: The run on Redis.
        record: What it is.
        seal: Opens its bodies.
        destination: Where it writes.
        notes: What it has written and not told yet.
        source: The other side, where the run writes there too.
    """

    run: Run
    record: RunRecord
    seal: Seal
    destination: Destination
    notes: Notes
    source: Workspace | None = None

    @cached_property
    def lookout(self) -> Lookout:
        """What is seen of the destination before it is written to."""
        return Lookout(self.run, self.destination.workspace)

    async def prepare(self, claim: Claim) -> tuple[list[Job], list[Result]]:
        """Gather what claimed nodes need; nodes that are settled by that already come back as results."""
        gathered = await self._gather(claim, doubtful=await server_of(self.run.redis) != self.record.redis)
        jobs = [job for job in gathered if isinstance(job, Job)]
        results = [result for result in gathered if isinstance(result, Result)]
        results += await self._look([job for job in jobs if job.looks_first and not job.looks_ahead])
        settled = {result.node for result in results}
        return [job for job in jobs if job.node not in settled], results

    def workspace_of(self, job: Job) -> Workspace:
        """The side on which a job is done; what is written there is noted down."""
        if not self._is_at_source(job.step):
            return RecordedWorkspace(self.destination.workspace, "destination", job.node, self.notes)
        if self.source is None:
            raise RuntimeError(f"{job.step} is a step at the source, which was not opened")
        return RecordedWorkspace(self.source, "source", job.node, self.notes)

    def _is_at_source(self, step: Step) -> bool:
        return step in _AT_SOURCE.get(self.record.purpose, ())

    @property
    def worker(self) -> str:
        """The process."""
        return self.notes.worker

    @property
    def bounds(self) -> Bounds:
        """What the run allows of the destination."""
        return self.record.bounds

    @property
    def hindrance(self) -> str:
        """Why nothing is written right now on one of the sides that the run writes to; empty if something is."""
        return self.destination.hindrance or (hindrance_of(self.source, "source") if self.source else "")

    async def attempt(self, job: Job) -> Result:
        """Attempt a node. Every way in which it can end is a result."""
        with bound_contextvars(run=self.run.id, key=job.key):
            return await attempt(job, self.workspace_of(job))

    async def tell(self) -> None:
        """Tell the run what was written, for its audit log, and how many requests were sent, since the last time."""
        writes = self.notes.take()
        source = self.source.take_requests() if self.source else 0
        destination = self.destination.workspace.take_requests()
        try:
            await self.run.tell(writes, source=source, destination=destination)
        except RedisError:
            self.notes.put_back(writes)
            self.destination.workspace.requests += destination
            if self.source:
                self.source.requests += source
            raise

    async def _gather(self, claim: Claim, *, doubtful: bool) -> list[Job | Result]:
        """What each node needs; after a restart of Redis any of them may have been tried before."""
        nodes = list(claim.attempts)
        steps = await self.run.steps(nodes)
        resources = [resource for resource, _ in steps]
        bodies, lines, outcomes = await asyncio.gather(
            self.run.bodies(resources), self.run.ledger(resources), self.run.outcomes(resources)
        )
        companions = sorted({line.companion for line in lines if line and line.companion >= 0})
        came = dict(zip(companions, await self.run.outcomes(companions), strict=True))
        parcels = [
            self._opened(sealed, resource, line)
            for sealed, resource, line in zip(bodies, resources, lines, strict=True)
        ]
        others = {where for parcel in parcels if parcel for where in parcel.whereabouts.values() if type(where) is int}
        twins = {twin for line in lines if line for twin in line.twins}
        ids = await self.run.destination_ids(sorted({*resources, *others, *twins}))
        return [
            self._job(
                _Claimed(
                    node,
                    Step(step),
                    claim.attempts[node] + doubtful,
                    resource,
                    resources,
                    line,
                    _was_there(line, outcome, came),
                ),
                parcel,
                ids,
            )
            for node, (resource, step), parcel, line, outcome in zip(
                nodes, steps, parcels, lines, outcomes, strict=True
            )
        ]

    def _job(self, claimed: "_Claimed", parcel: Parcel | None, ids: dict[int, str]) -> Job | Result:
        if claimed.step is Step.BARRIER:
            return Result(claimed.node, Verdict.DONE, Outcome.CREATED)
        line = claimed.line
        if line is None or (parcel is None and claimed.step not in _WITHOUT_BODY):
            # A run that is cancelled forgets its bodies while its last nodes are on their way.
            if claimed.attempts < GONE_ATTEMPTS:
                return Result(claimed.node, Verdict.RETRY, GONE_MS)
            return failed(claimed.node, "Bug", "its sealed body is gone, or does not open")
        try:
            body = _body(claimed.step, line, parcel, ids) if parcel else {}
        except (KeyError, ValueError) as error:
            return failed(claimed.node, "Bug", f"{type(error).__name__}: {error}")
        return Job(
            node=claimed.node,
            step=claimed.step,
            attempts=claimed.attempts + line.begun,
            line=line,
            body=body,
            own_id=line.source_id if self._is_at_source(claimed.step) else ids.get(claimed.resource, ""),
            owner=f"migrator.{self.record.own_name}.{claimed.resource}",
            untouched=claimed.untouched,
            held=self.record.held,
            on_existing=self.record.on_existing,
            keep=partial(self._keep, claimed.resource),
            look=self.lookout.look,
            taken=frozenset(ids[twin] for twin in line.twins if twin in ids),
            resource=claimed.resource,
            mates=claimed.mates,
        )

    async def _keep(self, resource: int, image: Body) -> None:
        await self.run.keep_image(resource, close_image(image, self.seal, self.run.id, resource))

    def _opened(self, sealed: bytes | None, resource: int, line: LedgerLine | None) -> Parcel | None:
        try:
            return open_parcel(sealed, self.seal, self.run.id, resource) if sealed else None
        except RefusedError as error:
            log.warning("a body does not open", run=self.run.id, key=line.key if line else "", why=error.what)
            return None

    async def _look(self, jobs: Sequence[Job]) -> list[Result]:
        """Find what is there already; a kind whose lists do not answer is tried again."""
        failed: list[Result] = []
        in_order = sorted(jobs, key=lambda job: job.kind.name)
        for _, group in groupby(in_order, key=lambda job: job.kind.name):
            same_kind = list(group)
            try:
                await look(same_kind, self.destination.workspace)
            except ApiError as error:
                failed += [result_of_error(job, error) for job in same_kind]
        return failed


@dataclass(frozen=True, slots=True)
class _Claimed:
    node: int
    step: Step
    attempts: int
    resource: int
    mates: Sequence[int]
    line: LedgerLine | None
    untouched: bool


def _was_there(line: LedgerLine | None, outcome: str | None, came: dict[int, str | None]) -> bool:
    """Whether the resource, or what it comes with, turned out to be there already, so that it is left as it is."""
    if line is not None and line.companion in came and not line.begun:
        return came[line.companion] != Outcome.CREATED
    return (outcome or "").startswith(Outcome.EXISTS)


def _body(step: Step, line: LedgerLine, parcel: Parcel, ids: dict[int, str]) -> Body:
    """What to write, with the destination's ids, which are all there by now (invariant 2).

    A bare one is written before what it refers to: its holes stay empty until it is completed.
    """
    if step is Step.CREATE and line.bare:
        bare = kind_named(Key(line.key)).bare
        return bare(parcel.canonical.body) if bare else parcel.canonical.body
    filled = {key: where if isinstance(where, str) else ids[where] for key, where in parcel.whereabouts.items()}
    return put_back(parcel.canonical, filled)
