"""The plan: an action for every resource of the source, and the graph that carries the actions out. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from migrator.kinds import kind_named
from migrator.model.inventory import Inventory, Resource
from migrator.model.keys import Key, kind_of
from migrator.model.plan import Action, Plan, PlannedResource
from migrator.planning.cycles import cyclic
from migrator.planning.graph import build_graph
from migrator.planning.selection import EVERYTHING, Selection, select

Differences = Callable[[Key], tuple[str, ...]]
"""Where a resource that both sides have differs, as JSON pointers."""


def make_plan(
    source: Inventory,
    destination: Inventory,
    differences: Differences,
    *,
    held: bool,
    begun: Collection[Key] = (),
    selection: Selection = EVERYTHING,
) -> Plan:
    """Plan a migration.

    Args:
        source: What there is to migrate.
        destination: What is there already.
        differences: Asked for resources whose digests differ.
        held: Whether what acts by itself arrives so that it does not.
        begun: What earlier runs have written in part.
        selection: What of the source it is about.
    """
    selected = select(source, selection)
    resources = selected.resources
    there = {_group(resource) for resource in destination.resources.values()} - {None}
    planned = {key: _planned(r, destination, differences, begun=begun, groups=there) for key, r in resources.items()}
    for key, bringer in selected.required_by.items():
        planned[key] = replace(planned[key], required_by=(bringer,))
    left_out = source.resources.keys() - resources.keys()
    _warn_of_missing_names(planned, resources, destination, left_out)
    _skip_circles(planned, resources)
    _cascade_skips(planned, resources, destination, left_out=left_out)
    _mark_bare(planned, resources)
    in_order = list(planned.values())
    return Plan(in_order, build_graph(in_order, resources, held=held), held)


def _planned(
    resource: Resource,
    destination: Inventory,
    differences: Differences,
    *,
    begun: Collection[Key],
    groups: Collection[tuple[str, str] | None],
) -> PlannedResource:
    planned = PlannedResource(
        key=resource.key,
        action=Action.CREATE,
        source_id=resource.id,
        live=resource.live,
        digest=resource.digest,
        warnings=resource.warnings,
        left_out=resource.left_out,
        comes_along=resource.comes_along,
    )
    there = destination.resources.get(resource.key)
    if there is not None and resource.key in begun and _has_more_to_write(resource):
        warning = "an earlier run has begun it; what is left is completed"
        return replace(planned, destination_id=there.id, begun=True, warnings=(*planned.warnings, warning))
    if there is not None:
        unequal = kind_named(resource.key).compared and there.digest != resource.digest
        different = differences(resource.key) if unequal else ()
        return replace(planned, action=Action.EXISTS, destination_id=there.id, differences=different)
    if resource.problem:
        return replace(planned, action=Action.SKIP, reason=resource.problem)
    if kind_named(resource.key).appended and _group(resource) in groups:
        warning = "it joins queues that are there already, at the end, so that their priorities stay"
        return replace(planned, appended=True, warnings=(*planned.warnings, warning))
    return planned


def _warn_of_missing_names(
    planned: dict[Key, PlannedResource],
    resources: Mapping[Key, Resource],
    destination: Inventory,
    left_out: Collection[Key],
) -> None:
    for key, resource in resources.items():
        missing = [name for name in resource.mentions if name not in planned and name not in destination.resources]
        if missing:
            where = ("at the source, but not chosen" if name in left_out else "on neither side" for name in missing)
            warnings = (f"it names {name}, which is {place}" for name, place in zip(missing, where, strict=True))
            planned[key] = replace(planned[key], warnings=(*planned[key].warnings, *warnings))


def _has_more_to_write(resource: Resource) -> bool:
    """Whether there is more to it than one write."""
    return resource.completes or resource.comes_along or kind_named(resource.key).bare is not None


def _group(resource: Resource) -> tuple[str, str] | None:
    return None if resource.turn is None else (kind_of(resource.key), resource.turn[0])


def _cascade_skips(
    planned: dict[Key, PlannedResource],
    resources: Mapping[Key, Resource],
    destination: Inventory,
    *,
    left_out: Collection[Key],
) -> None:
    """What needs what cannot come, or was left out and is not there, is skipped as well, and says so."""
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
            elif not planned[key].blocked_by:
                continue
            blocked_by = (*planned[key].blocked_by, blocker)
            told = (f"{key}, which is excluded" if key in left_out else key for key in blocked_by)
            reason = f"it needs {' and '.join(told)}"
            planned[key] = replace(planned[key], action=Action.SKIP, blocked_by=blocked_by, reason=reason)


def _mark_bare(planned: dict[Key, PlannedResource], resources: Mapping[Key, Resource]) -> None:
    """What refers to itself in a circle is created bare where it can be, so that it is there before the others."""
    for component in _circles(planned, resources, {key for key, r in planned.items() if r.settled is None}):
        for key in component:
            planned[key] = replace(planned[key], bare=kind_named(key).bare is not None)


def _skip_circles(planned: dict[Key, PlannedResource], resources: Mapping[Key, Resource]) -> None:
    """A circle in which nothing can be created bare has no beginning."""
    fixed = {key for key, r in planned.items() if r.settled is None and kind_named(key).bare is None}
    for component in _circles(planned, resources, fixed):
        for key in component:
            reason = f"it refers to itself, by way of {', '.join(sorted(set(component) - {key})) or 'nothing else'}"
            planned[key] = replace(planned[key], action=Action.SKIP, reason=reason)


def _circles(
    planned: Mapping[Key, PlannedResource], resources: Mapping[Key, Resource], among: set[Key]
) -> list[list[Key]]:
    return cyclic(
        (key for key in planned if key in among), lambda key: [need for need in resources[key].needs if need in among]
    )
