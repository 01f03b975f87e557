"""One attempt at one node: write, and say how it ended. Knows kinds and requests, not Redis."""

import math
import random

from migrator.engine.run import failure
from migrator.engine.scripts import Result, Verdict
from migrator.kinds.discretion import discreet
from migrator.model.keys import names_of
from migrator.prefect_api.errors import ApiError, Busy, Conflict, Silent, Unanswered
from migrator.prefect_api.workspace import Workspace
from workers.job import Job
from workers.logs import log_bug
from workers.writing import StillBusy, write

#: Attempts that a node has against a server that answers others but not it.
ATTEMPTS_UNANSWERED = 12
#: Attempts that a node has whose request the server fails with a 5xx.
ATTEMPTS_SERVER_ERROR = 4
#: Attempts that a node has whose conflict nothing that is there explains.
ATTEMPTS_CONFLICT = 4
#: Seconds before the second attempt; doubled for each further one.
FIRST_DELAY = 0.25
#: Seconds before an attempt at the most.
LONGEST_DELAY = 15.0
#: Seconds before a node is tried again whose request was not even sent.
SILENT_DELAY = 1.0
#: Seconds between two looks at whether what was set going has ended.
DRAIN_DELAY = 5.0
#: Characters of a message that are worth keeping.
MESSAGE_LENGTH = 500


async def attempt(job: Job, workspace: Workspace) -> Result:
    """Attempt a node. Every way in which it can end is a result."""
    try:
        outcome, own_id = await write(job, workspace)
    except StillBusy:
        return Result(job.node, Verdict.RELEASE, str(_jittered_ms(DRAIN_DELAY)))
    except ApiError as error:
        return result_of_error(job, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends as a result
        # One node's surprise is not its batch mates'.
        log_bug(error)
        return failed_by_bug(job.node, error)
    return Result(job.node, Verdict.DONE, outcome, own_id)


def result_of_error(job: Job, error: ApiError) -> Result:
    """What an error means for the node: again later, or failed for good."""
    if error.permanent or _tried_enough(job, error):
        return failed(job.node, type(error).__name__, discreet(error.what, job.body, frozenset(names_of(job.key))))
    if isinstance(error, Silent):
        return Result(job.node, Verdict.RELEASE, str(_jittered_ms(SILENT_DELAY)))
    if isinstance(error, Busy) and job.may_be_repeated:
        # Most likely nothing was done; and if it was, creating it again says so.
        return Result(job.node, Verdict.RELEASE, str(_jittered_ms(error.delay or FIRST_DELAY)))
    delay = error.delay or min(LONGEST_DELAY, FIRST_DELAY * 2**job.attempts)
    return Result(job.node, Verdict.RETRY, str(_jittered_ms(delay)))


def failed(node: int, error: str, message: str) -> Result:
    """A node that failed for good, and why."""
    return Result(node, Verdict.FAILED, failure(error, message[:MESSAGE_LENGTH]))


def failed_by_bug(node: int, error: Exception) -> Result:
    """A node that fails because of a mistake of ours."""
    return failed(node, "Bug", f"{type(error).__name__}, see the worker's log")


def _tried_enough(job: Job, error: ApiError) -> bool:
    return job.attempts + 1 >= _attempts_worth(error)


def _attempts_worth(error: ApiError) -> float:
    if isinstance(error, Conflict):
        return ATTEMPTS_CONFLICT
    if isinstance(error, Unanswered):
        return ATTEMPTS_SERVER_ERROR if error.status else ATTEMPTS_UNANSWERED
    return math.inf


def _jittered_ms(seconds: float) -> int:
    """So that those who were turned away together do not come back together."""
    return int(seconds * 1000 * random.uniform(0.7, 1.3))  # noqa: S311 - spreads load, hides nothing
