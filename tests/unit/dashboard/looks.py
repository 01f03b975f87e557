"""Looks at a run, made by hand."""

from collections.abc import Sequence

from migrator.dashboard.causes import causes_of
from migrator.dashboard.look import Look
from migrator.engine.crew import Crew, Worker
from migrator.engine.failures import Failure
from migrator.engine.groups import Group
from migrator.engine.pace import Pace
from migrator.engine.pressure import Pressure
from migrator.engine.record import RunRecord, Workspace
from migrator.engine.scripts import RunState
from migrator.engine.standing import Standing
from migrator.engine.status import Status
from migrator.model.plan import Purpose
from migrator.reporting.status_report import report_of_standing

CALM = Pressure(sharers=1, window=4)


def look_at(
    words: str = "words",
    *,
    settled: int = 3,
    nodes: int = 9,
    state: RunState = RunState.RUNNING,
    failures: Sequence[Failure] | None = None,
    pressure: Pressure = CALM,
) -> Look:
    """A look at a run.

    Args:
        words: What everything in it that is somebody else's is called, and what servers have said.
        settled: How many of its nodes have settled, one of them badly.
        nodes: How many it has.
        state: Its state.
        failures: What has failed; one by default.
        pressure: On its destination.
    """
    side = Workspace(profile=words, url=words, version=words, identity="i")
    record = RunRecord(
        run="a-run",
        purpose=Purpose.MIGRATE,
        plan="digest",
        held=True,
        source=side,
        destination=side,
        seal="seal",
        redis="server",
        created=1.0,
        resources=nodes,
        kind_edges=(("flow", "deployment", 3),),
    )
    outcomes = {"created": settled - 1, "failed": 1}
    groups = {"flow": Group(nodes, outcomes), "deployment": Group(0)}
    status = Status(state, words, nodes, settled, outcomes, groups, 0, 0, 0, 0, 0)
    found = [Failure(1, 1, words, "Denied", words)] if failures is None else failures
    return Look(
        record=record,
        status=status,
        form=report_of_standing(record, Standing(status, 1, 1.0, {words: words})),
        pace=[Pace(10, "created", settled - 1), Pace(20, "failed", 1)],
        pressure=pressure,
        crew=Crew(1, (Worker(words, 4.0, words, words),)),
        causes=causes_of(found),
        failed=1,
    )
