"""The id map: for callers that hold ids of the source."""

import csv
from io import StringIO

from migrator.reporting.id_map import as_csv, id_map
from migrator.reporting.model import ResourceForm
from tests.unit.reporting.forms import run_form

NAME = 'deployment/etl/nightly, "new"\nsecond line'
THERE = ResourceForm(key=NAME, kind="deployment", action="create", source_id="1", destination_id="2")
LOST = ResourceForm(key="deployment/etl/lost", kind="deployment", action="create", source_id="3")


def test_what_has_an_id_at_the_destination_is_mapped() -> None:
    """Whether it was created or was there already; what did not arrive has none."""
    assert [one.model_dump() for one in id_map(run_form(resources=[THERE, LOST]))] == [
        {"kind": "deployment", "key": NAME, "source_id": "1", "destination_id": "2"}
    ]


def test_a_spreadsheet_reads_it() -> None:
    """Names may hold what separates columns and lines."""
    text = "".join(as_csv(id_map(run_form(resources=[THERE]))))

    assert text.startswith("kind,key,source_id,destination_id\n")
    assert [list(row.values()) for row in csv.DictReader(StringIO(text))] == [["deployment", NAME, "1", "2"]]


def test_a_map_of_nothing_has_a_header() -> None:
    """So that a script that reads it does not fail."""
    assert "".join(as_csv([])) == "kind,key,source_id,destination_id\n"
