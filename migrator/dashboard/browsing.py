"""Browsing: the resources of a run a page at a time, by kind and by outcome, however many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from migrator.engine.failures import failures
from migrator.engine.pages import further_nodes
from migrator.engine.run import FIELDS, Run
from migrator.model.outcome import Outcome
from migrator.model.pieces import pieces
from migrator.reporting.model import ResourceForm
from migrator.reporting.run_report import resources_on

#: Resources on a page.
ROWS = 50
#: Pieces that one page looks through for them, each of `FIELDS` resources.
PIECES = 10
#: What a resource may be whose first node has landed; failures are read from a list of their own.
_OF_OTHERS = {Outcome.PENDING, Outcome.SKIPPED}
#: Skips that are followed back to the failure that they began with.
REACH = 10


@dataclass(frozen=True)
class Wanted:
    """What to show.

    Attributes:
        kind: Of this kind only; all if empty.
        outcome: Of this outcome only; all if empty.
        begin: Where to begin: a number of a resource; among failures, how many of them were shown.
    """

    kind: str = ""
    outcome: str = ""
    begin: int = 0


@dataclass(frozen=True)
class Page:
    """Some resources.

    Attributes:
        rows: By number, what became of each.
        following: Where the next page begins; None if there is none.
    """

    rows: Sequence[tuple[int, ResourceForm]]
    following: int | None


async def page_of(run: Run, wanted: Wanted) -> Page:
    """A page of what is wanted; it may be empty, and still another follow it.

    Raises:
        UsageError: There is no such run.
    """
    numbers, following = await (_failed(run, wanted) if wanted.outcome == Outcome.FAILED else _found(run, wanted))
    nodes = await nodes_of(run, numbers)
    forms = await resources_on(nodes, run, reach=REACH)
    rows = zip(numbers, forms, strict=True)
    shown = [(number, form) for number, form in rows if wanted.outcome in {"", form.outcome}]
    return Page(shown, following)


async def nodes_of(run: Run, numbers: Iterable[int]) -> dict[int, Sequence[int]]:
    """The nodes of some resources. Of a run with very many second nodes the last ones are left out.

    Raises:
        UsageError: There is no such run.
    """
    record, status = await run.record(), await run.status()
    further = await further_nodes(run, range(record.resources, min(status.nodes, record.resources + PIECES * FIELDS)))
    return {number: (number, *further.get(number, ())) for number in numbers}


async def _failed(run: Run, wanted: Wanted) -> tuple[list[int], int | None]:
    """From a place among the failures on: the resources that failed, and the place after them."""
    stretches, found, place = await run.stretches(), dict[int, None](), wanted.begin
    for _ in range(PIECES):
        some = await failures(run, place, FIELDS)
        for failure in some:
            if len(found) == ROWS:
                return [*found], place
            place += 1
            if failure.resource >= 0 and wanted.kind in {"", stretches.of(failure.resource)}:
                found[failure.resource] = None
        if len(some) < FIELDS:
            return [*found], None
    return [*found], place


async def _found(run: Run, wanted: Wanted) -> tuple[list[int], int | None]:
    """From a number on: the resources of a kind and an outcome, and the number after them."""
    stretches, found = await run.stretches(), list[int]()
    numbers = stretches.numbers_of(wanted.kind) if wanted.kind else [range((await run.record()).resources)]
    ahead = chain.from_iterable(range(max(some.start, wanted.begin), some.stop) for some in numbers)
    for some in islice(pieces(ahead, FIELDS), PIECES):
        found += await _of_outcome(run, some, wanted.outcome)
        if len(found) > ROWS:
            return found[:ROWS], found[ROWS]
    return found, next(ahead, None)


async def _of_outcome(run: Run, numbers: Sequence[int], outcome: str) -> list[int]:
    """Those that ended in some way, as far as their first nodes tell; and those whose other nodes may have."""
    if not outcome:
        return [*numbers]
    ended = [(text or Outcome.PENDING).partition(" ")[0] for text in await run.outcomes(numbers)]
    left = await run.has_nodes_left(numbers) if outcome in _OF_OTHERS else [False] * len(ended)
    return [n for n, way, more in zip(numbers, ended, left, strict=True) if way == outcome or more]
