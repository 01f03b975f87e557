"""The JSON schemas and the examples of the machine forms are those of the code."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from migrator.reporting.model import RunForm, VerifyForm
from tests.unit.docs.pages import examples, page
from tests.unit.docs.schemas import FORMS, schema_of


@pytest.mark.parametrize(("path", "form"), list(FORMS.items()), ids=lambda value: getattr(value, "name", ""))
def test_a_schema_is_up_to_date(path: Path, form: type[BaseModel]) -> None:
    """`make schemas` writes them anew."""
    assert path.read_text(encoding="utf-8") == schema_of(form)


@pytest.mark.parametrize(("number", "form"), [(0, RunForm), (1, VerifyForm)])
def test_an_example_is_a_form_with_every_field(number: int, form: type[BaseModel]) -> None:
    """What the page shows could have been printed."""
    example = json.loads(examples(page("reference/machine-forms.md"), "json")[number])
    assert form.model_validate(example).model_dump(mode="json") == example


def test_the_counters_of_the_example_add_up() -> None:
    """Invariant 1 holds on paper too."""
    example = json.loads(examples(page("reference/machine-forms.md"), "json")[0])
    form = RunForm.model_validate(example)
    for counters in (form.totals, *form.kinds.values()):
        counted = counters.model_dump()
        assert counted.pop("discovered") == sum(counted.values())
    assert form.totals.discovered == len(list(form.resources))
