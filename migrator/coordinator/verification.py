"""Verification: two workspaces, compared in canonical form, from what each holds right now."""

from collections.abc import Collection
from dataclasses import dataclass

from migrator.coordinator.survey import Survey
from migrator.kinds import kind_named
from migrator.model.keys import Key
from migrator.planning.differences import Comparison
from migrator.planning.selection import select


@dataclass(frozen=True)
class Verification:
    """How two workspaces compare.

    Attributes:
        same: What both have alike.
        missing: What the destination lacks.
        extra: What only the destination has.
        different: What differs, and where.
        unverifiable: What cannot be compared, and where.
        left_out: What the destination has no field for, and that is no difference.
    """

    same: list[Key]
    missing: list[Key]
    extra: list[Key]
    different: dict[Key, tuple[str, ...]]
    unverifiable: dict[Key, tuple[str, ...]]
    left_out: dict[Key, tuple[str, ...]]


def verify(survey: Survey, *, held: Collection[Key] = (), expected: Collection[Key] | None = None) -> Verification:
    """Compare both sides of a survey.

    Args:
        survey: Both sides, as they are now.
        held: The resources that a run has held: whether they act on one side or the other is no difference.
        expected: The resources whose absence counts; all of the source's if not given.
    """
    source = select(survey.source.inventory).resources
    there = survey.destination.inventory.resources
    wanted = source if expected is None else {key: r for key, r in source.items() if key in expected}
    found = Verification(
        same=[],
        missing=[key for key in wanted if key not in there],
        extra=[
            key
            for key in select(survey.destination.inventory).resources
            if key not in survey.source.inventory.resources
        ],
        different={},
        unverifiable={},
        left_out={key: resource.lost for key, resource in wanted.items() if resource.lost and key in there},
    )
    for key, resource in wanted.items():
        if key in there:
            unequal = kind_named(key).compared and resource.digest != there[key].digest
            comparison = survey.compare(key) if unequal else Comparison((), resource.masked)
            _add(found, key, comparison, held=key in held)
    return found


def _add(found: Verification, key: Key, comparison: Comparison, *, held: bool) -> None:
    live = kind_named(key).live
    ignored = {f"/{live[0]}"} if held and live else set()
    different = tuple(pointer for pointer in comparison.different if pointer not in ignored)
    if different:
        found.different[key] = different
    if comparison.unverifiable:
        found.unverifiable[key] = comparison.unverifiable
    if not different and not comparison.unverifiable:
        found.same.append(key)
