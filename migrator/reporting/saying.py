"""What a report says of a run in a sentence: the same wherever it is read. Pure."""

from typing import NamedTuple

from migrator.model.outcome import Outcome
from migrator.reporting.model import Counters, RunForm, VerifyForm


class Verdict(NamedTuple):
    """How something went.

    Attributes:
        said: In a sentence.
        tone: The outcome whose colour it has.
    """

    said: str
    tone: Outcome


_PURPOSES = {
    "migrate": "Migration from {source} to {destination}",
    "cutover": "Cutover from {source} to {destination}",
    "cutover-back": "Cutover from {source} to {destination}, taken back",
    "rollback": "Rollback of what came from {source} to {destination}",
}
_ALL_DONE = {
    "migrate": "All {number} resources are there.",
    "cutover": "All {number} resources act at the destination now.",
    "cutover-back": "All {number} resources act at the source again.",
    "rollback": "All {number} resources are as they were before.",
}
_SOME_LOST = {
    "migrate": "{lost} of {number} resources did not arrive.",
    "rollback": "{lost} of {number} resources are not as they were before.",
}


def title_of(form: RunForm) -> str:
    """What a run was for, and between whom."""
    return _PURPOSES[form.purpose].format(source=form.source.profile, destination=form.destination.profile)


def verdict_on(form: RunForm) -> Verdict:
    """How a run went."""
    totals, number = form.totals, f"{form.totals.discovered:,}"
    if form.state in {"running", "paused"}:
        settled = totals.discovered - totals.pending
        return Verdict(f"It has not ended: {settled:,} of {number} resources have their outcome.", Outcome.SKIPPED)
    if not totals.lost:
        return Verdict(_ALL_DONE[form.purpose].format(number=number), Outcome.CREATED)
    said = _SOME_LOST.get(form.purpose, "{lost} of {number} resources were not switched.")
    return Verdict(said.format(lost=f"{totals.lost:,}", number=number), Outcome.FAILED)


def verdict_of_verification(form: VerifyForm) -> Verdict:
    """How two workspaces compare."""
    wrong = len(form.missing) + len(form.different)
    if wrong:
        return Verdict(f"{wrong:,} did not arrive intact, {form.same:,} are alike.", Outcome.FAILED)
    return Verdict(f"{form.same:,} are alike; nothing is missing, nothing is different.", Outcome.CREATED)


def happened(counters: Counters) -> dict[str, int]:
    """The outcomes that there are, with their numbers, in the order of outcomes."""
    counted = counters.model_dump()
    return {outcome.value: counted[outcome] for outcome in Outcome if counted[outcome]}
