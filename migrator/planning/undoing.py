"""Undoing: what a migration created is removed, dependents first, and what it changed is restored. Pure (invariant 15).

What has changed since is kept, and so is what that needs: nothing is taken from under anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from migrator.model.inventory import Inventory
from migrator.model.keys import Key
from migrator.model.plan import Action, Graph, Plan, PlannedResource, Purpose, Step
from migrator.planning.cycles import cyclic


@dataclass(frozen=True, slots=True)
class Undoable:
    """What a migration did to a resource.

    Attributes:
        key: What it is called on both sides.
        source_id: What the source calls it.
        destination_id: What the destination calls it.
        created: It was created; else it was changed.
        comes_along: It came into being with what it needs, and goes with it.
        done: Whether it has been undone already.
        needs_then: What it needs when it has been restored.
        kept: Why it is to be kept as it is; empty if nothing speaks against undoing.
        warnings: What a reader should know.
    """

    key: Key
    source_id: str
    destination_id: str
    created: bool
    comes_along: bool = False
    done: bool = False
    needs_then: tuple[Key, ...] = ()
    kept: str = ""
    warnings: tuple[str, ...] = ()


def plan_undo(items: Sequence[Undoable], there: Inventory) -> Plan:
    """Plan to undo a migration.

    Args:
        items: What it did.
        there: What the destination holds now, by the migration's keys.
    """
    present = {item.key for item in items if _is_there(item, there)}
    leaving = {item.key for item in items if item.created and not item.kept} & present
    staying = _needed_by_others(items, there, leaving)
    planned = [_planned(item, present, staying) for item in items]
    return Plan(planned, _graph(planned, there), held=False, purpose=Purpose.ROLLBACK)


def _is_there(item: Undoable, there: Inventory) -> bool:
    resource = there.resources.get(item.key)
    return resource is not None and resource.id == item.destination_id


def _needed_by_others(items: Sequence[Undoable], there: Inventory, leaving: set[Key]) -> dict[Key, Key]:
    """Of what would leave, but has to stay: because of whom. What is restored lets go of what it does not need then."""
    needs = {key: (*resource.needs, *resource.mentions) for key, resource in there.resources.items()}
    needs |= {item.key: item.needs_then for item in items if _is_restored(item, there)}
    tied: dict[Key, list[Key]] = {}
    for item in items:
        for need in there.resources[item.key].needs if item.comes_along and item.key in leaving else ():
            tied.setdefault(need, []).append(item.key)
    staying: dict[Key, Key] = {}
    found = [key for key in there.resources if key not in leaving]
    while found:
        key = found.pop()
        for other in (*needs[key], *tied.get(key, ())):
            if other in leaving and other not in staying:
                staying[other] = key
                found.append(other)
    return staying


def _is_restored(item: Undoable, there: Inventory) -> bool:
    return _is_there(item, there) and not (item.created or item.kept or item.done)


def _planned(item: Undoable, present: set[Key], staying: Mapping[Key, Key]) -> PlannedResource:
    planned = PlannedResource(
        key=item.key,
        action=Action.REMOVE if item.created else Action.RESTORE,
        source_id=item.source_id,
        destination_id=item.destination_id,
        warnings=item.warnings,
        comes_along=item.comes_along,
    )
    if item.done or item.key not in present:
        return replace(planned, action=Action.EXISTS)
    if item.kept:
        return replace(planned, action=Action.SKIP, reason=item.kept)
    if item.key in staying:
        blocker = staying[item.key]
        return replace(planned, action=Action.SKIP, reason=f"{blocker} stays", blocked_by=(blocker,))
    return planned


def _graph(planned: Sequence[PlannedResource], there: Inventory) -> Graph:
    """The edges of what the destination holds, the other way round; within a circle there is no order."""
    graph = Graph(len(planned))
    node_of: dict[Key, int] = {}
    for number, resource in enumerate(planned):
        if resource.settled is None:
            step = Step.REMOVE if resource.action is Action.REMOVE else Step.RESTORE
            node_of[resource.key] = graph.begin(number, step)

    def needs(key: Key) -> list[Key]:
        return [need for need in there.resources[key].needs if need in node_of]

    circle = {key: number for number, circle in enumerate(cyclic(node_of, needs)) for key in circle}
    for key, node in node_of.items():
        for need in needs(key):
            if key not in circle or circle[key] != circle.get(need):
                goes_along = planned[node].comes_along and planned[node].action is Action.REMOVE
                one, other = (need, key) if goes_along else (key, need)
                graph.connect(node_of[one], node_of[other])
    return graph
