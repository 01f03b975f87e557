"""The report of where runs stand."""

from datetime import UTC, datetime
from typing import Any

from migrator.engine.failures import Failure
from migrator.engine.keeping import is_needed, seconds_left_of
from migrator.engine.record import RunRecord
from migrator.engine.run import Run
from migrator.engine.standing import Standing
from migrator.engine.status import Status
from migrator.reporting.model import ErrorForm, FailureForm, KindForm, RunLineForm, StatusForm
from migrator.reporting.moments import moment


def report_of_standing(record: RunRecord, standing: Standing) -> StatusForm:
    """Where a run stands."""
    status = standing.status
    return StatusForm(
        **_head(record, status),
        outcomes=status.outcomes,
        kinds={kind: KindForm.model_validate(group) for kind, group in status.groups.items()},
        failures=[_failure(failure) for failure in standing.failures],
        ready=status.ready,
        in_flight=status.claimed,
        delayed=status.delayed,
        waiting=status.waiting,
        workers=standing.workers,
        rate=round(standing.rate, 1),
        seconds_left=None if standing.seconds_left is None else round(standing.seconds_left, 1),
        waits_for=standing.waits_for,
    )


def _failure(failure: Failure) -> FailureForm:
    return FailureForm(key=failure.key, error=ErrorForm(type=failure.error, message=failure.message))


async def line_of(run: Run) -> RunLineForm:
    """A run among others.

    Raises:
        UsageError: There is no such run.
        RefusedError: It is of another version of Migrator.
    """
    record, status, left = await run.record(), await run.status(), await seconds_left_of(run)
    now = datetime.now(UTC).timestamp()
    return RunLineForm(
        **_head(record, status),
        created=moment(record.created),
        failed=status.outcomes.get("failed", 0),
        skipped=status.outcomes.get("skipped", 0),
        needed=await is_needed(run),
        expires=None if left is None else moment(now + left),
    )


def _head(record: RunRecord, status: Status) -> dict[str, Any]:
    return {
        "run": record.run,
        "purpose": record.purpose,
        "parent": record.parent,
        "state": status.state,
        "reason": status.reason,
        "source": record.source.profile,
        "destination": record.destination.profile,
        "nodes": status.nodes,
        "settled": status.settled,
    }
