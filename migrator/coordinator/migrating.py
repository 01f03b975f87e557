"""A migration from the coordinator's side: survey, plan, ask, publish, supervise, report."""

from collections.abc import Callable
from dataclasses import dataclass

from migrator.coordinator.carrying_out import Running, carry_out
from migrator.coordinator.history import earlier_runs, plan_migration, refuse_while_worked_at
from migrator.coordinator.publication import publish_migration
from migrator.coordinator.supervision import raise_if_cancelled
from migrator.coordinator.survey import Listening, Pair, surveyed
from migrator.coordinator.workplace import workplace
from migrator.engine.run import ledgers
from migrator.engine.sealing import seal_for
from migrator.errors import RefusedError
from migrator.model.plan import OnExisting, Plan
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
        on_existing: What to do with what is there already.
        workers: Worker processes to start here.
    """

    pair: Pair
    selection: Selection
    expected: str | None
    held: bool
    on_existing: OnExisting
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
    running: Running


async def migrate(order: Order, settings: Settings, audience: Audience) -> RunForm:
    """Migrate, and report.

    Raises:
        MigratorError: It could not begin, was declined, or has not ended.
    """
    seal = seal_for(settings)
    async with workplace(settings) as place:
        known = await ledgers(place.redis)
        async with surveyed(order.pair, settings, audience.listing) as survey:
            sides = survey.source.side, survey.destination.side
            earlier = await earlier_runs(place.redis, *sides)
            await refuse_while_worked_at(earlier, known)
            plan = await plan_migration(
                survey, earlier, selection=order.selection, held=order.held, on_existing=order.on_existing
            )
            _refuse_another_plan(plan, order.expected)
            raise_if_cancelled()
            audience.plan(report_of_plan(plan, *sides, survey.requests, left_behind=survey.left_behind))
            await refuse_while_worked_at(await earlier_runs(place.redis, *sides), known)
            for run in earlier:
                await run.cancel()
            run = await publish_migration(place.redis, seal, survey, plan, order.selection)
        await carry_out(run, place, order.workers, settings, audience.running)
        return await report_of_run(run)


def _refuse_another_plan(plan: Plan, expected: str | None) -> None:
    if expected is not None and plan.digest != expected:
        raise RefusedError(
            f"the plan is {plan.digest} now, and not {expected}: a workspace or an option has changed since",
            "look at it again: migrator plan with the same options",
        )
