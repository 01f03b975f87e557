"""Looking for what is there already: by natural key, or by owner, in as few requests as a kind's lists allow.

To create a deployment that exists would overwrite it, so one looks just before (invariant 6). A look costs a request,
and creates are slow: so it asks at once for what comes next of the kind, too, and what it has shown holds for a while.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from redis.exceptions import RedisError

from migrator.engine.groups import Stretches
from migrator.engine.run import Run
from migrator.kinds.kind import Identity, Kind, Request
from migrator.model.canonical import Body, Json
from migrator.model.keys import Key, names_of
from migrator.prefect_api.errors import Missing
from migrator.prefect_api.paging import Pages
from migrator.prefect_api.workspace import Workspace
from workers.job import Job

#: Seconds for which a look holds: as long as a slow server takes for what is claimed at once.
FRESH = 10.0
#: Resources of a kind that one look is about.
AHEAD = 200
#: Nodes that are ready, of whatever kind, among which one looks for those of the kind.
READY = 1000

Names = tuple[str, ...]
"""What a key is made of."""

Found = Mapping[Identity, Sequence[Body]]
"""Rows of a kind, by what tells them from one another."""


async def look(jobs: Sequence[Job], workspace: Workspace) -> None:
    """Find what is there right now of one kind's jobs.

    Raises:
        ApiError: It could not be found out.
    """
    kind = jobs[0].kind
    if kind.owned is not None:
        _, rows_of = kind.owned
        for job in jobs:
            pages = [page async for page in _pages(rows_of(job.owner), workspace)]
            job.found = next((row for page in pages for row in page), None)
        return
    for request in kind.find([job.body for job in jobs]):
        await _look_through(request, jobs, workspace)


async def _look_through(request: Request, jobs: Sequence[Job], workspace: Workspace) -> None:
    """Read a list page by page, until it ends or everything was found that could be there."""
    if all(job.found is not None for job in jobs):
        return
    async for page in _pages(request, workspace):
        rows = _by_identity(jobs[0].kind, page)
        for job in jobs:
            job.found = job.found or _row_of(job, rows)
        if all(job.found is not None for job in jobs):
            return


class Lookout:
    """What one process sees of the destination of a run.

    Args:
        run: The run.
        workspace: The destination.
    """

    def __init__(self, run: Run, workspace: Workspace) -> None:
        self._run = run
        self._workspace = workspace
        self._sights: defaultdict[str, list[_Sight]] = defaultdict(list)
        self._looking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._stretches: Stretches | None = None

    async def look(self, job: Job) -> None:
        """Find out whether there is what a job is about, unless that is known from just before.

        Raises:
            ApiError: It could not be found out.
        """
        async with self._looking[job.kind.name]:
            sights = (sight for sight in self._sights[job.kind.name] if sight.holds_for(job))
            sight = next(sights, None) or await self._see(job)
        job.found = sight.row_of(job)

    async def _see(self, job: Job) -> "_Sight":
        began, kind = time.monotonic(), job.kind
        names = frozenset({names_of(job.key)}) | await self._next_names(job)
        rows: list[Body] = []
        for request in kind.look_ahead(names) if kind.look_ahead else ():
            rows += [row async for page in _pages(request, self._workspace) for row in page]
        sight = _Sight(began, names, _by_identity(kind, rows))
        self._sights[kind.name] = [*(one for one in self._sights[kind.name] if one.is_fresh), sight]
        return sight

    async def _next_names(self, job: Job) -> frozenset[Names]:
        """What will be looked for next; without Redis one does without."""
        with suppress(RedisError):
            numbers = await self._next_numbers(job)
            lines, outcomes = await asyncio.gather(self._run.ledger(numbers), self._run.outcomes(numbers))
            left = (line for line, outcome in zip(lines, outcomes, strict=True) if line and outcome is None)
            all_look = job.kind.overwrites or job.attempts > 0
            return frozenset(names_of(Key(line.key)) for line in left if all_look or line.comes_along)
        return frozenset()

    async def _next_numbers(self, job: Job) -> list[int]:
        """Of its kind: what was claimed with it, what is claimed next, and what follows it in the plan."""
        if self._stretches is None:
            self._stretches = await self._run.stretches()
        stretches, following = self._stretches, range(job.resource, job.resource + AHEAD)
        candidates = (*job.mates, *await self._run.next_resources(READY), *following)
        of_kind = dict.fromkeys(number for number in candidates if stretches.of(number) == job.kind.name)
        return list(of_kind)[:AHEAD]


@dataclass(frozen=True)
class _Sight:
    """What a look has shown.

    Attributes:
        at: When it began.
        names: What was looked for.
        rows: What was there.
    """

    at: float
    names: frozenset[Names]
    rows: Found

    @property
    def is_fresh(self) -> bool:
        """Whether things are most likely as they were then."""
        return time.monotonic() - self.at <= FRESH

    def holds_for(self, job: Job) -> bool:
        """Whether it tells of a job what a look would tell now."""
        # An earlier attempt may have written it in the meantime; and what comes along may have come.
        is_after_it = not job.attempts or self.at >= job.claimed_at
        may_have_come = job.line.comes_along and self.row_of(job) is None
        return self.is_fresh and names_of(job.key) in self.names and is_after_it and not may_have_come

    def row_of(self, job: Job) -> Body | None:
        """The row of what a job is about; None if it was not there."""
        return _row_of(job, self.rows)


def _by_identity(kind: Kind, rows: Iterable[Body]) -> Found:
    found: defaultdict[Identity, list[Body]] = defaultdict(list)
    for row in rows:
        for identity in kind.identities(row):
            found[identity].append(row)
    return found


def _row_of(job: Job, rows: Found) -> Body | None:
    found = (row for identity in job.kind.identities(job.body) for row in rows.get(identity, ()))
    return next((row for row in found if row.get("id") not in job.taken), None)


async def _pages(request: Request, workspace: Workspace) -> AsyncIterator[list[Body]]:
    """What a list holds, or what one request shows; nothing where there is no such thing."""

    async def ask(asked: Request) -> Json:
        return (await workspace.send(asked))[1]

    with suppress(Missing):
        if request.method == "GET":
            answer = await ask(request)
            yield answer if isinstance(answer, list) else [answer]
            return
        async for page in Pages(ask).of(request):
            yield page
