"""Rows: each resource as the page of a report holds it, for the table that one searches. Pure."""

from collections.abc import Iterable, Iterator, Mapping

import orjson

from migrator.reporting.model import ResourceForm
from migrator.reporting.notes import SKIPPED

#: What could end a script or begin a comment, as JSON may spell it instead.
_SPELLED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def rows_of(resources: Iterable[ResourceForm], found: Mapping[str, str]) -> Iterator[str]:
    """A JSON list that can stand inside of a script: of each resource its key, its outcome, its attempts and its notes.

    A note is what sort it is of, and what it says.

    Args:
        resources: All of them.
        found: By key, what a comparison of both sides has found.
    """
    mark = "["
    for resource in resources:
        notes = [*_notes(resource), *([("compared", found[resource.key])] if resource.key in found else ())]
        row = (resource.key, resource.outcome, resource.attempts, notes)
        yield mark + orjson.dumps(row).decode().translate(_SPELLED)
        mark = ",\n"
    yield "]" if mark != "[" else "[]"


def _notes(resource: ResourceForm) -> Iterator[tuple[str, str]]:
    if resource.error:
        sort = "skipped" if resource.error.type == SKIPPED else "failed"
        yield sort, resource.error.message if sort == "skipped" else f"{resource.error.type}: {resource.error.message}"
    if resource.blocked_by:
        yield "skipped", f"blocked by {', '.join(resource.blocked_by)}"
    yield from (("warning", warning) for warning in resource.warnings)
    if resource.secrets:
        yield "warning", f"the source masks {', '.join(resource.secrets)}"
    if resource.changes:
        yield "changed", ", ".join(resource.changes)
    if resource.differences:
        yield "differs", ", ".join(resource.differences)
    if resource.required_by:
        yield "needed by", ", ".join(resource.required_by)
