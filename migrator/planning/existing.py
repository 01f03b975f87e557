"""What is there already: kept, changed in the fields that differ, or a failure. Pure (invariants 4 and 6)."""

from dataclasses import replace

from migrator.kinds import kind_named
from migrator.kinds.kind import Kind
from migrator.model.inventory import Resource
from migrator.model.plan import Action, OnExisting, PlannedResource
from migrator.planning.differences import fields_at


def treat_existing(
    planned: PlannedResource, resource: Resource, on_existing: OnExisting, *, held: bool, displaces: bool = False
) -> PlannedResource:
    """What happens to a resource that is there.

    What comes with a server or with another resource is no failure: it is always there.

    Args:
        planned: With its differences.
        resource: What the source's inventory says of it.
        on_existing: What to do.
        held: Whether what acts by itself arrives so that it does not.
        displaces: Whether its position is taken by what only the destination has.
    """
    kind = kind_named(planned.key)
    if on_existing is OnExisting.FAIL and kind.compared and not resource.comes_along:
        return replace(planned, action=Action.FAIL, reason="it is there already, and --on-existing is fail")
    if on_existing is OnExisting.UPDATE and planned.differences:
        return _updated(planned, resource, kind, held=held, displaces=displaces)
    return replace(planned, action=Action.EXISTS)


def _updated(
    planned: PlannedResource, resource: Resource, kind: Kind, *, held: bool, displaces: bool
) -> PlannedResource:
    if resource.problem or resource.masked:
        warning = f"it is not changed: {resource.problem or 'the source masks secrets of it'}"
        return replace(planned, action=Action.EXISTS, warnings=(*planned.warnings, warning))
    fields = fields_at(planned.differences)
    fixed = [f"it differs at /{field}, which an update cannot change" for field in fields if field not in kind.settable]
    # Whether it acts is for the cutover, in either direction: what was cut over is paused at the source, and acts here.
    left_alone = {kind.live[0]} if held and kind.live else set()
    if displaces and kind.positioned_by in fields:
        left_alone.add(kind.positioned_by)
        fixed.append(f"it keeps its {kind.positioned_by}: another one of the destination has the source's")
    changes = tuple(field for field in fields if field in kind.settable and field not in left_alone)
    action = Action.UPDATE if changes else Action.EXISTS
    return replace(planned, action=action, changes=changes, warnings=(*planned.warnings, *fixed))
