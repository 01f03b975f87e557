"""The id map of a run: what each resource is called on either side, for callers that hold ids. Pure."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from migrator.reporting.model import IdForm, RunForm


def id_map(form: RunForm) -> Iterator[IdForm]:
    """The ids of every resource of a run that has one at the destination."""
    for r in form.resources:
        if r.destination_id is not None:
            yield IdForm(key=r.key, kind=r.kind, source_id=r.source_id, destination_id=r.destination_id)


def as_csv(ids: Iterable[IdForm]) -> Iterator[str]:
    """An id map as CSV (RFC 4180, with line feeds), the names of the columns first; piece by piece."""
    text = StringIO()
    writer = csv.DictWriter(text, ["kind", "key", "source_id", "destination_id"], lineterminator="\n")
    writer.writeheader()
    yield text.getvalue()
    for one in ids:
        text.seek(0)
        text.truncate()
        writer.writerow(one.model_dump())
        yield text.getvalue()
