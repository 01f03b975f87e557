"""The outline of a run: its report without its resources, which costs the same however many there are. Pure."""

from migrator.engine.record import RunRecord
from migrator.engine.status import Status
from migrator.reporting.model import Counters, Requests, RunForm, SideForm
from migrator.reporting.moments import moment


def outline_of(record: RunRecord, status: Status) -> RunForm:
    """A run in its machine form without its resources. It counts nodes, which tells as well what is left to do."""
    pending = status.nodes - status.settled
    return RunForm(
        run=record.run,
        purpose=record.purpose,
        parent=record.parent,
        state=status.state,
        created=moment(record.created),
        version=record.version,
        plan=record.plan,
        held=record.held,
        on_existing=record.on_existing,
        source=SideForm.model_validate(record.source),
        destination=SideForm.model_validate(record.destination),
        totals=Counters(discovered=status.nodes, pending=pending, **status.outcomes),
        kinds={},
        resources=[],
        requests=Requests(source=record.source_requests, destination=record.destination_requests),
        seconds=round(max(0.0, status.ended / 1000 - record.created), 3) if status.ended else 0.0,
    )
