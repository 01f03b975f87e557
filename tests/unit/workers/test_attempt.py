"""One attempt at a node: what an error means for it."""

import pytest

from migrator.engine.record import LedgerLine
from migrator.engine.scripts import Verdict
from migrator.model.plan import Step
from migrator.prefect_api.errors import Conflict
from workers.attempt import ATTEMPTS_CONFLICT, result_of_error
from workers.job import Job


@pytest.mark.parametrize("attempts", range(ATTEMPTS_CONFLICT))
def test_a_conflict_that_nothing_explains_is_tried_again_a_few_times(attempts: int) -> None:
    """The first two block documents of a fresh server are in each other's way (prefect.server.utilities.encryption)."""
    line = LedgerLine(key="block-document/secret/token", action="create", source_id="s")
    job = Job(node=7, step=Step.CREATE, attempts=attempts, line=line, body={})
    is_last = attempts == ATTEMPTS_CONFLICT - 1

    assert result_of_error(job, Conflict("409", 409)).verdict is (Verdict.FAILED if is_last else Verdict.RETRY)
