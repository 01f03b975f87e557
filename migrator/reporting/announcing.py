"""The events by which the destination hears of a migration, as `prefect transfer` emits them. Pure."""

import uuid

from migrator.engine.record import RunRecord
from migrator.model.canonical import Body
from migrator.reporting.model import Counters
from migrator.reporting.moments import moment

STARTED = "started"
COMPLETED = "completed"


def started(record: RunRecord) -> Body:
    """That a migration has begun."""
    return _event(record, STARTED, record.created, {})


def completed(record: RunRecord, totals: Counters, ended: float) -> Body:
    """That it has ended, and how many resources have arrived; what was there before has."""
    arrived = totals.created + totals.updated + totals.exists
    counts = {"succeeded": arrived, "failed": totals.failed, "skipped": totals.skipped}
    return _event(record, COMPLETED, ended, counts)


def _event(record: RunRecord, word: str, at: float, counts: dict[str, int]) -> Body:
    """An event with an id that follows from what it says, so that a server that hears it twice knows it."""
    resource = f"prefect.workspace.transfer.{record.run}"
    source, destination = record.source, record.destination
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"prefect.workspace.transfer.{record.own_name}.{word}")),
        "event": f"prefect.workspace.transfer.{word}",
        "occurred": moment(at, "milliseconds"),
        "resource": {
            "prefect.resource.id": resource,
            "prefect.resource.name": f"{source.profile} -> {destination.profile} transfer",
            "prefect.resource.role": "transfer",
        },
        "payload": {
            "source_profile": source.profile,
            "target_profile": destination.profile,
            "source_url": source.url,
            "target_url": destination.url,
            "total_resources": record.resources,
            **counts,
        },
    }
