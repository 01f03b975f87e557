"""The story of a held migration until now: what it holds, what was switched since, what has changed at its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from migrator.coordinator.discovery import Discovery
from migrator.coordinator.ledger import Entry, entries_of
from migrator.coordinator.survey import Survey
from migrator.engine.record import RunRecord
from migrator.engine.run import Run
from migrator.kinds import kind_named
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
        switched: What any cutover of these workspaces has switched, at least in part, and none wholly back.
    """

    record: RunRecord
    entries: Sequence[Entry]
    held: Mapping[Key, str]
    switched: frozenset[Key]

    @property
    def switchable(self) -> frozenset[Key]:
        """What may act on either side, as far as this migration and the cutovers go."""
        held = {entry.key for entry in self.entries if entry.line.live} if self.record.held else set()
        return self.switched | held

    def items(self, survey: Survey, *, back: bool) -> list[Switchable]:
        """What can be switched, as it is now."""
        acts = [_acting(side) for side in (survey.source, survey.destination)]
        items = (
            Switchable(
                key=entry.key,
                source_id=entry.line.source_id,
                destination_id=self.held.get(entry.key, entry.destination_id or ""),
                acts_at_source=acts[0].get(entry.line.source_id),
                acts_at_destination=acts[1].get(self.held.get(entry.key, "")),
            )
            for entry in self.entries
            # What a cutover has stilled did not act any more when a later migration came.
            if entry.key in self.switched or (entry.line.live and not back)
        )
        return [replace(item, reason=self._reason(item, back=back)) for item in items]

    @cached_property
    def _found(self) -> frozenset[Key]:
        """What the migration found at the destination."""
        return frozenset(entry.key for entry in self.entries if entry.line.action == Action.EXISTS)

    def _reason(self, item: Switchable, *, back: bool) -> str:
        """Why something cannot be switched."""
        if item.key not in self.held:
            return _NOT_OURS if item.key in self._found else _NOT_ARRIVED
        stopped = item.acts_at_source is False and not item.acts_at_destination
        return _STOPPED if stopped and not back and item.key not in self.switched else ""


_NOT_OURS = "it was at the destination before, and no run of ours has held it there"
_NOT_ARRIVED = "it has not arrived: the report of the run says why"
_STOPPED = "it does not act at the source any more"


def _acting(side: Discovery) -> dict[str, bool]:
    """Of what can act by itself, by id: whether it does."""
    return {resource.id: resource.live for resource in side.inventory.resources.values() if resource.live is not None}


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
            held |= {e.key: e.destination_id async for e in entries_of(run) if _is_held(e) and e.destination_id}
    switched: set[Key] = set()
    for run, other in related:
        if other.purpose.switches:
            begun = ((e.key, e.whole) async for e in entries_of(run) if _is_begun(e))
            if other.purpose is Purpose.CUTOVER:
                switched |= {key async for key, _ in begun}
            else:
                switched -= {key async for key, whole in begun if whole}
    return Story(record, entries, held, frozenset(switched))


def _is_begun(entry: Entry) -> bool:
    return entry.line.action == Action.SWITCH and bool(entry.first or entry.tried)


def _is_held(entry: Entry) -> bool:
    """Whether it acted at the source, and was let arrive, or was found, so that it does not at the destination."""
    live = kind_named(entry.key).live
    if live is None or not entry.line.live or not entry.whole:
        return False
    found = entry.line.action == Action.UPDATE and f"/{live[0]}" in entry.line.differences
    return entry.line.action == Action.CREATE or found


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
    return survey.source.canonical(entry.key).shaped(kind.act).digest() != entry.line.digest
