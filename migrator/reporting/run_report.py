"""The report of a run, read from its ledger; and the report of a plan, which has the same form."""

import itertools
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import orjson

from migrator import __version__
from migrator.engine.pages import pages
from migrator.engine.record import LedgerLine, RunRecord, Workspace
from migrator.engine.run import Run
from migrator.engine.scripts import RunState
from migrator.engine.status import Status
from migrator.model.keys import Key, kind_of
from migrator.model.left_behind import LeftBehind
from migrator.model.outcome import Outcome, worst
from migrator.model.plan import WITHOUT_WORK, Plan, PlannedResource
from migrator.planning.effort import Effort, effort_of
from migrator.prefect_api.contact import Side
from migrator.reporting.counting import Tally, count, counters
from migrator.reporting.model import (
    Counters,
    ErrorForm,
    EstimateForm,
    LeftBehindForm,
    Requests,
    ResourceForm,
    RunForm,
    SideForm,
    Streamed,
)
from migrator.reporting.outline import outline_of
from migrator.reporting.resource_file import ResourceFile


def report_of_plan(
    plan: Plan,
    source: Side | Workspace,
    destination: Side | Workspace,
    requests: tuple[int, int],
    *,
    parent: str | None = None,
    left_behind: Sequence[LeftBehind] = (),
    latency: float | None = None,
) -> RunForm:
    """The report of a plan: what a run will count if all goes well.

    Args:
        plan: The plan.
        source: Where from.
        destination: Where to.
        requests: How many planning has sent to each side.
        parent: The migration that it is about, where it is none.
        left_behind: What of the source is not migrated.
        latency: Seconds that the destination takes for a request, where that is known.
    """
    totals, kinds = count((kind_of(r.key), r.expected) for r in plan.resources)
    return RunForm(
        run=None,
        purpose=plan.purpose,
        parent=parent,
        state=RunState.PLANNED,
        version=__version__,
        plan=plan.digest,
        held=plan.held,
        on_existing=plan.on_existing,
        source=_side(source),
        destination=_side(destination),
        totals=totals,
        kinds=kinds,
        resources=Streamed(lambda: map(_planned, plan.resources)),
        left_behind=_left_behind(left_behind),
        estimate=None if latency is None else _estimate(effort_of(plan, latency)),
        requests=Requests(source=requests[0], destination=requests[1]),
        seconds=0.0,
    )


def _planned(r: PlannedResource) -> ResourceForm:
    return ResourceForm(
        key=r.key,
        kind=kind_of(r.key),
        action=r.action,
        source_id=r.source_id,
        destination_id=r.destination_id,
        blocked_by=list(r.blocked_by),
        required_by=list(r.required_by),
        differences=list(r.differences),
        changes=list(r.changes),
        secrets=list(r.secrets),
        warnings=list(r.warnings),
        error=_reason(r.reason, r.error),
    )


async def report_of_run(run: Run) -> RunForm:
    """The report of a run, as it stands.

    Raises:
        UsageError: There is no such run.
    """
    record, status = await run.record(), await run.status()
    file, tally = ResourceFile(), Tally()
    async for resource in _resources(run, record, status):
        file.append(resource)
        tally.count(resource.kind, Outcome(resource.outcome or Outcome.PENDING))
    sent = await run.requests()
    more = {
        "totals": tally.totals,
        "kinds": tally.kinds,
        "resources": Streamed(file.read),
        "left_behind": _left_behind(record.left_behind),
        "requests": Requests(
            source=record.source_requests + sent[0], destination=record.destination_requests + sent[1]
        ),
    }
    return outline_of(record, status).model_copy(update=more)


async def totals_of_run(run: Run) -> Counters:
    """How many resources of a run ended in each way: the totals of its report, for a small part of what that costs.

    Raises:
        UsageError: There is no such run.
    """
    record, status, counted = await run.record(), await run.status(), Counter[Outcome]()
    async for page in pages(run, record.resources, status.nodes):
        nodes = [node for nodes in page.values() for node in nodes]
        found = dict(zip(nodes, await run.outcomes(nodes), strict=True))
        counted.update(worst([_outcome_of(found[node]) for node in nodes]) for nodes in page.values())
    return counters(counted)


async def _resources(run: Run, record: RunRecord, status: Status) -> AsyncIterator[ResourceForm]:
    """Every resource with its outcome: the worst of its nodes'."""
    async for page in pages(run, record.resources, status.nodes):
        for resource in await resources_on(page, run):
            yield resource


