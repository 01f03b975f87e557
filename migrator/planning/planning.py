"""The plan: an action for every resource of the source, and the graph that carries the actions out. Pure."""

from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from migrator.kinds import kind_named
from migrator.model.inventory import Inventory, Resource
from migrator.model.keys import Key, kind_of
from migrator.model.packed import PackedDict, Packing
from migrator.model.plan import Action, OnExisting, Plan, PlannedResource
from migrator.model.secrets_file import lines_for
from migrator.planning.cycles import cyclic
from migrator.planning.existing import treat_existing
from migrator.planning.graph import build_graph
from migrator.planning.selection import EVERYTHING, Selection, select

_Position = tuple[str, tuple[str, int]]
"""A kind, and the group and the position in it."""
Differences = Callable[[Key], tuple[str, ...]]
"""Where a resource that both sides have differs, as JSON pointers."""


def make_plan(
    source: Inventory,
    destination: Inventory,
    differences: Differences,
    *,
    held: bool,
    on_existing: OnExisting = OnExisting.KEEP,
    begun: Collection[Key] = (),
    selection: Selection = EVERYTHING,
) -> Plan:
    """Plan a migration.

    Args:
        source: What there is to migrate.
        destination: What is there already.
        differences: Asked for resources whose digests differ.
        held: Whether what acts by itself arrives so that it does not.
        on_existing: What to do with what is there already.
        begun: What earlier runs have written in part.
        selection: What of the source it is about.
    """
    planned = _decided(source, destination, differences, begun, selection, held=held, on_existing=on_existing)
    return Plan(planned, build_graph(planned, source.resources, held=held), held, on_existing)


def _decided(
    source: Inventory,
    destination: Inventory,
    differences: Differences,
    begun: Collection[Key],
    selection: Selection,
    *,
    held: bool,
    on_existing: OnExisting,
) -> Sequence[PlannedResource]:
    """What is chosen of the source, and what will happen to each."""
    selected = select(source, selection)
    resources = selected.resources
    # What is changed itself makes room; what only the destination has does not.
    moving = {*begun, *resources} if on_existing is OnExisting.UPDATE else begun
    taken = _taken(destination, moving)
    crowded = _crowded(resources, destination, taken)
    planner = _Planner(destination, differences, begun, taken, crowded, held=held, on_existing=on_existing)
    planned = PackedDict(Packing(PlannedResource))
    for key, resource in resources.items():
        planned[key] = planner.planned(resource)
    for key, bringer in selected.required_by.items():
        planned[key] = replace(planned[key], required_by=(bringer,))
    left_out = {key for key in source.resources if key not in resources}
    _warn_of_missing_names(planned, resources, destination, left_out)
    _skip_circles(planned, resources)
    _cascade_skips(planned, resources, destination, left_out=left_out)
    _mark_bare(planned, resources)
    return planned.in_order()


class _Planner:
    """Chooses an action for one resource at a time."""

    def __init__(
        self,
        destination: Inventory,
        differences: Differences,
        begun: Collection[Key],
        taken: Collection[_Position],
        crowded: Collection[tuple[str, str] | None],
        *,
        held: bool,
        on_existing: OnExisting,
    ) -> None:
        self._there = destination.resources
        self._differences = differences
        self._begun = begun
        self._held = held
        self._on_existing = on_existing
        self._taken = taken
        self._crowded = crowded

    def planned(self, resource: Resource) -> PlannedResource:
        """What will happen to a resource, as far as it alone decides that."""
        planned = PlannedResource(
            key=resource.key,
            action=Action.CREATE,
            source_id=resource.id,
            live=resource.live,
            digest=resource.digest,
            warnings=resource.warnings,
            secrets=resource.masked,
            omitted=resource.omitted,
            left_out=resource.left_out,
            comes_along=resource.comes_along,
            comes_with=resource.needs[0] if resource.comes_along and resource.needs else None,
        )
        there = self._there.get(resource.key)
        if there is not None:
            return self._existing(replace(planned, destination_id=there.id), resource, there)
        if resource.problem:
            return replace(planned, action=Action.SKIP, reason=resource.problem)
        if resource.omitted:
            where, lines = ", ".join(resource.omitted), lines_for(resource.masked)
            warning = (
                f"it is created without {where}, masked at the source; below its key in --secrets FILE add {lines}"
            )
            return replace(planned, warnings=(*planned.warnings, warning))
        if kind_named(resource.key).appended and _group(resource) in self._crowded:
            warning = (
                "it joins queues that are there already, with the first priority that is free, so that theirs stay"
            )
            return replace(planned, appended=True, warnings=(*planned.warnings, warning))
        return planned

    def _existing(self, planned: PlannedResource, resource: Resource, there: Resource) -> PlannedResource:
        if resource.key in self._begun and _has_more_to_write(resource):
            warning = "an earlier run has begun it; what is left is completed"
            return replace(planned, begun=True, warnings=(*planned.warnings, warning))
        unequal = kind_named(resource.key).compared and there.digest != resource.digest
        differences = self._differences(resource.key) if unequal else ()
        different = replace(planned, differences=differences, secrets=(), omitted=())
        displaces = resource.position is not None and (kind_of(resource.key), resource.position) in self._taken
        return treat_existing(different, resource, self._on_existing, held=self._held, displaces=displaces)


