"""What a settlement did, noticed by the process whose call did it: so each thing is noticed once among all."""

from contextlib import suppress

import structlog
from redis.exceptions import RedisError

from migrator.engine.failures import failures_of
from migrator.engine.run import Run
from migrator.engine.scripts import RunState, Settlement

log = structlog.get_logger()


async def notice(run: Run, settlement: Settlement) -> None:
    """Log what a settlement did: nodes that failed, a lease that was reaped, the end of the run."""
    if settlement.reaped:
        log.warning("a worker is gone; what it held is tried again", run=run.id)
    # A log does without what Redis can not say right now; a report says it later.
    with suppress(RedisError):
        for failure in await failures_of(run, settlement.failed):
            log.error("failed", run=run.id, key=failure.key, error=failure.error, message=failure.message)
    if settlement.tallied and settlement.state is RunState.FINISHED:
        log.info("a run has finished", run=run.id, nodes=settlement.settled)
