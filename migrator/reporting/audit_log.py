"""The audit log of a run: every request that was to change something, with the resource that it was for."""

from datetime import UTC, datetime

from migrator.engine.run import Run
from migrator.reporting.model import WriteForm


async def audit_log(run: Run) -> list[WriteForm]:
    """The audit log of a run, in order of time.

    Raises:
        UsageError: There is no such run.
    """
    record, writes = await run.record(), await run.audit()
    nodes = sorted({write.node for write in writes})
    resources = [resource for resource, _ in await run.steps(nodes)]
    lines = await run.ledger(resources)
    keys = {node: line.key if line else "" for node, line in zip(nodes, lines, strict=True)}
    return [
        WriteForm(
            at=_spelled(write.at),
            run=record.run,
            key=keys[write.node],
            side=write.side,
            method=write.method,
            path=write.path,
            answer=write.answer,
            worker=write.worker,
        )
        for write in writes
    ]


def _spelled(at: int) -> str:
    """A time in ms since the epoch, as ISO 8601 has it."""
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
