"""The report of a run as Markdown, for a ticket or a pull request: what is to be read, not every resource. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from migrator.reporting.document.deviations import deviations_of
from migrator.reporting.document.document import Document
from migrator.reporting.drawing.timeline import Timeline, timeline_of
from migrator.reporting.losses import TOLD, Loss, losses_of
from migrator.reporting.mermaid import mermaid_of_kinds
from migrator.reporting.model import DifferenceForm, RunForm, SideForm, VerifyForm
from migrator.reporting.moments import duration
from migrator.reporting.notes import Groups, Notes, Some
from migrator.reporting.saying import happened, title_of, verdict_of_verification, verdict_on

#: The version of a Migrator that did not write it down yet.
UNSAID = "of a version that did not say"
#: What Markdown, or the HTML in it, could take for more than a letter.
_SPECIAL = re.compile(r"([\\*_\[\]<>#|~&])")
_SPARKS = " ▁▂▃▄▅▆▇█"
#: Resources of one sort that a comparison has found that are named; the verification has them all.
_NAMED = 50


def markdown_report(document: Document) -> Iterator[str]:
    """The report, line by line."""
    form = document.form
    yield from (f"# {words(title_of(form))}\n\n", f"**{words(verdict_on(form).said)}**\n\n")
    yield from _facts(document)
    yield from _kinds(form)
    yield from _steps(document)
    yield from _losses(losses_of(document.notes))
    if document.verification:
        yield from _verification(document.verification)
    yield from _timeline(timeline_of(document.pace))
    yield from _graph(document)
    yield from _notes(document.notes)
    yield from _left_behind(form)
    yield f"Every resource: {code(f'migrator report {form.run} --format html --output FILE')}\n"


def words(said: str) -> str:
    """Words of ours, in a line that has begun; commands stand between backticks in them."""
    return _SPECIAL.sub(r"\\\1", " ".join(said.split()))


def code(said: str) -> str:
    """Words of others, or something to be copied: between more backticks than it has in a row nothing is markup."""
    line = " ".join(said.split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    room = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{room}{line}{room}{fence}" if line else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n| --- |{' ---: |' * (len(head) - 1)}\n"
    yield from (f"| {' | '.join(row)} |\n" for row in rows)
    yield "\n"


def _list(lines: Iterable[str], indent: str = "") -> Iterator[str]:
    yield from (f"{indent}- {line}\n" for line in lines)


def _facts(document: Document) -> Iterator[str]:
    form = document.form
    ended = f" after {duration(form.seconds)}" if form.seconds else ""
    sent = f"{form.requests.source:,} to the source, {form.requests.destination:,} to the destination"
    yield from _list(
        [
            f"from {_side(form.source)}",
            f"to {_side(form.destination)}",
            f"run {code(form.run or '')}, published {form.created}, {form.state}{ended}",
            f"plan {code(form.plan)}, by Migrator {code(form.version) or UNSAID}; requests: {sent}",
        ]
    )
    yield "\n"


def _side(side: SideForm) -> str:
    absent = f"; has no {words(', '.join(side.absent))}" if side.absent else ""
    return f"{code(side.profile)}, {code(side.url)}, Prefect {code(side.version)}{absent}"


def _kinds(form: RunForm) -> Iterator[str]:
    outcomes = happened(form.totals)
    yield "## Totals\n\n"
    counted = {**form.kinds, "all": form.totals}
    rows = ((kind, counters.discovered, happened(counters)) for kind, counters in counted.items())
    numbers = ((kind, f"{found:,}", *(f"{had.get(name, 0):,}" for name in outcomes)) for kind, found, had in rows)
    yield from _table(("kind", "found", *outcomes), numbers)


def _steps(document: Document) -> Iterator[str]:
    yield "## What to do now\n\n"
    yield from _list(f"{words(step.what)} {code(step.command) if step.command else ''}" for step in document.steps)
    yield "\n"


def _losses(losses: Sequence[Loss]) -> Iterator[str]:
    if losses:
        yield "## What did not make it, by cause\n\n"
    for loss in losses[:TOLD]:
        yield f"### {loss.found:,} {loss.outcome}: {code(loss.cause)}\n\n"
        if loss.advice:
            yield f"→ {words(loss.advice)}\n\n"
        for key, blocked in loss.keys:
            yield f"- {code(key)}\n"
            yield from _list(_some(blocked, "skipped because of it: "), "  ")
        yield from _list(_more(loss.found - len(loss.keys)))
        yield "\n"
    yield from _list(_more(len(losses) - TOLD, "causes"))


def _some(some: Some, what: str = "") -> Iterator[str]:
    yield from (f"{what}{code(key)}" for key in some.first)
    yield from _more(some.found - len(some.first))


def _more(number: int, what: str = "") -> Iterator[str]:
    if number > 0:
        yield f"and {number:,} more {what}".rstrip()


def _verification(form: VerifyForm) -> Iterator[str]:
    yield f"## What a comparison of both sides has found\n\n{words(verdict_of_verification(form).said)}\n\n"
    for what, places in deviations_of(form):
        yield from _list(_place(what, place) for place in places[:_NAMED])
        yield from _list(_more(len(places) - _NAMED))
    yield "\n"


def _place(what: str, place: DifferenceForm) -> str:
    return f"{words(what)}: {code(place.key)}{' at ' if place.fields else ''}{', '.join(map(code, place.fields))}"


def _timeline(timeline: Timeline) -> Iterator[str]:
    """The throughput, as a line of blocks."""
    counted = [sum(column) for column in zip(*timeline.nodes.values(), strict=True)]
    if counted:
        most = max(counted)
        sparks = "".join(_SPARKS[-(-number * (len(_SPARKS) - 1) // most)] for number in counted)
        yield f"## When\n\n```text\n{sparks}\n```\n\n"
        yield f"{duration(timeline.step)} a column, {most / timeline.step:.3g} writes a second at the most.\n\n"


def _graph(document: Document) -> Iterator[str]:
    """The kinds with their states, for those who draw Mermaid."""
    kinds = {
        kind: ", ".join(f"{number:,} {outcome}" for outcome, number in happened(counters).items())
        for kind, counters in document.form.kinds.items()
    }
    if kinds:
        yield from ("## What needs what\n\n```mermaid\n", *mermaid_of_kinds(kinds, document.kind_edges), "```\n\n")


def _notes(notes: Notes) -> Iterator[str]:
    told = [
        *_groups("warning", notes.warned),
        *_groups("kept, though different at", notes.kept),
        *_groups("changed", notes.changed),
    ]
    if told:
        yield from ("## What to know\n\n", *told, "\n")


def _groups(title: str, groups: Groups) -> Iterator[str]:
    for common, some in islice(groups.items(), TOLD):
        yield f"- {title} {code(common)} ({some.found:,})\n"
        yield from _list(_some(some), "  ")
    yield from _list(_more(len(groups) - TOLD, "reasons"))


def _left_behind(form: RunForm) -> Iterator[str]:
    stays = [one for one in form.left_behind if one.found != 0]
    if stays:
        yield f"## What stays at {words(form.source.profile)}\n\n"
        numbers = (f"{one.found:,} " if one.found is not None else "" for one in stays)
        yield from _list(
            f"**{number}{words(one.what)}**: {words(one.advice)}" for number, one in zip(numbers, stays, strict=True)
        )
        yield "\n"