def _warn_of_missing_names(
    planned: MutableMapping[Key, PlannedResource],
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


def _taken(destination: Inventory, moving: Collection[Key]) -> set[_Position]:
    """The positions that are taken by what does not move."""
    there = destination.resources.items()
    return {(kind_of(key), resource.position) for key, resource in there if resource.position and key not in moving}


def _crowded(
    resources: Mapping[Key, Resource], destination: Inventory, taken: Collection[_Position]
) -> set[tuple[str, str] | None]:
    """The groups in which something new would take a position from what is there."""
    return {
        _group(r)
        for key, r in resources.items()
        if r.position and key not in destination.resources and (kind_of(key), r.position) in taken
    }


def _group(resource: Resource) -> tuple[str, str] | None:
    return None if resource.turn is None else (kind_of(resource.key), resource.turn[0])


def _cascade_skips(
    planned: MutableMapping[Key, PlannedResource],
    resources: Mapping[Key, Resource],
    destination: Inventory,
    *,
    left_out: AbstractSet[Key],
) -> None:
    """What needs what cannot come is skipped as well, and says so; what needs what was left out by order fails."""
    needed_by: dict[Key, list[Key]] = {}
    lost: list[Key] = [key for key, r in planned.items() if r.action in {Action.SKIP, Action.FAIL}]
    for key, resource in resources.items():
        for need in resource.needs:
            needed_by.setdefault(need, []).append(key)
    lost += [need for need in needed_by if need not in planned and need not in destination.resources]
    while lost:
        blocker = lost.pop()
        for key in needed_by.get(blocker, ()):
            if planned[key].action is Action.CREATE:
                lost.append(key)
            elif planned[key].action is not Action.UPDATE and not planned[key].blocked_by:
                continue
            blocked_by = (*planned[key].blocked_by, blocker)
            told = (f"{key}, which is excluded, and not there" if key in left_out else key for key in blocked_by)
            reason = f"it needs {' and '.join(told)}"
            action = Action.SKIP if left_out.isdisjoint(blocked_by) else Action.FAIL
            planned[key] = replace(planned[key], action=action, blocked_by=blocked_by, reason=reason, changes=())


def _mark_bare(planned: MutableMapping[Key, PlannedResource], resources: Mapping[Key, Resource]) -> None:
    """What refers to itself in a circle is created bare where it can be, so that it is there before the others."""
    for component in _circles(planned, resources, _is_to_come):
        for key in component:
            planned[key] = replace(planned[key], bare=kind_named(key).bare is not None)


def _skip_circles(planned: MutableMapping[Key, PlannedResource], resources: Mapping[Key, Resource]) -> None:
    """A circle in which nothing can be created bare has no beginning."""
    for component in _circles(planned, resources, lambda r: _is_to_come(r) and kind_named(r.key).bare is None):
        for key in component:
            reason = f"it refers to itself, by way of {', '.join(sorted(set(component) - {key})) or 'nothing else'}"
            planned[key] = replace(planned[key], action=Action.SKIP, reason=reason)


def _is_to_come(planned: PlannedResource) -> bool:
    return planned.settled is None and planned.action is Action.CREATE


def _circles(
    planned: Mapping[Key, PlannedResource],
    resources: Mapping[Key, Resource],
    is_concerned: Callable[[PlannedResource], bool],
) -> list[list[Key]]:
    # As large as a set, or smaller.
    concerned = dict.fromkeys(key for key, r in planned.items() if is_concerned(r))
    return cyclic(concerned, lambda key: [need for need in resources[key].needs if need in concerned])
