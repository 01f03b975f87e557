"""The audit log of a run: every request that was to change something, with the resource that it was for."""

from migrator.engine.run import Run
from migrator.reporting.model import WriteForm
from migrator.reporting.moments import moment


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
            at=moment(write.at / 1000, "milliseconds"),
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
