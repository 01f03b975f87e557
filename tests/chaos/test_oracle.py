"""The oracle says nothing of a run that went as it must, and something of each that did not."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from migrator.engine.keys import LEDGERS, RunKeys
from tests.chaos.database import Kept
from tests.chaos.journal import Entry, Event
from tests.chaos.oracle import objections
from tests.chaos.storm import Aftermath
from tests.integration.engine.graphs import plan_of
from tests.integration.engine.kahn import RandomPlan

#: 0 is created, 1 fails and 2 is skipped for it, 3 kills and 4 comes after it all the same, 5 was there before.
PLANTED = RandomPlan(
    plan_of(6, needs=[(0, 1), (1, 2)], after=[(3, 4)], exists={5: "there-5"}),
    failing=frozenset({1}),
    killers=frozenset({3}),
)
KEYS = RunKeys("storm-0-1")
OUTCOMES = {
    "0": "created",
    "1": 'failed {"type":"Planted"}',
    "2": "skipped 1",
    "3": 'failed {"type":"WorkerDied"}',
    "4": "created",
    "5": "exists",
}
TALLY = {"created": "2", "failed": "2", "skipped": "1", "exists": "1"}


def _entries(*more: Entry) -> list[Entry]:
    course = [(0, Event.DONE), (1, Event.FAILED), (3, Event.DIES), (4, Event.DONE)]
    entries = list(more)
    for place, (node, ending) in enumerate(course, start=1):
        events = ((0, Event.CLAIMED), (1, Event.BEGIN), (9, ending))
        entries += [Entry(10 * place + later, 1, node, event) for later, event in events]
    return sorted(entries, key=lambda entry: entry.at)


AS_IT_MUST = Aftermath(
    seed=0,
    planted=PLANTED,
    run_id="storm-0-1",
    database={
        KEYS["run"]: Kept(expires=False, holds={"state": "finished", "nodes": "6", "settled": "6"}),
        KEYS["outcome"]: Kept(expires=False, holds=OUTCOMES),
        KEYS["tally"]: Kept(expires=False, holds=TALLY),
        KEYS["id"]: Kept(expires=False, holds={"0": "id-0", "4": "id-4", "5": "there-5"}),
        LEDGERS: Kept(expires=False, holds=["storm-0-1"]),
        "migrator:workers": Kept(expires=True, holds=[]),
    },
    entries=_entries(),
    written={0: 18, 4: 48},
    ended=True,
    mischief=Counter(),
    lost=0,
    torn=0,
    left=Counter(),
    seconds=0.0,
)


def _with(key: str, holds: object) -> Callable[[Aftermath], Aftermath]:
    """The same, but that a key holds something else."""
    return lambda a: replace(a, database={**a.database, key: Kept(expires=False, holds=holds)})


def _with_entry(at: int, node: int, event: Event) -> Callable[[Aftermath], Aftermath]:
    """The same, but that somebody else has written down one thing more."""
    return lambda a: replace(a, entries=_entries(Entry(at, 2, node, event)))


def _with_written(**written: int) -> Callable[[Aftermath], Aftermath]:
    """The same, but that other nodes were written, or at other times."""
    return lambda a: replace(a, written={int(node.removeprefix("node_")): at for node, at in written.items()})


DEFECTS: dict[str, tuple[Callable[[Aftermath], Aftermath], str]] = {
    "it does not end": (lambda a: replace(a, ended=False), "not ended by itself"),
    "an outcome is another": (_with(KEYS["outcome"], OUTCOMES | {"2": "created"}), "node 2 must end as skipped"),
    "an outcome is missing": (_with(KEYS["outcome"], {"0": "created"}), "1 nodes have an outcome, 6 are said"),
    "the tally is another": (_with(KEYS["tally"], TALLY | {"created": "3"}), "the tally must be"),
    "an innocent dies": (
        _with(KEYS["outcome"], OUTCOMES | {"1": 'failed {"type":"WorkerDied"}'}),
        "node 1 must fail as Planted",
    ),
    "a lease is left": (_with(KEYS["lease"], {"token:left": "-1"}), "lease must be used up"),
    "one is begun before what it needs": (_with_entry(15, 1, Event.BEGIN), "node 1 was begun before 0 had ended"),
    "one is begun before what it comes after": (_with_entry(35, 4, Event.BEGIN), "node 4 was begun before 3 had ended"),
    "one that is skipped is begun": (_with_entry(60, 2, Event.BEGIN), "node 2 is skipped, and was begun"),
    "one is not written": (_with_written(node_0=18), "node 4 was not written"),
    "one that fails is written": (_with_written(node_0=18, node_1=25, node_4=48), "node 1 was written"),
    "one is written over": (
        lambda a: replace(a, entries=_entries(Entry(60, 1, 4, Event.CLAIMED), Entry(61, 1, 4, Event.BLIND))),
        "node 4 was there already",
    ),
    "an id is another": (_with(KEYS["id"], {"0": "id-0"}), "ids of the ledger"),
    "a key stays": (_with("migrator:{other}:ready", ["1"]), "migrator:{other}:ready stays for ever"),
}


def test_what_went_as_it_must_meets_no_objection() -> None:
    """However it got there."""
    assert objections(AS_IT_MUST) == []


def test_an_attempt_more_meets_no_objection() -> None:
    """Invariant 9: a node may run twice; here its second attempt has met what the first one wrote at the same time."""
    again = _entries(
        *(Entry(at, 2, 0, event) for at, event in ((15, Event.CLAIMED), (16, Event.BEGIN), (19, Event.BLIND)))
    )
    assert objections(replace(AS_IT_MUST, entries=again)) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_every_defect_meets_an_objection(defect: str) -> None:
    """Each rule by itself."""
    spoil, expected = DEFECTS[defect]
    found = objections(spoil(AS_IT_MUST))
    assert any(expected in objection for objection in found), found
