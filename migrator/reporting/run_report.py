"""The report of a run, read from its ledger; and the report of a plan, which has the same form."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from migrator.engine.record import LedgerLine, RunRecord, Workspace
from migrator.engine.run import Run
from migrator.engine.scripts import RunState
from migrator.engine.status import Status
from migrator.model.keys import Key, kind_of
from migrator.model.left_behind import LeftBehind
from migrator.model.outcome import Outcome, worst
from migrator.model.plan import WITHOUT_WORK, Plan
from migrator.prefect_api.contact import Side
from migrator.reporting.counting import count
from migrator.reporting.model import ErrorForm, LeftBehindForm, Requests, ResourceForm, RunForm, SideForm


def report_of_plan(
    plan: Plan,
    source: Side | Workspace,
    destination: Side | Workspace,
    requests: tuple[int, int],
    *,
    parent: str | None = None,
    left_behind: Sequence[LeftBehind] = (),
) -> RunForm:
    """The report of a plan: what a run will count if all goes well."""
    totals, kinds = count((kind_of(r.key), r.expected) for r in plan.resources)
    resources = [
        ResourceForm(
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
        for r in plan.resources
    ]
    return RunForm(
        run=None,
        purpose=plan.purpose,
        parent=parent,
        state=RunState.PLANNED,
        plan=plan.digest,
        held=plan.held,
        on_existing=plan.on_existing,
        source=_side(source),
        destination=_side(destination),
        totals=totals,
        kinds=kinds,
        resources=resources,
        left_behind=_left_behind(left_behind),
        requests=Requests(source=requests[0], destination=requests[1]),
        seconds=0.0,
    )


async def report_of_run(run: Run) -> RunForm:
    """The report of a run, as it stands.

    Raises:
        UsageError: There is no such run.
    """
    record, status = await run.record(), await run.status()
    resources = await _resources(run, record, status)
    totals, kinds = count((resource.kind, Outcome(resource.outcome or Outcome.PENDING)) for resource in resources)
    sent = await run.requests()
    return RunForm(
        run=run.id,
        purpose=record.purpose,
        parent=record.parent,
        state=status.state,
        plan=record.plan,
        held=record.held,
        on_existing=record.on_existing,
        source=_side(record.source),
        destination=_side(record.destination),
        totals=totals,
        kinds=kinds,
        resources=resources,
        left_behind=_left_behind(record.left_behind),
        requests=Requests(source=record.source_requests + sent[0], destination=record.destination_requests + sent[1]),
        seconds=round(max(0.0, status.ended / 1000 - record.created), 3) if status.ended else 0.0,
    )


async def _resources(run: Run, record: RunRecord, status: Status) -> list[ResourceForm]:
    """Every resource with its outcome: the worst of its nodes'."""
    numbers = range(record.resources)
    lines, ids = await run.ledger(numbers), await run.destination_ids(numbers)
    nodes = range(status.nodes)
    endings = [ending_of(text) for text in await run.outcomes(nodes)]
    repeated = await run.attempts(nodes)
    owners = [resource for resource, _ in await run.steps(nodes)]
    nodes_of: dict[int, list[int]] = {}
    for node, owner in enumerate(owners):
        nodes_of.setdefault(owner, []).append(node)

    def root(node: int) -> str:
        """The key of the failed resource that a chain of skips began with."""
        blocker = endings[node].blocker
        while blocker is not None:
            node, blocker = blocker, endings[blocker].blocker
        line = lines[owners[node]]
        return line.key if line else ""

    return [
        _resource(
            line,
            ids.get(number),
            [endings[node] for node in nodes_of[number]],
            [root(node) for node in nodes_of[number] if endings[node].blocker is not None],
            sum(repeated[node] + endings[node].tried for node in nodes_of[number])
            if line.action not in WITHOUT_WORK
            else 0,
        )
        for number, line in enumerate(lines)
        if line is not None
    ]


def _resource(
    line: LedgerLine, destination_id: str | None, endings: Sequence["Ending"], blockers: Sequence[str], attempts: int
) -> ResourceForm:
    error = next((ending.error for ending in endings if ending.error), None)
    return ResourceForm(
        key=line.key,
        kind=kind_of(Key(line.key)),
        action=line.action,
        outcome=worst([ending.outcome for ending in endings]),
        source_id=line.source_id,
        destination_id=destination_id,
        attempts=attempts,
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

    @property
    def tried(self) -> bool:
        """Whether its last attempt was what settled it."""
        return self.outcome not in {Outcome.PENDING, Outcome.SKIPPED}


def ending_of(text: str | None) -> Ending:
    """How a node ended; pending where there is no outcome."""
    outcome, _, detail = (text or Outcome.PENDING).partition(" ")
    if outcome == Outcome.SKIPPED and detail:
        return Ending(Outcome.SKIPPED, blocker=int(detail))
    if outcome == Outcome.FAILED:
        return Ending(Outcome.FAILED, error=ErrorForm(**orjson.loads(detail)))
    return Ending(Outcome(outcome))


def _reason(reason: str, error: str = "Skipped") -> ErrorForm | None:
    return ErrorForm(type=error, message=reason) if reason else None


def _left_behind(found: Sequence[LeftBehind]) -> list[LeftBehindForm]:
    return [LeftBehindForm(what=one.what, found=one.found, advice=one.advice) for one in found]


def _side(side: Side | Workspace) -> SideForm:
    return SideForm.model_validate(side)
