"""Machine forms as JSON, piece by piece: nothing is ever whole in memory."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from migrator.reporting.model import RunForm

_NO_RESOURCES = '"resources":[]'


def json_of(form: RunForm) -> Iterator[str]:
    """A run or a plan in its machine form."""
    # Inside a JSON text a quote is escaped, so that this stands nowhere else.
    before, _, behind = form.model_copy(update={"resources": []}).model_dump_json().partition(_NO_RESOURCES)
    yield f'{before}"resources":'
    yield from json_list(form.resources)
    yield behind


def json_list(forms: Iterable[BaseModel]) -> Iterator[str]:
    """A list of forms."""
    mark = "["
    for form in forms:
        yield mark + form.model_dump_json()
        mark = ","
    yield "]" if mark == "," else "[]"
