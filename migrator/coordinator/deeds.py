"""What a migration did to a destination, read from its ledger, and whether it still is as that left it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from migrator.coordinator.discovery import Discovery
from migrator.coordinator.ledger import Entry, entries_of
from migrator.coordinator.publication import as_appended
from migrator.engine.record import RunRecord
from migrator.engine.run import Run
from migrator.kinds import kind_named
from migrator.kinds.reading import own_form
from migrator.model.canonical import Body
from migrator.model.keys import Key
from migrator.model.outcome import Outcome
from migrator.model.plan import Action, Purpose
from migrator.planning.differences import compare, fields_at
from migrator.planning.undoing import Undoable


@dataclass(frozen=True)
class Others:
    """What other migrations between the same two workspaces have done.

    Attributes:
        created: The ids of what they have created.
        completed: What they have completed that another one had begun.
    """

    created: frozenset[str] = frozenset()
    completed: frozenset[Key] = frozenset()


async def read_others(related: Sequence[tuple[Run, RunRecord]], record: RunRecord) -> Others:
    """What other migrations have done than this one.

    Args:
        related: Every run between the two workspaces.
        record: This one.
    """
    created: set[str] = set()
    completed: set[Key] = set()
    for run, other in related:
        if other.purpose is Purpose.MIGRATE and other.run != record.run:
            async for entry in entries_of(run):
                if entry.line.begun and entry.whole:
                    completed.add(entry.key)
                elif entry.first is Outcome.CREATED and entry.destination_id:
                    created.add(entry.destination_id)
    return Others(frozenset(created), frozenset(completed))


@dataclass(frozen=True)
class Deeds:
    """What a migration did, and whether it still is as that left it.

    Attributes:
        images: By key, what updates have replaced.
        record: The migration.
        there: The destination as it is now, by the migration's keys.
        others: What other migrations have done there.
    """

    images: Mapping[Key, Body]
    record: RunRecord
    there: Discovery
    others: Others

    def undoables(self, entries: Iterable[Entry]) -> list[Undoable]:
        """What is to be undone, and what speaks against that."""
        return [self._undoable(entry) for entry in entries if self._did_something(entry)]

    def _did_something(self, entry: Entry) -> bool:
        """Whether there may be something of it to undo; what an earlier run had begun is that run's."""
        if entry.key in self.images:
            return True
        own_id = self._id_of(entry)
        is_anothers = entry.destination_id is None and own_id in self.others.created
        return own_id is not None and not is_anothers and self._may_have_created(entry)

    def _undoable(self, entry: Entry) -> Undoable:
        created = entry.key not in self.images
        return Undoable(
            key=entry.key,
            source_id=entry.line.source_id,
            destination_id=self._id_of(entry) or "",
            created=created,
            comes_along=entry.line.comes_along,
            done=not created and not self._fields_unlike(entry.key, "before"),
            needs_then=() if created else self._needs_then(entry.key),
            kept=self._changed_since_created(entry) if created else self._changed_since_updated(entry.key),
            warnings=("the run had written a part of it",) if created and self._is_half(entry) else (),
        )

    def _may_have_created(self, entry: Entry) -> bool:
        line = entry.line
        return line.action == Action.CREATE and not line.begun and (entry.first is Outcome.CREATED or entry.tried)

    def _is_half(self, entry: Entry) -> bool:
        """Whether the run created it for certain, and nobody has written the rest."""
        return entry.first is Outcome.CREATED and not entry.whole and entry.key not in self.others.completed

    def _id_of(self, entry: Entry) -> str | None:
        """Its id; where the answer to its creation was lost, that of what is there under its name."""
        there = self.there.inventory.resources.get(entry.key)
        return entry.destination_id or (there.id if there else None)

    def _changed_since_created(self, entry: Entry) -> str:
        there, kind, line = self.there.inventory.resources.get(entry.key), kind_named(entry.key), entry.line
        if there is None or not kind.compared:
            return ""
        acts = bool(line.live) and not self.record.held
        if there.live is not None and there.live is not acts and (there.live or not self._is_half(entry)):
            return self._acts_otherwise(acts=there.live)
        if self._is_half(entry):
            return ""
        canonical = self.there.canonical(entry.key).without(line.left_out)
        form = canonical.shaped(kind.act) if line.live else canonical
        digest = (as_appended(form, entry.key) if line.appended else form).digest()
        if digest == (line.left or line.digest):
            return ""
        return "it may be somebody else's" if entry.tried else "it has changed since the run"

    def _acts_otherwise(self, *, acts: bool) -> str:
        if acts and self.record.held:
            return f"it acts there now; take it back first: migrator cutover {self.record.run} --back"
        return f"it has changed since the run: it {'acts now' if acts else 'does not act any more'}"

    def _changed_since_updated(self, key: Key) -> str:
        fields = sorted({*self._fields_unlike(key, "after")} & {*self._fields_unlike(key, "before")})
        return f"it has changed since the run, at {', '.join(fields)}" if fields else ""

    def _needs_then(self, key: Key) -> tuple[Key, ...]:
        """What one that was updated needs when it has its old fields again; nothing if it is gone."""
        if key not in self.there.inventory.resources:
            return ()
        return self.there.needs(key, {**self.there.content(key), **self.images[key]["before"]})

    def _fields_unlike(self, key: Key, side: str) -> tuple[str, ...]:
        """The fields that an update changed, and that are not as they were on one side of it; none if it is gone."""
        if key not in self.there.inventory.resources:
            return ()
        then, now = self.images[key][side], self.there.content(key)
        forms = (own_form(kind_named(key), content) for content in (then, {name: now.get(name) for name in then}))
        return fields_at(compare(*forms).different)
