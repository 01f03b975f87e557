"""Advice on a resource that failed, by the type of its error; docs/how-to/when-something-fails.md says more."""

from migrator.reporting.model import ErrorForm

_ON_TYPE = {
    "Rejected": "Change it at the source, or create it by hand at the destination, then run again.",
    "Denied": "Use credentials of the destination that may do this, then retry.",
    "AlreadyThere": "Choose another --on-existing than fail, or remove what is there, then run again.",
    "Excluded": "Take in what it needs, or exclude it, too, then run again.",
    "Conflict": "See in the message what it refers to and is not there; bring that there, then retry.",
    "Missing": "The destination's Prefect may be too old for it: upgrade it, then run again.",
    "Unanswered": "Look at the destination's log, then retry; should it have been written, it is found.",
    "WorkerDied": "Give the workers more memory, and look at their log, then retry.",
    "Bug": "Please report it, with what the worker's log says.",
    "Skipped": "Mend the reason at the source, then run again.",
}
_ON_OTHERS = "Look at the worker's log, then retry."


def advice_on(error: ErrorForm) -> str:
    """What to do about it, in a sentence or two."""
    return _ON_TYPE.get(error.type, _ON_OTHERS)
