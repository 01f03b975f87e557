"""Selection: which resources of an inventory a migration is about. Pure.

What a chosen resource needs comes along, unless it is excluded; what only comes into being with another one comes
along with it.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from migrator.kinds import KINDS, kind_named
from migrator.model.inventory import Inventory, Resource
from migrator.model.keys import Key


@dataclass(frozen=True)
class Selection:
    """What is chosen, by key patterns and tags.

    A pattern is a key in which `*` stands for anything within a segment and `**` for anything across segments; the
    name of a kind alone stands for all of it.

    Attributes:
        include: Patterns of what is chosen; everything if there is none.
        exclude: Patterns of what is not, whatever else is said.
        tags: Any of which a chosen resource must have, if there is one.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def chooses(self, resource: Resource) -> bool:
        """Whether a resource is chosen for its own sake."""
        included = not self.include or self._includes.fullmatch(resource.key) is not None
        tagged = not self.tags or bool(set(self.tags) & set(resource.tags))
        return included and tagged and not self.excludes(resource.key)

    def excludes(self, key: Key) -> bool:
        """Whether a resource is left out although another one may need it."""
        return self._excludes.fullmatch(key) is not None

    @cached_property
    def _includes(self) -> re.Pattern[str]:
        return _any_of(self.include)

    @cached_property
    def _excludes(self) -> re.Pattern[str]:
        return _any_of(self.exclude)


EVERYTHING = Selection()


@dataclass(frozen=True)
class Selected:
    """What a migration is about.

    Attributes:
        resources: The chosen resources and those that come along, in the inventory's order.
        required_by: Of those that were not chosen for their own sake: who brought them along first.
    """

    resources: Mapping[Key, Resource]
    required_by: Mapping[Key, Key] = field(default_factory=dict)


def select(inventory: Inventory, selection: Selection = EVERYTHING) -> Selected:
    """Choose resources, and bring along what they need.

    Kinds that go along only when used are never chosen for their own sake.
    """
    everything = inventory.resources
    chosen = {key: None for key, r in everything.items() if not kind_named(key).only_used and selection.chooses(r)}
    required_by = _brought_along(inventory, selection, chosen)
    return Selected(everything.only(chosen | dict.fromkeys(required_by)), required_by)


def unknown_kinds(selection: Selection) -> list[str]:
    """Patterns that can match nothing, because no kind is called so."""
    names = [kind.name for kind in KINDS]
    return [
        pattern
        for pattern in (*selection.include, *selection.exclude)
        if not any(re.fullmatch(_translated(pattern.partition("/")[0]), name) for name in names)
    ]


def idle(selection: Selection, inventory: Inventory) -> list[str]:
    """Patterns and tags that match nothing of an inventory: typing errors, most likely."""
    patterns = (*selection.include, *selection.exclude)
    idle_patterns = [p for p in patterns if not any(map(_any_of([p]).fullmatch, inventory.resources))]
    tagged = {tag for resource in inventory.resources.values() for tag in resource.tags}
    return [*idle_patterns, *(tag for tag in selection.tags if tag not in tagged)]


def _brought_along(inventory: Inventory, selection: Selection, chosen: Collection[Key]) -> dict[Key, Key]:
    """What the chosen need, directly or not, and what comes into being with that; each with who brought it first."""
    found = list(chosen)
    dependents: dict[Key, list[Key]] = {}
    for key, resource in inventory.resources.items():
        for need in resource.needs if resource.comes_along else ():
            dependents.setdefault(need, []).append(key)
    required_by: dict[Key, Key] = {}
    while found:
        key = found.pop()
        for along in (*inventory.resources[key].needs, *dependents.get(key, ())):
            taken = along in chosen or along in required_by
            if along in inventory.resources and not taken and not selection.excludes(along):
                found.append(along)
                required_by[along] = key
    return required_by


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    whole = (pattern if "/" in pattern else f"{pattern}/**" for pattern in patterns)
    return re.compile("|".join(map(_translated, whole)) or r"(?!)", re.DOTALL)


def _translated(pattern: str) -> str:
    """A pattern as a regular expression."""
    return "".join(_STARS.get(piece, re.escape(piece)) for piece in re.findall(r"\*\*|\*|[^*]+", pattern))


_STARS = {"**": ".*", "*": "[^/]*"}
