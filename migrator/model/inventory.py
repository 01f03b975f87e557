"""The inventory of a workspace: what it holds, without the bodies."""

from collections.abc import Iterable
from dataclasses import dataclass

from migrator.model.keys import Key
from migrator.model.packed import PackedDict, Packing


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a workspace.

    Attributes:
        key: What it is called on both sides.
        id: What its own server calls it.
        digest: Of its canonical form.
        needs: What must be there before it can be written.
        mentions: What its text names in templates; order and a warning, no more.
        tags: What it is tagged with.
        turn: Its group and rank, where resources are written one after another.
        position: Its group and the position in it that it takes, where each has room for one.
        live: Whether it acts by itself; None for kinds that never do.
        completes: Whether creating it takes a second write.
        comes_along: Whether it comes into being with another resource.
        masked: JSON pointers to where the server shows a mask instead of a secret.
        omitted: JSON pointers to what it is created without because of its masks.
        left_out: JSON pointers to what the destination has no field for, so that it is created without.
        lost: Those of them that say something.
        warnings: What a reader should know about it.
        problem: Why it cannot be migrated; empty if it can.
        place: Where its body is.
    """

    key: Key
    id: str
    digest: str = ""
    needs: tuple[Key, ...] = ()
    mentions: tuple[Key, ...] = ()
    tags: tuple[str, ...] = ()
    turn: tuple[str, int] | None = None
    position: tuple[str, int] | None = None
    live: bool | None = None
    completes: bool = False
    comes_along: bool = False
    masked: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: str = ""
    place: int = -1


@dataclass(frozen=True)
class Inventory:
    """The resources of a workspace by key, in the order in which kinds are reported."""

    resources: PackedDict[Resource]

    @classmethod
    def of(cls, resources: Iterable[Resource]) -> "Inventory":
        """An inventory of resources whose keys differ."""
        packed = PackedDict(Packing(Resource))
        for resource in resources:
            packed[resource.key] = resource
        return cls(packed)
