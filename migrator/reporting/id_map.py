"""The id map of a run: what each resource is called on either side, for callers that hold ids. Pure."""

import csv
from io import StringIO

from migrator.reporting.model import IdForm, RunForm


def id_map(form: RunForm) -> list[IdForm]:
    """The ids of every resource of a run that has one at the destination."""
    return [
        IdForm(key=r.key, kind=r.kind, source_id=r.source_id, destination_id=r.destination_id)
        for r in form.resources
        if r.destination_id is not None
    ]


def as_csv(ids: list[IdForm]) -> str:
    """An id map as CSV (RFC 4180, with line feeds), the names of the columns first."""
    text = StringIO()
    writer = csv.DictWriter(text, ["kind", "key", "source_id", "destination_id"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(one.model_dump() for one in ids)
    return text.getvalue()
