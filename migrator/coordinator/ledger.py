"""The ledger of a run, read back: what was to become of each resource, and how far that came."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson

from migrator.engine.pages import pages
from migrator.engine.record import LedgerLine
from migrator.engine.run import Run
from migrator.model.keys import Key
from migrator.model.outcome import Outcome
from migrator.model.plan import Action

#: Errors with which a server says that it has not done what it was asked for (`migrator.prefect_api.errors`), and of
#: what it was never asked for (`migrator.model.plan`).
_REFUSALS = frozenset({"Rejected", "Denied", "Missing", "Conflict", "AlreadyThere", "Excluded"})
_GOOD = frozenset(Outcome) - {Outcome.PENDING, Outcome.SKIPPED, Outcome.FAILED}


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a run.

    Attributes:
        number: Its number in the run.
        line: What the ledger says of it from the start.
        destination_id: What the destination calls it, as far as that is known.
        first: How its first node ended; None if it has not.
        whole: Whether all of its nodes ended well.
        tried: Whether its first node has not ended well, and may have written all the same. One that was refused has
            not: before it tried again it has looked.
        nodes: How many it has.
    """

    number: int
    line: LedgerLine
    destination_id: str | None
    first: Outcome | None
    whole: bool
    tried: bool
    nodes: int

    @property
    def key(self) -> Key:
        """What it is called on both sides."""
        return Key(self.line.key)

    @property
    def in_part(self) -> bool:
        """Whether some of a creation may have been written, and not all of what it takes."""
        if self.whole or self.line.action != Action.CREATE:
            return False
        return self.line.comes_along or self.first == Outcome.CREATED or (self.tried and self.nodes > 1)


def _outcome(text: str | None) -> Outcome | None:
    return Outcome(text.partition(" ")[0]) if text else None


def _is_open(text: str | None) -> bool:
    """Whether an outcome, or that there is none, does not tell what became of the last request."""
    outcome, _, detail = (text or "").partition(" ")
    return not outcome or (outcome == Outcome.FAILED and orjson.loads(detail)["type"] not in _REFUSALS)


async def read_ledger(run: Run) -> list[Entry]:
    """Every resource of a run, in order of its number.

    Raises:
        UsageError: There is no such run.
    """
    return [entry async for entry in entries_of(run)]


async def entries_of(run: Run) -> AsyncIterator[Entry]:
    """The same one by one, for who does not need them all at once.

    Raises:
        UsageError: There is no such run.
    """
    record, status = await run.record(), await run.status()
    async for page in pages(run, record.resources, status.nodes):
        numbers, nodes = [*page], [node for nodes in page.values() for node in nodes]
        lines, ids = await run.ledger(numbers), await run.destination_ids(numbers)
        outcomes = dict(zip(nodes, await run.outcomes(nodes), strict=True))
        begun = zip(numbers, await run.attempts(numbers), await run.claimed(numbers), strict=True)
        for (number, tried, claimed), line in zip(begun, lines, strict=True):
            if line is not None:
                yield Entry(
                    number=number,
                    line=line,
                    destination_id=ids.get(number),
                    first=_outcome(outcomes[number]),
                    whole=all(outcomes[node] in _GOOD for node in page[number]),
                    tried=_is_open(outcomes[number]) and bool(tried or claimed),
                    nodes=len(page[number]),
                )
