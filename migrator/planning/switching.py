"""Switching: what acts on one side stops there and begins on the other, one by one. Pure (invariant 8).

Of each resource, the side that acts is stilled before the other one is released, so that never both act. What reacts to
others is switched when all of those have been.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from migrator.kinds import kind_named
from migrator.model.keys import Key
from migrator.model.plan import Action, Graph, Plan, PlannedResource, Purpose, Step


@dataclass(frozen=True, slots=True)
class Switchable:
    """A resource of which one side is to act.

    Attributes:
        key: What it is called on both sides.
        source_id: What the source calls it.
        destination_id: What the destination calls it.
        acts_at_source: Whether it acts there now; None if it is gone.
        acts_at_destination: The same of the destination.
        reason: Why it cannot be switched; empty if it can.
    """

    key: Key
    source_id: str
    destination_id: str
    acts_at_source: bool | None
    acts_at_destination: bool | None
    reason: str = ""


def plan_switch(items: Iterable[Switchable], *, back: bool = False, drained: bool = False) -> Plan:
    """Plan to switch, from source to destination or back.

    Args:
        items: What is to be switched.
        back: From destination to source.
        drained: Whether what a resource has set going is to end before the other side is released.
    """
    purpose = Purpose.CUTOVER_BACK if back else Purpose.CUTOVER
    planned = [_planned(item, back=back) for item in items]
    return Plan(planned, _graph(planned, drained=drained), held=False, purpose=purpose)


def _planned(item: Switchable, *, back: bool) -> PlannedResource:
    from_side, to_side = item.acts_at_source, item.acts_at_destination
    if back:
        from_side, to_side = to_side, from_side
    planned = PlannedResource(item.key, Action.SWITCH, item.source_id, item.destination_id, live=True)
    if item.reason:
        return replace(planned, action=Action.SKIP, reason=item.reason)
    if to_side is None:
        side = "source" if back else "destination"
        return replace(planned, action=Action.SKIP, reason=f"it is not at the {side} any more")
    return replace(planned, action=Action.EXISTS) if to_side and not from_side else planned


def _graph(planned: Sequence[PlannedResource], *, drained: bool) -> Graph:
    graph = Graph(len(planned))
    earlier: list[int] = []
    last: list[int] = []
    for number, resource in enumerate(planned):
        if resource.settled is None:
            kind = kind_named(resource.key)
            stilled = node = graph.begin(number, Step.STILL)
            if drained and kind.under_way is not None:
                node = graph.add(number, Step.DRAIN, needs=[node])
            released = graph.add(number, Step.RELEASE, needs=[node])
            if kind.enabled_last:
                last.append(stilled)
            else:
                earlier.append(released)
    if earlier and last:
        graph.add_barrier(earlier, last)
    return graph
