"""What rests sealed in Redis for one resource: its canonical form, and where its destination ids are found."""

from dataclasses import dataclass

from migrator.engine.sealing import Seal
from migrator.model.canonical import Body, Canonical, Reference
from migrator.model.keys import Key

Whereabouts = int | str
"""Where the destination id of a reference is: in the ledger under this resource's number, or this very id."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A canonical form on its way.

    Attributes:
        canonical: The body with holes, and what belongs into them.
        whereabouts: For each key that the canonical form refers to, where its destination id is.
    """

    canonical: Canonical
    whereabouts: dict[Key, Whereabouts]

    def close(self, seal: Seal, run: str, resource: int) -> bytes:
        """Seal it for its place in a run."""
        holes = [[hole.pointer, hole.offset, hole.key] for hole in self.canonical.references]
        return seal.close([self.canonical.body, holes, self.whereabouts], _place(run, resource))


def open_parcel(sealed: bytes, seal: Seal, run: str, resource: int) -> Parcel:
    """The parcel that was sealed for a place in a run.

    Raises:
        RefusedError: It was sealed with another key, or for another place.
    """
    body, holes, whereabouts = seal.open(sealed, _place(run, resource))
    references = tuple(Reference(pointer, offset, Key(key)) for pointer, offset, key in holes)
    return Parcel(Canonical(body, references), {Key(key): where for key, where in whereabouts.items()})


def close_image(image: Body, seal: Seal, run: str, resource: int) -> bytes:
    """Seal what an update of a resource replaces, for its place in a run."""
    return seal.close(image, f"{_place(run, resource)}/before")


def open_image(sealed: bytes, seal: Seal, run: str, resource: int) -> Body:
    """What an update has replaced: `before` and `after`, each the fields that it changed.

    Raises:
        RefusedError: It was sealed with another key, or for another place.
    """
    image: Body = seal.open(sealed, f"{_place(run, resource)}/before")
    return image


def _place(run: str, resource: int) -> str:
    return f"{run}/{resource}"
