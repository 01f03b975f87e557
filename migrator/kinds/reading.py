"""How a row of a list becomes a canonical form, and what is said about it beside. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import orjson

from migrator.kinds.kind import Kind, Surroundings, only
from migrator.kinds.mentions import mentions
from migrator.kinds.projection import EVERYTHING, Acceptance
from migrator.kinds.references import TakenOut, portable, take_out
from migrator.model.addresses import NOWHERE, Address
from migrator.model.canonical import Body, Canonical
from migrator.model.inventory import Resource
from migrator.model.keys import Key
from migrator.model.masks import masked
from migrator.model.secrets_file import lines_for
from migrator.model.sharing import Shared

_OWN_ADDRESS = "it names the source's own address at {}: what runs in the new place would report to the old"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one workspace.

    Attributes:
        key_of_id: What an id of the workspace belongs to.
        surroundings: What its rows say of one another.
        address: How texts name the workspace.
        onto: What the other side accepts.
        shared: What resources have in common.
    """

    key_of_id: Callable[[str], Key | None]
    surroundings: Surroundings
    address: Address = NOWHERE
    onto: Acceptance = EVERYTHING
    shared: Shared = field(default_factory=Shared)

    def canonical(self, kind: Kind, row: Body) -> Canonical:
        """The canonical form of a row."""
        return self._taken_out(kind, kind.shape(row, self.surroundings)).canonical

    def disclosed(self, kind: Kind, row: Body) -> Canonical:
        """The canonical form of a row without what is secret in it."""
        return self._taken_out(kind, kind.disclosed(row, kind.shape(row, self.surroundings))).canonical

    def masked(self, kind: Kind, row: Body) -> tuple[str, ...]:
        """JSON pointers to the masks in a row, those of other documents that it holds apart."""
        return _masked(kind.shape(row, self.surroundings))

    def needs(self, kind: Kind, content: Body) -> tuple[Key, ...]:
        """What a content refers to, by ids and by names."""
        return self._needs(kind, content, self._taken_out(kind, content).canonical)

    def resource(self, kind: Kind, key: Key, row: Body, place: int = -1) -> Resource:
        """What an inventory says of a row, whose body is in some place."""
        body = kind.shape(row, self.surroundings)
        taken_out = self._taken_out(kind, body)
        canonical = taken_out.canonical
        fit = self.onto.fit(kind, canonical)
        carried = canonical.without(fit.left_out)
        broken = [dangling.pointer for dangling in taken_out.dangling if dangling.required]
        secrets = _masked(body)
        omitted = [kind.dispensable(row, pointer) for pointer in secrets]
        required = [pointer for pointer, part in zip(secrets, omitted, strict=True) if not part]
        return Resource(
            key=key,
            id=self.shared.one(str(row.get("id", "default"))),
            digest=canonical.digest(),
            needs=self._needs(kind, body, carried),
            mentions=self.shared.each(sorted(self._portable(mentions(orjson.dumps(body))))),
            tags=self.shared.each(body.get("tags") or ()),
            turn=kind.turn(body),
            position=kind.position(body),
            live=kind.is_live(body),
            completes=kind.completes(body),
            comes_along=kind.comes_along(body),
            warnings=(
                *(f"{d.pointer} pointed to nothing and is left out" for d in taken_out.dangling if not d.required),
                *(_OWN_ADDRESS.format(pointer) for pointer in self.address.places_in(body)),
                *(f"the destination's Prefect does not know {pointer}; it is left out" for pointer in fit.lost),
                *kind.remarks(row),
            ),
            masked=self.shared.one(secrets),
            omitted=() if required else tuple(sorted(set(omitted))),
            left_out=self.shared.one(fit.left_out),
            lost=self.shared.one(fit.lost),
            problem=_problem(broken, required) or fit.problem,
            place=place,
        )

    def _needs(self, kind: Kind, content: Body, canonical: Canonical) -> tuple[Key, ...]:
        by_id = {reference.key for reference in canonical.references}
        return self.shared.each(sorted(by_id | self._portable(kind.needs(content))))

    def _portable(self, keys: Iterable[Key]) -> set[Key]:
        return {portable(key, self.key_of_id) for key in keys}

    def _taken_out(self, kind: Kind, body: Body) -> TakenOut:
        return take_out(body, self.key_of_id, kind.places, sets=kind.sets, ids_in_text=kind.ids_in_text)


def own_form(kind: Kind, content: Body) -> Canonical:
    """The form in which a content is compared with another one of its own workspace: ids stand for themselves."""
    return take_out(content, Key, kind.places, sets=kind.sets).canonical


def _masked(body: Body) -> tuple[str, ...]:
    return masked(only(body, "data"))


def _problem(broken: list[str], required: list[str]) -> str:
    """Why a resource cannot be migrated: a mask is never written in place of what it hides."""
    if broken:
        where = ", ".join(broken)
        return f"it holds an id that cannot be carried, of nothing the source has or as the name of a field, at {where}"
    if required:
        lines = lines_for(required)
        return f"the source masks a secret that it needs; below its key in --secrets FILE add {lines}"
    return ""
