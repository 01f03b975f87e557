"""Reports of any size: what is written piece by piece is what would be written whole."""

import json

import pytest

from migrator.reporting.model import ErrorForm, ResourceForm, Streamed
from migrator.reporting.notes import SHOWN, notes_on
from migrator.reporting.resource_file import ResourceFile
from migrator.reporting.writing import json_list, json_of
from tests.unit.reporting.forms import run_form

#: A name that spells what stands where the resources go.
HOSTILE = 'flow/"resources":[]\n'
RESOURCES = [
    ResourceForm(key=HOSTILE, kind="flow", action="create", source_id="1", warnings=["süß", "\u2028"]),
    ResourceForm(key="flow/b", kind="flow", action="skip", source_id="2", error=ErrorForm(type="Skipped", message="x")),
]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_pieces_make_the_whole(number: int) -> None:
    """Byte for byte."""
    resources = RESOURCES[:number]
    whole = run_form(run=HOSTILE, resources=resources)
    streamed = run_form(run=HOSTILE, resources=Streamed(lambda: iter(resources)))

    assert "".join(json_of(streamed)) == "".join(json_of(whole)) == whole.model_dump_json()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_list_is_a_list(number: int) -> None:
    """Also an empty one."""
    resources = RESOURCES[:number]

    assert json.loads("".join(json_list(resources))) == [resource.model_dump() for resource in resources]


def test_what_rests_in_a_file_can_be_read_twice_at_once() -> None:
    """A reader does not disturb another one."""
    file = ResourceFile()
    for resource in RESOURCES:
        file.append(resource)

    assert list(zip(file.read(), file.read(), strict=True)) == [(resource, resource) for resource in RESOURCES]


def test_of_many_that_are_alike_some_are_named_and_all_are_counted() -> None:
    """So that notes do not grow with what they are about."""
    alike = [
        ResourceForm(key=f"flow/{number}", kind="flow", action="create", source_id="", warnings=["careful"])
        for number in range(SHOWN + 3)
    ]
    notes = notes_on(alike)

    assert notes.warned["careful"].found == SHOWN + 3
    assert notes.warned["careful"].first == [resource.key for resource in alike[:SHOWN]]
