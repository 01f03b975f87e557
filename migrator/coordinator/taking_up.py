"""A run whose id was chosen: who asks for it again takes it up as it was planned, as a pod does that was restarted."""

import re

from redis.asyncio import Redis

from migrator.coordinator.terms import Terms
from migrator.engine.record import Chosen, RunRecord
from migrator.engine.record import Workspace as RecordedSide
from migrator.engine.run import Run
from migrator.engine.sealing import Seal, refuse_another_key
from migrator.errors import RefusedError, UsageError
from migrator.model.bounds import UNBOUNDED, Bounds
from migrator.model.plan import Purpose
from migrator.prefect_api.profiles import Profile, normalised_url

#: What an id may be: part of a key in Redis, a word of a command line, and what Kubernetes calls things.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def checked_id(run_id: str) -> str:
    """An id that a run may be given.

    Raises:
        UsageError: It may not.
    """
    if _ID.fullmatch(run_id) and run_id != "last":
        return run_id
    raise UsageError(
        f"no run can be called {run_id!r}",
        "take up to 128 letters, digits, dots, dashes and underscores, beginning with a letter or digit; not `last`",
    )


async def taken_up(
    redis: Redis, run_id: str, terms: Terms, expected: str | None, seal: Seal, *, bounds: Bounds = UNBOUNDED
) -> Run | None:
    """The run of a chosen id, if there is one; then it is what was asked for.

    Args:
        redis: Where runs live.
        run_id: The id.
        terms: What was asked for.
        expected: The digest of the plan that was approved, if one was.
        seal: Opens the bodies.
        bounds: What is to be allowed of the destination.

    Raises:
        RefusedError: It is about something else, or sealed with another key.
    """
    run = Run(redis, run_id)
    if not await _is_there(run):
        return None
    record = await run.record()
    if differing := _differing(record, terms, expected, bounds):
        raise RefusedError(
            f"there is a run {run_id} already, and it has another {' and '.join(differing)}", "choose another --run-id"
        )
    refuse_another_key(record, seal)
    return run


async def _is_there(run: Run) -> bool:
    return bool(await run.redis.hexists(run.keys["run"], "state"))


def _differing(record: RunRecord, terms: Terms, expected: str | None, bounds: Bounds) -> list[str]:
    """In what a run is another one than was asked for."""
    same = {
        "purpose": record.purpose is Purpose.MIGRATE,
        "source": _is_at(record.source, terms.pair.source),
        "destination": _is_at(record.destination, terms.pair.destination),
        "choice of resources": record.chosen == Chosen.model_validate(terms.selection),
        "--hold or --live": record.held == terms.held,
        "--on-existing": record.on_existing is terms.on_existing,
        "--rate or --concurrency": record.bounds == bounds,
        "plan": expected in {None, record.plan},
    }
    return [what for what, is_same in same.items() if not is_same]


def _is_at(side: RecordedSide, profile: Profile) -> bool:
    return side.profile == profile.name and side.url == normalised_url(profile.api_url)
