"""A migration from the coordinator's side: survey, plan, ask, publish, supervise, report."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from migrator.coordinator.announcing import begin_announced, end_announced
from migrator.coordinator.carrying_out import Running, carry_out
from migrator.coordinator.history import at_rest, earlier_at_rest, in_place_of_earlier
from migrator.coordinator.publication import publish_migration
from migrator.coordinator.survey import Listening, surveyed
from migrator.coordinator.taking_up import taken_up
from migrator.coordinator.terms import Terms, plan_migration, report_of_migration
from migrator.coordinator.workplace import Workplace, workplace
from migrator.engine.cancellation import raise_if_cancelled
from migrator.engine.keeping import sweep
from migrator.engine.run import Run
from migrator.engine.scripts import RunState
from migrator.engine.sealing import Seal, seal_for
from migrator.errors import RefusedError, UsageError
from migrator.model.bounds import UNBOUNDED, Bounds
from migrator.model.plan import Plan
from migrator.reporting.model import RunForm
from migrator.reporting.outline import outline_of
from migrator.settings import Settings


@dataclass(frozen=True)
class Order:
    """A migration that is to be carried out.

    Attributes:
        terms: What is to be migrated, and how.
        expected: The digest that the plan must have, if one was approved before.
        workers: Worker processes to start here at the most.
        bounds: What is allowed of the destination.
        run_id: What the run is to be called; one of that name that is there already is taken up. None for any.
        wait: Seconds for which it is followed; None to its end.
        detached: Whether it is left to others as soon as it is published, if it goes on then.
    """

    terms: Terms
    expected: str | None
    workers: int
    bounds: Bounds = UNBOUNDED
    run_id: str | None = None
    wait: float | None = None
    detached: bool = False

    @property
    def outlasts_pauses(self) -> bool:
        """Whether it is followed while it is paused, too: the work of what takes runs up by itself is elsewhere."""
        return self.run_id is not None and not self.workers and not self.detached


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
    """Migrate, and report; a run that is left to others is told of in outline.

    Raises:
        MigratorError: It could not begin, was declined, or has not ended.
    """
    if order.detached and settings.redis_url is None:
        raise UsageError("without a shared Redis nobody is there to go on with the run", "set MIGRATOR_REDIS_URL")
    seal = seal_for(settings)
    async with workplace(settings) as place:
        await sweep(place.redis)
        run = None
        if order.run_id is not None:
            wanted = order.run_id, order.terms, order.expected
            run = await taken_up(place.redis, *wanted, seal, bounds=order.bounds)
        if run is None:
            # What was planned is let go of with this call: what a run needs is in Redis.
            run = await _published(order, place, seal, settings, audience)
        status = await run.status()
        if order.detached and status.state is RunState.RUNNING:
            async with begin_announced(run, settings):
                return outline_of(await run.record(), status)
        async with begin_announced(run, settings):
            await carry_out(
                run,
                place,
                order.workers,
                settings,
                audience.running,
                wait=order.wait,
                through_pauses=order.outlasts_pauses,
            )
        return await end_announced(run, settings)


async def _published(order: Order, place: Workplace, seal: Seal, settings: Settings, audience: Audience) -> Run:
    known = await at_rest(place.redis)
    # Asked before they are listed too: a run that is alive changes what is listed.
    at_rest_only = partial(earlier_at_rest, place.redis, known)
    async with surveyed(order.terms.pair, settings, audience.listing, at_rest_only) as survey:
        sides = survey.source.side, survey.destination.side
        earlier = await at_rest_only(*sides)
        plan = await plan_migration(survey, earlier, order.terms)
        _refuse_another_plan(plan, order.expected)
        raise_if_cancelled()
        audience.plan(report_of_migration(plan, survey))
        async with in_place_of_earlier(place.redis, *sides, known, order.run_id) as run:
            await publish_migration(run, seal, survey, plan, order.terms.selection, bounds=order.bounds)
        return run


def _refuse_another_plan(plan: Plan, expected: str | None) -> None:
    if expected is not None and plan.digest != expected:
        raise RefusedError(
            f"the plan is {plan.digest} now, and not {expected}: a workspace or an option has changed since",
            "look at it again: migrator plan with the same options",
        )
