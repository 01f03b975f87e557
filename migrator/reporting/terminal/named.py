"""The resources of a plan by name, on a terminal: of each kind the first, or all."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from migrator.model.plan import Action
from migrator.reporting.model import ResourceForm
from migrator.reporting.terminal.lines import Page

#: Resources of one kind that are named where one has not asked for all of them.
NAMED = 3


class Sign(NamedTuple):
    """How an action is marked.

    Attributes:
        mark: Before the name.
        verb: What will happen.
        style: In which colour.
    """

    mark: str
    verb: str
    style: str


_SIGNS = {
    Action.CREATE: Sign("+", "create", "green"),
    Action.UPDATE: Sign("~", "update", "yellow"),
    Action.EXISTS: Sign("=", "keep", "dim"),
    Action.SKIP: Sign("!", "skip", "bold yellow"),
    Action.FAIL: Sign("!", "fail", "bold red"),
}
#: What is named of each kind unless one asks for all: what cannot go is said under what is the matter with it.
_WRITTEN = (Action.CREATE, Action.UPDATE)


def show_every(page: Page, resources: Iterable[ResourceForm]) -> None:
    """Every resource, with what will happen to it."""
    for kind, of_kind in groupby(resources, attrgetter("kind")):
        page.title(kind)
        for resource in of_kind:
            _show(page, resource)


def _show(page: Page, resource: ResourceForm) -> None:
    sign = _SIGNS[Action(resource.action)]
    page.line(f"{sign.mark} {sign.verb:<6}  {resource.key}", style=sign.style)
    _show_fields(page, resource)
    if resource.action == Action.EXISTS and resource.differences:
        page.line(f"differs at {', '.join(resource.differences)}", indent=6)
    if resource.error:
        page.sentence(resource.error.message, indent=6)


def show_some(page: Page, resources: Iterable[ResourceForm]) -> None:
    """Of each kind the first that are created, and the first that are changed."""
    for kind, of_kind in groupby(resources, attrgetter("kind")):
        first, found = _first(of_kind)
        if any(found.values()):
            page.title(kind)
        for action in _WRITTEN:
            _show_named(page, _SIGNS[action], first[action], found[action])


def _first(resources: Iterable[ResourceForm]) -> tuple[dict[Action, list[ResourceForm]], dict[Action, int]]:
    """By action, the first resources, and how many there are."""
    first: dict[Action, list[ResourceForm]] = {action: [] for action in Action}
    found = dict.fromkeys(_WRITTEN, 0)
    for resource in resources:
        if (action := Action(resource.action)) in found:
            found[action] += 1
            first[action] += [resource] if found[action] <= NAMED else []
    return first, found


def _show_named(page: Page, sign: Sign, named: Sequence[ResourceForm], found: int) -> None:
    for resource in named:
        page.line(f"{sign.mark} {resource.key}", style=sign.style)
        _show_fields(page, resource)
    if more := found - len(named):
        page.line(f"and {more} more to {sign.verb}; {page.all_of}", style="dim")


def _show_fields(page: Page, resource: ResourceForm) -> None:
    """What of it changes, field by field."""
    for field in resource.changes:
        page.line(f"~ {field}", indent=6, style="yellow")
