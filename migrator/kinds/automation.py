"""Automations: a trigger and actions, full of ids of everything else. Names are not unique.

Where an automation points into its own cycle it is created without what points there, and completed later.
"""

from migrator.kinds.kind import Kind, Listing, Request, Surroundings, by_id, named_by, only, without
from migrator.kinds.references import Place
from migrator.model.canonical import Body

_CONTENT = (
    *("name", "description", "enabled", "tags", "trigger"),
    *("actions", "actions_on_trigger", "actions_on_resolve"),
)
_ID_FIELDS = ("deployment_id", "work_pool_id", "work_queue_id", "automation_id", "block_document_id")
_ACTION_LISTS = ("actions", "actions_on_trigger", "actions_on_resolve")
#: A trigger that waits for an event that nobody sends.
_NEVER: Body = {
    "type": "event",
    "posture": "Reactive",
    "expect": ["migrator.never"],
    "match": {"prefect.resource.id": "migrator.never"},
    "threshold": 1,
    "within": 0,
}
#: By type, what actions of older servers do not show, and what a current one shows where it was not set.
_ABSENT: dict[str, Body] = {"run-deployment": {"schedule_after": 0.0}, "change-flow-run-state": {"force": False}}

#: Fields of a trigger that the server keeps as sets (`prefect.server.events.schemas.automations`).
_SETS = ("expect", "after", "for_each")


def _trigger(row: Body) -> Body:
    """A trigger as it was given, without the ids that the server gives to it and to those inside it."""
    trigger = without(row, "id")
    if "triggers" in trigger:
        trigger["triggers"] = [_trigger(inner) for inner in trigger["triggers"]]
    return trigger


def _shape(row: Body, _: Surroundings) -> Body:
    body = only(row, *_CONTENT, tags=[])
    actions = {name: [_action(action) for action in body[name]] for name in _ACTION_LISTS}
    return {**body, **actions, "trigger": _trigger(body["trigger"])}


def _action(row: Body) -> Body:
    return {**_ABSENT.get(row["type"], {}), **row}


AUTOMATION = Kind(
    name="automation",
    listing=Listing("/automations/filter", {"sort": "CREATED_DESC"}, count="/automations/count"),
    optional=True,
    names=named_by("name"),
    namesakes=True,
    shape=_shape,
    places=tuple(Place(f"/{actions}/*/{name}") for actions in _ACTION_LISTS for name in _ID_FIELDS),
    sets=tuple(Place(f"/trigger/**/{name}") for name in _SETS),
    ids_in_text=True,
    turn=lambda body: (str(body["name"]), 0),
    live=("enabled", True),
    enabled_last=True,
    bare=lambda body: {**body, "trigger": _NEVER, "actions": [], "actions_on_trigger": [], "actions_on_resolve": []},
    create=lambda body: Request("POST", "/automations/", body),
    owned=("owner_resource", lambda owner: Request("GET", f"/automations/related-to/{owner}")),
    complete=lambda own_id, body, _row: (Request("PUT", f"/automations/{own_id}", body),),
    settable=tuple(field for field in _CONTENT if field != "name"),
    at=by_id("/automations"),
    change=lambda change: (Request("PUT", change.path, {**_shape(change.row, Surroundings()), **change.changed}),),
    switch=lambda own_id, live: Request("PATCH", f"/automations/{own_id}", {"enabled": live}),
)
