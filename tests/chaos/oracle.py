"""The oracle: what a storm may leave, computed from the scenario alone, and what it has left beyond that.

However often parts died, this holds, and each function says one of it:

- The run has ended by itself, every node as Kahn's algorithm says, and the counts add up (invariants 1 and 3).
- Who fails as `WorkerDied` is a node that kills its workers, and nobody else.
- Nothing is left of how it went: no lease, no claim, no walk, no delay, no suspect, no degree.
- A node was begun only after everything it waits for had been written, or had failed, at least once (invariant 2).
  A torn tail may make Redis forget that, so that a node is attempted again. It can not turn the order around: Redis
  forgets the end of its history, never the beginning, and what the end has done at the destination stays done.
- Who is skipped was never begun.
- What was created was written once, and nothing else was written. Who writes blindly, that is as a first attempt, never
  meets what was there when it was claimed (invariant 9). Two attempts at the same time may meet: they have both looked.
- Every key goes by itself, belongs to the ledger that is needed, or is dramatiq's or the list of ledgers.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import orjson

from migrator.engine.doorbell import NAMESPACE
from migrator.engine.groups import by_outcome
from migrator.engine.keys import LEDGERS, RunKeys
from tests.chaos.database import Kept
from tests.chaos.journal import Event
from tests.chaos.storm import Aftermath
from tests.chaos.work import id_of

#: What a run must have used up by its end.
USED_UP = ("degree", "blocked", "ready", "walk", "claimed", "lease", "leases", "delayed", "suspect")
#: Objections of one sort that are worth reading.
SHOWN = 5

Rule = Callable[[Aftermath], Iterator[str]]


def objections(aftermath: Aftermath) -> list[str]:
    """What is not as it must be; nothing, if the run has weathered the storm."""
    if not aftermath.ended:
        unfinished = f"it has not ended by itself: {_standing(aftermath)}"
        return [unfinished, *_objections(aftermath, ALWAYS)]
    return _objections(aftermath, ALWAYS + AT_THE_END)


def _objections(aftermath: Aftermath, rules: Sequence[Rule]) -> list[str]:
    return [objection for rule in rules for objection in _few(rule(aftermath))]


def _outcomes(aftermath: Aftermath) -> Iterator[str]:
    ended = {int(node): outcome.partition(" ")[0] for node, outcome in _held(aftermath, "outcome").items()}
    for node, outcome in aftermath.planted.outcomes.items():
        if ended.get(node) != outcome:
            yield f"node {node} must end as {outcome}, not as {ended.get(node)}"
    yield from (f"node {node} is unknown" for node in ended.keys() - aftermath.planted.outcomes.keys())


def _sums(aftermath: Aftermath) -> Iterator[str]:
    """Also before the end, a node counts once (invariant 1)."""
    outcomes, settled = len(_held(aftermath, "outcome")), int(_held(aftermath, "run")["settled"])
    tally = sum(int(count) for count in _held(aftermath, "tally").values())
    if not outcomes == settled == tally:
        yield f"{outcomes} nodes have an outcome, {settled} are said to have settled, and {tally} are in the tally"


def _counts(aftermath: Aftermath) -> Iterator[str]:
    expected = Counter(aftermath.planted.outcomes.values())
    tally = by_outcome({field: int(count) for field, count in _held(aftermath, "tally").items()})
    if tally != expected:
        yield f"the tally must be {dict(expected)}, not {tally}"
    run = _held(aftermath, "run")
    if not run["settled"] == run["nodes"] == str(expected.total()):
        yield f"{expected.total()} nodes must have settled, not {run['settled']} of {run['nodes']}"


def _innocents(aftermath: Aftermath) -> Iterator[str]:
    """A node that kills its worker takes nobody along."""
    for node, outcome in _held(aftermath, "outcome").items():
        word, _, error = outcome.partition(" ")
        if word == "failed":
            expected = "WorkerDied" if int(node) in aftermath.planted.killers else "Planted"
            if (found := orjson.loads(error)["type"]) != expected:
                yield f"node {node} must fail as {expected}, not as {found}"


def _leftovers(aftermath: Aftermath) -> Iterator[str]:
    keys = RunKeys(aftermath.run_id)
    for structure in USED_UP:
        if kept := aftermath.database.get(keys[structure]):
            yield f"{structure} must be used up, and holds {str(kept.holds)[:200]}"


def _order(aftermath: Aftermath) -> Iterator[str]:
    """Invariant 2, by effects; also for order alone."""
    graph, outcomes = aftermath.planted.plan.graph, aftermath.planted.outcomes
    began, ended = _first(aftermath, Event.BEGIN), aftermath.written | _first(aftermath, Event.FAILED, Event.DIES)
    for first in graph.degree:
        for waiting, _ in graph.dependents(first):
            if (
                waiting in began
                and outcomes[first] != "skipped"
                and began[waiting] < ended.get(first, began[waiting] + 1)
            ):
                yield f"node {waiting} was begun before {first} had ended"


def _skipped(aftermath: Aftermath) -> Iterator[str]:
    for node in sorted({entry.node for entry in aftermath.entries if entry.event is Event.BEGIN}):
        if aftermath.planted.outcomes[node] not in {"created", "failed"}:
            yield f"node {node} is {aftermath.planted.outcomes[node]}, and was begun"


def _effects(aftermath: Aftermath) -> Iterator[str]:
    """Invariant 9: every effect once."""
    created = {node for node, outcome in aftermath.planted.outcomes.items() if outcome == "created"}
    yield from (f"node {node} was not written" for node in created - aftermath.written.keys())
    yield from (f"node {node} was written" for node in aftermath.written.keys() - created)
    claimed: dict[tuple[int, int], int] = {}
    for entry in aftermath.entries:
        if entry.event is Event.CLAIMED:
            claimed[entry.pid, entry.node] = entry.at
        elif entry.event is Event.BLIND and aftermath.written[entry.node] < claimed[entry.pid, entry.node]:
            yield f"node {entry.node} was there already, and was written again without a look"
    ids = {n: r.destination_id for n, r in enumerate(aftermath.planted.plan.resources) if r.destination_id}
    ids |= {node: id_of(node, aftermath.planted) for node in created if id_of(node, aftermath.planted)}
    if {int(node): own for node, own in _held(aftermath, "id").items()} != ids:
        yield "the ids of the ledger are not those of the destination"


def _keys(aftermath: Aftermath) -> Iterator[str]:
    """Nothing stays that nobody needs: invariant 15 for what does."""
    needed = RunKeys(aftermath.run_id).all()
    for key, kept in aftermath.database.items():
        if not (kept.expires or key in needed or key == LEDGERS or key.startswith(NAMESPACE)):
            yield f"{key} stays for ever"


ALWAYS: tuple[Rule, ...] = (_sums, _order, _skipped)
AT_THE_END: tuple[Rule, ...] = (_outcomes, _counts, _innocents, _leftovers, _effects, _keys)


def _held(aftermath: Aftermath, structure: str) -> dict[str, str]:
    kept: dict[str, str] = aftermath.database.get(
        RunKeys(aftermath.run_id)[structure], Kept(expires=False, holds={})
    ).holds
    return kept


def _first(aftermath: Aftermath, *events: Event) -> dict[int, int]:
    """When each node first had one of some events."""
    return {entry.node: entry.at for entry in reversed(aftermath.entries) if entry.event in events}


def _standing(aftermath: Aftermath) -> str:
    run, keys = _held(aftermath, "run"), RunKeys(aftermath.run_id)
    sizes = {s: len(aftermath.database[keys[s]].holds) for s in USED_UP if keys[s] in aftermath.database}
    return f"{run.get('state')}, {run.get('settled')} of {run.get('nodes')} nodes have settled; {sizes}"


def _few(found: Iterator[str]) -> list[str]:
    several = list(found)
    return several[:SHOWN] + ([f"… and {len(several) - SHOWN} more like this"] if len(several) > SHOWN else [])
