"""How a row of a list becomes a canonical form, and what is said about it beside. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from migrator.kinds.kind import Kind, Surroundings, only
from migrator.kinds.mentions import mentions
from migrator.kinds.projection import EVERYTHING, Acceptance
from migrator.kinds.references import TakenOut, take_out
from migrator.model.canonical import Body, Canonical
from migrator.model.inventory import Resource
from migrator.model.keys import Key
from migrator.model.masks import masked


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one workspace.

    Attributes:
        key_of_id: What an id of the workspace belongs to.
        surroundings: What its rows say of one another.
        onto: What the other side accepts.
    """

    key_of_id: Callable[[str], Key | None]
    surroundings: Surroundings
    onto: Acceptance = EVERYTHING

    def canonical(self, kind: Kind, row: Body) -> Canonical:
        """The canonical form of a row."""
        return self._taken_out(kind, kind.shape(row, self.surroundings)).canonical

    def disclosed(self, kind: Kind, row: Body) -> Canonical:
        """The canonical form of a row without what is secret in it."""
        return self._taken_out(kind, kind.disclosed(row, kind.shape(row, self.surroundings))).canonical

    def resource(self, kind: Kind, key: Key, row: Body) -> Resource:
        """What an inventory says of a row."""
        body = kind.shape(row, self.surroundings)
        taken_out = self._taken_out(kind, body)
        canonical = taken_out.canonical
        fit = self.onto.fit(kind, canonical)
        carried = canonical.without(fit.left_out)
        needs = {reference.key for reference in carried.references} | set(kind.needs(body))
        broken = [dangling.pointer for dangling in taken_out.dangling if dangling.required]
        secrets = masked(only(body, "data"))
        return Resource(
            key=key,
            id=str(row.get("id", "default")),
            digest=canonical.digest(),
            needs=tuple(sorted(needs)),
            mentions=mentions(orjson.dumps(body)),
            tags=tuple(body.get("tags") or ()),
            turn=kind.turn(body),
            live=kind.is_live(body),
            completes=kind.completes(body),
            comes_along=kind.comes_along(body),
            warnings=(
                *(f"{d.pointer} pointed to nothing and is left out" for d in taken_out.dangling if not d.required),
                *(f"the destination's Prefect does not know {pointer}; it is left out" for pointer in fit.lost),
                *kind.remarks(row),
            ),
            masked=secrets,
            left_out=fit.left_out,
            lost=fit.lost,
            problem=_problem(broken, secrets) or fit.problem,
        )

    def _taken_out(self, kind: Kind, body: Body) -> TakenOut:
        return take_out(body, self.key_of_id, kind.places, ids_in_text=kind.ids_in_text)


def _problem(broken: list[str], secrets: tuple[str, ...]) -> str:
    """Why a resource cannot be migrated: a mask is never written in place of what it hides."""
    if broken:
        return f"it holds an id that cannot be carried, of nothing the source has, at {', '.join(broken)}"
    if secrets:
        return f"the source shows a mask instead of the secret at {', '.join(secrets)}; its credentials may not read it"
    return ""
