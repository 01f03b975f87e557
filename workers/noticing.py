"""What a settlement did, noticed by the process whose call did it: so each thing is noticed once among all, at most.

If that process dies just then, or its answer was lost, nobody notices; the ledger has it all the same.
"""

from contextlib import suppress

import structlog
from redis.exceptions import RedisError

from migrator.engine.failures import failures_of
from migrator.engine.run import Run
from migrator.engine.scripts import RunState, Settlement
from workers import metrics

log = structlog.get_logger()


async def notice(run: Run, settlement: Settlement) -> None:
    """Count and log what a settlement did: nodes that settled, a lease that was reaped, the end of the run."""
    metrics.REAPED.inc(settlement.reaped)
    for field, nodes in settlement.tallied.items():
        outcome, _, kind = field.partition(" ")
        metrics.SETTLED.labels(kind, outcome).inc(nodes)
    await _log(run, settlement)


async def _log(run: Run, settlement: Settlement) -> None:
    if settlement.reaped:
        log.warning("a worker is gone; what it held is tried again", run=run.id)
    # A log does without what Redis can not say right now; a report says it later.
    with suppress(RedisError):
        for failure in await failures_of(run, settlement.failed):
            log.error("failed", run=run.id, key=failure.key, error=failure.error, message=failure.message)
    if settlement.tallied and settlement.state is RunState.FINISHED:
        log.info("a run has finished", run=run.id, nodes=settlement.settled)
