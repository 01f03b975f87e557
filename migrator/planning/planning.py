"""The plan: an action for every resource of the source, and the graph that carries the actions out. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from migrator.kinds import kind_named
from migrator.model.inventory import Inventory, Resource
from migrator.model.keys import Key
from migrator.model.plan import Action, Plan, PlannedResource
from migrator.planning.cycles import cyclic
from migrator.planning.graph import build_graph

Differences = Callable[[Key], tuple[str, ...]]
"""Where a resource that both sides have differs, as JSON pointers."""


def make_plan(
    source: Inventory, destination: Inventory, differences: Differences, *, held: bool, begun: Collection[Key] = ()
) -> Plan:
    """Plan a migration.

    Args:
        source: What there is to migrate.
        destination: What is there already.
        differences: Asked for resources whose digests differ.
        held: Whether what acts by itself arrives so that it does not.
        begun: What earlier runs have written in part.
    """
    resources = {resource.key: resource for resource in carried(source)}
    planned = {key: _planned(resource, destination, differences, begun) for key, resource in resources.items()}
    _warn_of_missing_names(planned, resources, destination)
    _cascade_skips(planned, resources, destination)
    _mark_bare(planned, resources)
    in_order = list(planned.values())
    return Plan(in_order, build_graph(in_order, resources, held=held), held)


def carried(inventory: Inventory) -> Iterable[Resource]:
    """The resources that go along: all but those that nobody uses and whose kind goes along only when used."""
    found = [key for key in inventory.resources if not kind_named(key).only_used]
    used = set(found)
    while found:
        for need in inventory.resources[found.pop()].needs:
            if need not in used and need in inventory.resources:
                used.add(need)
                found.append(need)
    return (resource for key, resource in inventory.resources.items() if key in used)


def _planned(
    resource: Resource, destination: Inventory, differences: Differences, begun: Collection[Key]
) -> PlannedResource:
    planned = PlannedResource(
        key=resource.key,
        action=Action.CREATE,
        source_id=resource.id,
        live=resource.live,
        digest=resource.digest,
        warnings=resource.warnings,
        comes_along=resource.comes_along,
    )
    there = destination.resources.get(resource.key)
    if there is not None and resource.key in begun and _has_more_to_write(resource):
        warning = "an earlier run has begun it; what is left is completed"
        return replace(planned, destination_id=there.id, begun=True, warnings=(*planned.warnings, warning))
    if there is not None:
        different = differences(resource.key) if there.digest != resource.digest else ()
        return replace(planned, action=Action.EXISTS, destination_id=there.id, differences=different)
    if resource.problem:
        return replace(planned, action=Action.SKIP, reason=resource.problem)
    if kind_named(resource.key).appended and _joins_others(resource, destination):
        warning = "it joins queues that are there already, at the end, so that their priorities stay"
        return replace(planned, appended=True, warnings=(*planned.warnings, warning))
    return planned


def _warn_of_missing_names(
    planned: dict[Key, PlannedResource], resources: Mapping[Key, Resource], destination: Inventory
) -> None:
    for key, resource in resources.items():
        missing = [name for name in resource.mentions if name not in planned and name not in destination.resources]
        if missing:
            warnings = (f"it names {name}, which is on neither side" for name in missing)
            planned[key] = replace(planned[key], warnings=(*planned[key].warnings, *warnings))


def _has_more_to_write(resource: Resource) -> bool:
    """Whether there is more to it than one write."""
    return resource.completes or resource.comes_along or kind_named(resource.key).bare is not None


def _joins_others(resource: Resource, destination: Inventory) -> bool:
    return any(need in destination.resources for need in resource.needs)


def _cascade_skips(
    planned: dict[Key, PlannedResource], resources: Mapping[Key, Resource], destination: Inventory
) -> None:
    """What needs what cannot come is skipped as well, and says so."""
    needed_by: dict[Key, list[Key]] = {}
    lost: list[Key] = [key for key, resource in planned.items() if resource.action is Action.SKIP]
    for key, resource in resources.items():
        for need in resource.needs:
            needed_by.setdefault(need, []).append(key)
    lost += [need for need in needed_by if need not in planned and need not in destination.resources]
    while lost:
        blocker = lost.pop()
        for key in needed_by.get(blocker, ()):
            if planned[key].action is Action.CREATE:
                lost.append(key)
                planned[key] = replace(
                    planned[key], action=Action.SKIP, blocked_by=(blocker,), reason=f"it needs {blocker}"
                )


def _mark_bare(planned: dict[Key, PlannedResource], resources: Mapping[Key, Resource]) -> None:
    """What refers to itself in a circle is created bare, so that each can be there before the others."""

    def needs(key: Key) -> list[Key]:
        return [n for n in resources[key].needs if n in planned and planned[n].settled is None]

    creating = [key for key, resource in planned.items() if resource.settled is None]
    for component in cyclic(creating, needs):
        for key in component:
            planned[key] = replace(planned[key], bare=True)
