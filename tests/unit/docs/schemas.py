"""The JSON schemas of the machine forms; `python -m tests.unit.docs.schemas` writes them to docs/reference."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from migrator.reporting.model import DoctorForm, InspectForm, RunForm, RunsForm, StatusForm, VerifyForm
from tests.unit.docs.pages import DOCS

FORMS: Mapping[Path, type[BaseModel]] = {
    DOCS / "reference" / "run.schema.json": RunForm,
    DOCS / "reference" / "verify.schema.json": VerifyForm,
    DOCS / "reference" / "status.schema.json": StatusForm,
    DOCS / "reference" / "runs.schema.json": RunsForm,
    DOCS / "reference" / "inspect.schema.json": InspectForm,
    DOCS / "reference" / "doctor.schema.json": DoctorForm,
}


def schema_of(form: type[BaseModel]) -> str:
    """The schema of what is printed, as text."""
    return json.dumps(form.model_json_schema(by_alias=True, mode="serialization"), indent=2) + "\n"


def write() -> None:
    """Write every schema to its place."""
    for path, form in FORMS.items():
        path.write_text(schema_of(form), encoding="utf-8")


if __name__ == "__main__":
    write()