async def resources_on(page: Mapping[int, Sequence[int]], run: Run, *, reach: int | None = None) -> list[ResourceForm]:
    """The resources on one page of a run.

    Args:
        page: By number of the resource, its nodes.
        run: The run.
        reach: How many skips are followed back to the failure that they began with; None for all.
    """
    lines, ids = await run.ledger([*page]), await run.destination_ids([*page])
    endings = await _endings(run, [node for nodes in page.values() for node in nodes])
    blockers = {ending.blocker for ending in endings.values() if ending.blocker is not None}
    causes = await _causes(run, blockers, reach)
    return [
        _resource(line, ids.get(number), [endings[node] for node in nodes], causes)
        for (number, nodes), line in zip(page.items(), lines, strict=True)
        if line is not None
    ]


async def _endings(run: Run, nodes: Sequence[int]) -> dict[int, "Ending"]:
    """How nodes ended, and how often each was tried."""
    found = zip(nodes, await run.outcomes(nodes), await run.attempts(nodes), strict=True)
    return {node: ending_of(text, repeated) for node, text, repeated in found}


async def _causes(run: Run, blockers: AbstractSet[int], reach: int | None) -> dict[int, str]:
    """Of nodes that block others: the key of the failed resource that the chain of skips began with."""
    root = {node: node for node in blockers}
    ahead, steps = [*blockers], itertools.count() if reach is None else iter(range(reach))
    while ahead and next(steps, None) is not None:
        found = zip(ahead, await run.outcomes(ahead), strict=True)
        blocked = {node: ending.blocker for node, text in found if (ending := ending_of(text)).blocker is not None}
        root = {node: blocked.get(end, end) for node, end in root.items()}
        ahead = [*{*blocked.values()}]
    owners = [resource for resource, _ in await run.steps([*root.values()])]
    lines = await run.ledger(owners)
    return {node: line.key if line else "" for node, line in zip(root, lines, strict=True)}


def _resource(
    line: LedgerLine, destination_id: str | None, endings: Sequence["Ending"], causes: Mapping[int, str]
) -> ResourceForm:
    blockers = [causes[ending.blocker] for ending in endings if ending.blocker is not None]
    error = next((ending.error for ending in endings if ending.error), None)
    return ResourceForm(
        key=line.key,
        kind=kind_of(Key(line.key)),
        action=line.action,
        outcome=worst([ending.outcome for ending in endings]),
        source_id=line.source_id,
        destination_id=destination_id,
        attempts=0 if line.action in WITHOUT_WORK else sum(ending.attempts for ending in endings),
        blocked_by=sorted({*line.blocked_by, *blockers} - {line.key}),
        required_by=list(line.required_by),
        differences=list(line.differences),
        changes=list(line.changes),
        secrets=list(line.secrets),
        warnings=list(line.warnings),
        error=error or _reason(line.reason),
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """How a node ended, as its script wrote it down."""

    outcome: Outcome
    blocker: int | None = None
    error: ErrorForm | None = None
    repeated: int = 0

    @property
    def attempts(self) -> int:
        """How often it was tried; where its last attempt was what settled it, that one too."""
        return self.repeated + (self.outcome not in {Outcome.PENDING, Outcome.SKIPPED})


def ending_of(text: str | None, repeated: int = 0) -> Ending:
    """How a node ended; pending where there is no outcome."""
    outcome, _, detail = (text or Outcome.PENDING).partition(" ")
    blocker = int(detail) if outcome == Outcome.SKIPPED and detail else None
    error = ErrorForm(**orjson.loads(detail)) if outcome == Outcome.FAILED else None
    return Ending(Outcome(outcome), blocker, error, repeated)


def _outcome_of(text: str | None) -> Outcome:
    return Outcome((text or Outcome.PENDING).partition(" ")[0])


def _reason(reason: str, error: str = "Skipped") -> ErrorForm | None:
    return ErrorForm(type=error, message=reason) if reason else None


def _left_behind(found: Sequence[LeftBehind]) -> list[LeftBehindForm]:
    return [LeftBehindForm(what=one.what, found=one.found, advice=one.advice) for one in found]


def _estimate(effort: Effort) -> EstimateForm:
    return EstimateForm(requests=effort.requests, seconds=round(effort.seconds, 1))


def _side(side: Side | Workspace) -> SideForm:
    return SideForm.model_validate(side)
