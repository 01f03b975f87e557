"""Notes: what a report says of resources, gathered while they pass by; of many that are alike, only some are named."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from migrator.kinds import kind_named
from migrator.model.keys import Key
from migrator.reporting.model import ErrorForm, ResourceForm

#: Resources of one sort that are printed by name; the machine form has them all.
SHOWN = 10
#: The type of the error of what was skipped.
SKIPPED = "Skipped"


@dataclass
class Some:
    """The first of some lines, and how many there are."""

    first: list[str] = field(default_factory=list)
    found: int = 0

    def add(self, line: str) -> None:
        """Take one more."""
        self.found += 1
        if len(self.first) < SHOWN:
            self.first.append(line)


def some_of(lines: Iterable[str]) -> Some:
    """The first of some lines."""
    some = Some()
    for line in lines:
        some.add(line)
    return some


class Groups(dict[str, Some]):
    """Keys by what they have in common."""

    def add(self, common: str, key: str) -> None:
        """Take one more."""
        self.setdefault(common, Some()).add(key)


@dataclass
class Notes:
    """What there is to say of the resources of a run or a plan.

    Attributes:
        failed: By why.
        skipped: By why, but for those that were skipped because of others.
        blocked: Those, by the key of the one that they needed.
        warned: By warning.
        kept: By where they differ.
        acting: How many differ only in whether they act.
        changed: By the fields.
        secrets: By key, the secrets that it lacks.
    """

    failed: dict[ErrorForm, Some] = field(default_factory=dict)
    skipped: dict[ErrorForm, Some] = field(default_factory=dict)
    blocked: Groups = field(default_factory=Groups)
    warned: Groups = field(default_factory=Groups)
    kept: Groups = field(default_factory=Groups)
    acting: int = 0
    changed: Groups = field(default_factory=Groups)
    secrets: dict[str, list[str]] = field(default_factory=dict)

    def take(self, resource: ResourceForm) -> None:
        """Take note of a resource."""
        self._take_loss(resource)
        for warning in resource.warnings:
            self.warned.add(warning, resource.key)
        if resource.secrets:
            self.secrets[resource.key] = resource.secrets
        if resource.changes:
            self.changed.add(", ".join(resource.changes), resource.key)
        elif resource.differences:
            self._take_kept(resource)

    def _take_loss(self, resource: ResourceForm) -> None:
        error = resource.error
        if error and error.type != SKIPPED:
            self.failed.setdefault(error, Some()).add(resource.key)
        elif resource.blocked_by:
            for blocker in resource.blocked_by:
                self.blocked.add(blocker, resource.key)
        elif error:
            self.skipped.setdefault(error, Some()).add(resource.key)

    def _take_kept(self, resource: ResourceForm) -> None:
        live = kind_named(Key(resource.key)).live
        if live is not None and resource.differences == [f"/{live[0]}"]:
            self.acting += 1
        else:
            self.kept.add(", ".join(resource.differences), resource.key)


def notes_on(resources: Iterable[ResourceForm]) -> Notes:
    """The notes on some resources."""
    notes = Notes()
    for resource in resources:
        notes.take(resource)
    return notes
