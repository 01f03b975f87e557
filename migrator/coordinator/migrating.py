"""A migration from the coordinator's side: survey, plan, ask, publish, supervise, report."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from migrator.coordinator.history import earlier_runs, plan_migration, refuse_while_worked_at
from migrator.coordinator.publication import publish
from migrator.coordinator.supervision import raise_if_cancelled, supervise
from migrator.coordinator.survey import Listening, Pair, Survey, surveyed
from migrator.coordinator.workplace import Workplace, workplace
from migrator.embedded.workers import Fleet, worker_processes
from migrator.engine import doorbell
from migrator.engine.run import Run, Status, ledgers
from migrator.engine.scripts import RunState
from migrator.engine.sealing import seal_for
from migrator.errors import RefusedError, ResumableError
from migrator.model.plan import Plan
from migrator.planning.selection import Selection
from migrator.reporting.model import RunForm
from migrator.reporting.run_report import report_of_plan, report_of_run
from migrator.settings import Settings


@dataclass(frozen=True)
class Order:
    """What is to be migrated, and how.

    Attributes:
        pair: Which workspaces.
        selection: What of the source.
        expected: The digest that the plan must have, if one was approved before.
        held: Whether what acts by itself arrives so that it does not.
        workers: Worker processes to start here.
    """

    pair: Pair
    selection: Selection
    expected: str | None
    held: bool
    workers: int


@dataclass(frozen=True)
class Audience:
    """Who is told what happens, and asked.

    Attributes:
        listing: Shows listing.
        plan: Is shown the plan, and raises if the answer is no.
        running: Shows the run.
    """

    listing: Listening
    plan: Callable[[RunForm], None]
    running: Callable[[], AbstractContextManager[Callable[[Status, int], None]]]


async def migrate(order: Order, settings: Settings, audience: Audience) -> RunForm:
    """Migrate, and report.

    Raises:
        MigratorError: It could not begin, was declined, or has not ended.
    """
    seal = seal_for(settings)
    async with workplace(settings) as place:
        known = await ledgers(place.redis)
        async with surveyed(order.pair, settings, audience.listing) as survey:
            earlier = await earlier_runs(place.redis, survey)
            await refuse_while_worked_at(earlier, known)
            plan = await plan_migration(survey, earlier, selection=order.selection, held=order.held)
            _refuse_another_plan(plan, order.expected)
            raise_if_cancelled()
            audience.plan(_report(plan, survey))
            await refuse_while_worked_at(await earlier_runs(place.redis, survey), known)
            for run in earlier:
                await run.cancel()
            run = await publish(place.redis, seal, survey, plan)
        await _carry_out(run, place, order.workers, settings, audience)
        return await report_of_run(run)


def _report(plan: Plan, survey: Survey) -> RunForm:
    sides = (survey.source.side, survey.destination.side)
    return report_of_plan(plan, *sides, survey.requests, survey.left_behind)


def _refuse_another_plan(plan: Plan, expected: str | None) -> None:
    if expected is not None and plan.digest != expected:
        raise RefusedError(
            f"the plan is {plan.digest} now, and not {expected}: a workspace or an option has changed since",
            "look at it again: migrator plan with the same options",
        )


async def _carry_out(run: Run, place: Workplace, workers: int, settings: Settings, audience: Audience) -> None:
    if (await run.status()).state is RunState.FINISHED:
        return
    broker = doorbell.broker_of(place.url, [])
    with (
        worker_processes(workers, state_dir=settings.state_dir, redis_url=settings.redis_url) as fleet,
        audience.running() as progress,
    ):
        try:
            await supervise(run, broker, progress, partial(_look_after, fleet, settings, workers))
        except asyncio.CancelledError:
            await run.cancel()
            raise


def _look_after(fleet: Fleet, settings: Settings, workers: int) -> None:
    fleet.poll()
    if workers and fleet.is_spent:
        raise ResumableError(
            f"the worker processes ended, the last with status {fleet.last_exit}",
            f"see {settings.state_dir / 'workers.log'}",
        )
