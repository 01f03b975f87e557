"""A look at a run: everything that its page shows, by a number of commands that does not grow with the run."""

from collections.abc import Sequence
from dataclasses import dataclass

from migrator.dashboard.causes import Cause, causes_of
from migrator.engine.crew import Crew, crew_of
from migrator.engine.failures import last_failed, latest_failures
from migrator.engine.pace import STEP, Pace, pace_of, rate_at
from migrator.engine.pressure import Pressure, pressure_on
from migrator.engine.record import RunRecord
from migrator.engine.run import Run, redis_ms
from migrator.engine.standing import Standing
from migrator.engine.status import Status
from migrator.model.outcome import Outcome
from migrator.model.plan import Purpose
from migrator.reporting.model import StatusForm
from migrator.reporting.next_steps import Step, next_steps
from migrator.reporting.outline import outline_of
from migrator.reporting.status_report import report_of_standing

#: Failures that are read, the latest ones; causes are told by them.
READ = 1000
#: Causes that are shown.
CAUSES = 12


@dataclass(frozen=True)
class Look:
    """What there was to see of a run at one moment.

    Attributes:
        record: What the run is.
        status: How far it is.
        form: Where it stands, in its machine form.
        pace: How many nodes settled when.
        pressure: What its destination is asked for.
        crew: Who could work at it.
        causes: Why nodes have failed, as far as the latest ones tell.
        failed: How many have failed.
    """

    record: RunRecord
    status: Status
    form: StatusForm
    pace: Sequence[Pace]
    pressure: Pressure
    crew: Crew
    causes: Sequence[Cause]
    failed: int

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it changes any more, unless it is retried."""
        return self.status.state.is_an_end

    @property
    def read(self) -> int:
        """How many failures were read, the latest ones."""
        return min(self.failed, READ)

    @property
    def is_migration(self) -> bool:
        """Whether what failed in it is tried again by a command of its own."""
        return self.record.purpose is Purpose.MIGRATE

    @property
    def steps(self) -> Sequence[Step]:
        """What to type next."""
        return next_steps(outline_of(self.record, self.status))


class Eye:
    """Looks at one run, again and again, and remembers what need not be read anew."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._record: RunRecord | None = None
        self._pace: Sequence[Pace] = ()
        self._pace_of = -1
        self._causes: Sequence[Cause] = ()
        self._causes_of: tuple[int, object] = (0, None)

    async def look(self) -> Look:
        """Look at it.

        Raises:
            UsageError: There is no such run, or no more.
            RefusedError: It is of another version of Migrator.
        """
        run = self._run
        record = self._record = self._record or await run.record()
        status, crew = await run.status(), await crew_of(run)
        now = await redis_ms(run.redis) / 1000
        await self._read_pace(now, status)
        await self._read_causes(status)
        hindrances = {worker.name: worker.hindrance for worker in crew.workers if worker.hindrance}
        standing = Standing(status, crew.alive, rate_at(now, self._pace), hindrances)
        return Look(
            record=record,
            status=status,
            form=report_of_standing(record, standing),
            pace=self._pace,
            pressure=await pressure_on(run.redis, record.destination.identity),
            crew=crew,
            causes=self._causes[:CAUSES],
            failed=status.outcomes.get(Outcome.FAILED, 0),
        )

    async def _read_pace(self, now: float, status: Status) -> None:
        """A long run has a long history: it is read anew where a step of it has passed, or something has ended."""
        moment = int(now / STEP * 2) if not status.state.is_an_end else status.ended
        if moment != self._pace_of:
            self._pace, self._pace_of = await pace_of(self._run), moment

    async def _read_causes(self, status: Status) -> None:
        """Failures are read anew where there are more or less of them, or others: a retry may fail as often."""
        failures = (status.outcomes.get(Outcome.FAILED, 0), await last_failed(self._run))
        if failures != self._causes_of:
            self._causes, self._causes_of = causes_of(await latest_failures(self._run, READ)), failures
