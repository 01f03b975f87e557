"""A document takes a verification from a file, if it is one, and of the same two workspaces."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from migrator.engine.run import Run
from migrator.errors import UsageError
from migrator.reporting.document.document import document_of, read_verification
from migrator.reporting.model import Counters, SideForm
from tests.unit.reporting.documents import document, verification
from tests.unit.reporting.forms import run_form


def test_what_verify_has_printed_is_read(tmp_path: Path) -> None:
    """All of it."""
    file = tmp_path / "verify.json"
    file.write_text(verification().model_dump_json())

    assert read_verification(file) == verification()


@pytest.mark.parametrize("text", ["", "{}", "not JSON", run_form().model_dump_json()])
def test_something_else_is_refused(tmp_path: Path, text: str) -> None:
    """Also another machine form; with the command that writes the right one."""
    file = tmp_path / "other.json"
    file.write_text(text)

    with pytest.raises(UsageError, match="is no verification") as refused:
        read_verification(file)
    assert "migrator verify" in refused.value.advice


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(UsageError, match=r"gone\.json cannot be read: No such file"):
        read_verification(tmp_path / "gone.json")


def test_a_verification_of_other_workspaces_is_refused() -> None:
    """Its differences would be somebody else's."""
    other = SideForm(profile="prod", url="https://other.example.com/api", version="3.8.8")

    with pytest.raises(UsageError, match=r"with https://other\.example\.com/api, run 20261122-102121-ddf96d went"):
        asyncio.run(
            document_of(Run(Redis(), "r"), run_form(), verification().model_copy(update={"destination": other}))
        )


@pytest.mark.parametrize(("held", "step"), [(True, "migrator cutover 20261122-102121-ddf96d"), (False, "")])
def test_what_is_proven_is_not_to_be_proven_again(*, held: bool, step: str) -> None:
    """A comparison that has found nothing wrong leaves the cutover to do, or nothing."""
    well = verification().model_copy(update={"missing": [], "different": []})
    form = run_form(totals=Counters(discovered=1, created=1), held=held)

    assert [one.command for one in document([], form=form, verification=well).steps] == [step]
    assert "verify" in document([], form=form, verification=verification()).steps[0].command
