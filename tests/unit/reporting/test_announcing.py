"""The events of a migration: what `prefect transfer` says, of a run."""

import uuid

from prefect.events.schemas.events import Event

from migrator.engine.record import RunRecord, Workspace
from migrator.reporting.announcing import completed, started
from migrator.reporting.model import Counters

RECORD = RunRecord(
    run="20261126-223958-1f3a9c",
    plan="digest",
    held=True,
    source=Workspace(profile="staging", url="http://source/api", version="3.8.8", identity="a"),
    destination=Workspace(profile="prod", url="http://destination/api", version="3.8.8", identity="b"),
    seal="seal",
    redis="server",
    created=1_795_732_798.25,
    resources=12,
)
TOTALS = Counters(discovered=12, created=5, updated=1, exists=2, failed=3, skipped=1)


def test_the_payload_is_that_of_prefect_transfer() -> None:
    """By its own schema; what was there already has succeeded."""
    about = {
        "source_profile": "staging",
        "target_profile": "prod",
        "source_url": "http://source/api",
        "target_url": "http://destination/api",
        "total_resources": 12,
    }
    begin, end = Event.model_validate(started(RECORD)), Event.model_validate(completed(RECORD, TOTALS, 1_795_732_800.5))

    assert begin.event == "prefect.workspace.transfer.started"
    assert begin.payload == about
    assert end.event == "prefect.workspace.transfer.completed"
    assert end.payload == {**about, "succeeded": 8, "failed": 3, "skipped": 1}
    assert begin.resource == end.resource
    assert begin.resource.id == "prefect.workspace.transfer.20261126-223958-1f3a9c"
    assert begin.resource.name == "staging -> prod transfer"
    assert (end.occurred - begin.occurred).total_seconds() == 2.25


def test_an_event_that_is_sent_twice_is_the_same() -> None:
    """So that a server can tell, should an answer be lost; those of other runs and moments are others."""
    other, again = (RECORD.model_copy(update=more) for more in ({"run": "another"}, {"mark": "of another publication"}))
    events = [started(RECORD), started(other), started(again), completed(RECORD, TOTALS, 0.0)]

    assert started(RECORD) == started(RECORD)
    assert len({uuid.UUID(event["id"]) for event in events}) == len(events)
