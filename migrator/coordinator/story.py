"""The story of a held migration until now: what it holds, what was switched since, what has changed at its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migrator.coordinator.discovery import Discovery
from migrator.coordinator.ledger import Entry, read_ledger
from migrator.coordinator.sequel import sequels
from migrator.coordinator.survey import Survey
from migrator.engine.record import RunRecord
from migrator.engine.run import Run
from migrator.kinds import kind_named
from migrator.model.canonical import Canonical
from migrator.model.keys import Key
from migrator.model.plan import Action, Purpose
from migrator.planning.selection import EVERYTHING, Selection, select
from migrator.planning.switching import Switchable


@dataclass(frozen=True)
class Story:
    """What has become of a migration's resources until now.

    Attributes:
        record: The migration.
        entries: Its ledger.
        held: What it, or one before it, has let arrive so that it does not act, by its id at the destination.
        switched: What has been switched, at least in part, and not wholly back.
    """

    record: RunRecord
    entries: Sequence[Entry]
    held: Mapping[Key, str]
    switched: frozenset[Key]

    def items(self, survey: Survey, *, back: bool) -> list[Switchable]:
        """What can be switched, as it is now."""
        acts = [_acting(side) for side in (survey.source, survey.destination)]
        acting = [entry for entry in self.entries if entry.line.live]
        return [
            Switchable(
                key=entry.key,
                source_id=entry.line.source_id,
                destination_id=self.held.get(entry.key, entry.destination_id or ""),
                acts_at_source=acts[0].get(entry.line.source_id),
                acts_at_destination=acts[1].get(self.held.get(entry.key, "")),
                reason="" if entry.key in self.held else _not_held(entry),
            )
            for entry in acting
            if not back or entry.key in self.switched
        ]


def _acting(side: Discovery) -> dict[str, bool]:
    """Of what can act by itself, by id: whether it does."""
    return {resource.id: resource.live for resource in side.inventory.resources.values() if resource.live is not None}


def _not_held(entry: Entry) -> str:
    if entry.line.action == Action.EXISTS:
        return "it was at the destination before, and no run of ours has held it there"
    return "it has not arrived: the report of the run says why"


async def read_story(related: Sequence[tuple[Run, RunRecord]], record: RunRecord, entries: Sequence[Entry]) -> Story:
    """The story of a migration.

    Args:
        related: Every run of the same two workspaces, oldest first.
        record: The migration.
        entries: Its ledger.
    """
    held: dict[Key, str] = {}
    for run, other in related:
        if other.purpose is Purpose.MIGRATE and other.held and other.created <= record.created:
            held |= {e.key: e.destination_id for e in await read_ledger(run) if _is_held(e) and e.destination_id}
    switched: set[Key] = set()
    for sequel, its_entries in await sequels(related, record):
        mine = [entry for entry in its_entries if entry.line.action == Action.SWITCH and (entry.first or entry.tried)]
        if sequel.purpose is Purpose.CUTOVER:
            switched |= {entry.key for entry in mine}
        else:
            switched -= {entry.key for entry in mine if entry.whole}
    return Story(record, entries, held, frozenset(switched))


def _is_held(entry: Entry) -> bool:
    return bool(entry.line.live) and entry.whole and entry.line.action in {Action.CREATE, Action.UPDATE}


def changed_since(story: Story, survey: Survey, wave: Selection) -> list[Key]:
    """What has changed, gone, or come, of what is chosen and what that needs."""
    now = survey.source.inventory
    chosen = Selection(story.record.chosen.include, story.record.chosen.exclude, story.record.chosen.tags)
    in_scope = select(now, wave).resources.keys()
    known = {entry.key for entry in story.entries}
    changed = [
        entry.key
        for entry in story.entries
        if (entry.key in in_scope and _has_changed(entry, survey, entry.key in story.switched))
        or (entry.key not in now.resources and wave == EVERYTHING)
    ]
    return changed + [key for key in select(now, chosen).resources if key in in_scope and key not in known]


def _has_changed(entry: Entry, survey: Survey, was_switched: bool) -> bool:  # noqa: FBT001 - a fact, not a choice
    """Whether it is another one now; that it was stilled by us does not count."""
    now = survey.source.inventory.resources[entry.key]
    kind = kind_named(entry.key)
    if not kind.compared or now.masked or now.digest == entry.line.digest:
        return False
    if not was_switched or not entry.line.live:
        return True
    canonical = survey.source.canonical(entry.key)
    return Canonical(kind.act(canonical.body), canonical.references).digest() != entry.line.digest
