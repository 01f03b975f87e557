"""A document: all that there is to say of a run in a file that is attached to a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from migrator.engine.pace import Pace, pace_of
from migrator.engine.run import Run, redis_ms
from migrator.errors import UsageError
from migrator.reporting.model import RunForm, VerifyForm
from migrator.reporting.moments import moment
from migrator.reporting.next_steps import Step, next_steps
from migrator.reporting.notes import Notes, notes_on


@dataclass(frozen=True)
class Document:
    """All that there is to say of a run.

    Attributes:
        form: The run.
        pace: How many nodes settled when, and how.
        kind_edges: From which kind to which one that needs it, and how many references that are.
        verification: How both sides compared, if that is known.
        written: When all that was so.
    """

    form: RunForm
    pace: Sequence[Pace]
    kind_edges: Sequence[tuple[str, str, int]]
    verification: VerifyForm | None
    written: str

    @cached_property
    def notes(self) -> Notes:
        """What there is to say of its resources."""
        return notes_on(self.form.resources)

    @property
    def steps(self) -> list[Step]:
        """What to do next."""
        found = self.verification
        return next_steps(self.form, proven=found is not None and not found.missing and not found.different)


async def document_of(run: Run, form: RunForm, verification: VerifyForm | None) -> Document:
    """The document of a run.

    Raises:
        UsageError: The verification is not of the run's two workspaces.
    """
    if verification is not None:
        _require_of_the_run(verification, form)
    record = await run.record()
    now = moment(await redis_ms(run.redis) / 1000)
    return Document(form, await pace_of(run), record.kind_edges, verification, now)


def read_verification(path: Path) -> VerifyForm:
    """What `migrator verify --json` has printed into a file.

    Raises:
        UsageError: It is something else.
    """
    try:
        return VerifyForm.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name a file that is there") from None
    except ValidationError:
        raise UsageError(f"{path} is no verification", "write one: migrator verify --run RUN --json > FILE") from None


def _require_of_the_run(verification: VerifyForm, form: RunForm) -> None:
    """Refuse a verification of other workspaces: its differences would be somebody else's."""
    compared = (verification.source.url, verification.destination.url)
    if compared != (form.source.url, form.destination.url):
        raise UsageError(
            f"the verification compares {compared[0]} with {compared[1]}, "
            f"run {form.run} went from {form.source.url} to {form.destination.url}",
            f"verify that run: migrator verify --run {form.run} --json > FILE",
        )
