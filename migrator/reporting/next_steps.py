"""What to type next, after a run: sentences, each with its command. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from migrator.reporting.model import RunForm


class Step(NamedTuple):
    """What to do next.

    Attributes:
        what: In a sentence.
        command: The same as a command to type; empty where there is none.
    """

    what: str
    command: str = ""


def next_steps(form: RunForm, *, proven: bool = False, reported: bool = True) -> list[Step]:
    """What to do next, the most urgent first.

    Args:
        form: The run.
        proven: A comparison of both sides has found everything as it is to be.
        reported: Who asks has seen what became of it.
    """
    match form.state:
        case "running":
            return [Step("It has not ended. Follow it:", f"migrator watch {form.run}")]
        case "paused":
            return [Step("It is paused. Let it go on:", f"migrator resume {form.run}")]
    report = Step("What became of it:", f"migrator report {form.run}")
    return [*([] if reported else [report]), *_after_the_end(form, proven=proven)]


def _after_the_end(form: RunForm, *, proven: bool) -> list[Step]:
    if form.purpose != "migrate":
        return [_after_a_sequel(form)]
    return list(_mending(form) if form.totals.lost else _after_all_landed(form, proven=proven))


def _after_a_sequel(form: RunForm) -> Step:
    if not form.totals.lost:
        return Step(f"Done. {_AFTER[form.purpose]}")
    return Step(f"{_AFTER_FAILURE[form.purpose]} Mend it and repeat:", _AGAIN[form.purpose].format(parent=form.parent))


def _mending(form: RunForm) -> Iterator[Step]:
    again = f"migrator run --from {form.source.profile} --to {form.destination.profile} …"
    anew = "run it again, with the same options; what has arrived stays as it is:"
    if form.state == "finished" and form.totals.failed:
        yield Step("Mend what failed and try it again:", f"migrator retry {form.run}")
        yield Step(f"If the source had to change, {anew}", again)
    else:
        yield Step(f"Mend what is missing and {anew}", again)


def _after_all_landed(form: RunForm, *, proven: bool) -> Iterator[Step]:
    if not proven:
        yield Step("Prove it:", f"migrator verify --run {form.run}")
    if form.held:
        yield Step("Let it act:" if proven else "Then let it act:", f"migrator cutover {form.run}")
    elif proven:
        yield Step("Nothing: all has arrived, and acts.")


_AGAIN = {
    "cutover": "migrator cutover {parent}",
    "cutover-back": "migrator cutover {parent} --back",
    "rollback": "migrator rollback {parent}",
}
_AFTER_FAILURE = {
    "cutover": "What failed may be paused on both sides by now.",
    "cutover-back": "What failed may be paused on both sides by now.",
    "rollback": "What is listed stays at the destination.",
}
_AFTER = {
    "cutover": "To take it back, say --back.",
    "cutover-back": "The source acts again.",
    "rollback": "The destination is as it was before the run.",
}
