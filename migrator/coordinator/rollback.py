"""The rollback of a migration: what it created is removed, dependents first, what it changed is restored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from migrator.coordinator.carrying_out import Running, carry_out
from migrator.coordinator.discovery import Discovery
from migrator.coordinator.history import refuse_while_worked_at
from migrator.coordinator.ledger import Entry, read_ledger
from migrator.coordinator.publication import as_appended, publish_sequel
from migrator.coordinator.sequel import migration_named, refuse_another_workspace, related_runs
from migrator.coordinator.survey import Listening, surveyed_alone
from migrator.coordinator.workplace import workplace
from migrator.engine.parcel import open_image
from migrator.engine.record import RunRecord
from migrator.engine.run import Run, ledgers
from migrator.engine.sealing import Seal, seal_for
from migrator.errors import RefusedError
from migrator.kinds import kind_named
from migrator.kinds.kind import Request, any_of
from migrator.kinds.reading import own_form
from migrator.model.canonical import Body, Canonical
from migrator.model.keys import Key, kind_of
from migrator.model.outcome import Outcome
from migrator.model.plan import Action, Plan
from migrator.planning.differences import compare, fields_at
from migrator.planning.undoing import Undoable, plan_undo
from migrator.prefect_api.profiles import read_profile
from migrator.prefect_api.workspace import Workspace
from migrator.reporting.model import RunForm
from migrator.reporting.run_report import report_of_plan, report_of_run
from migrator.settings import Settings

#: Flows that one request asks about.
AT_ONCE = 100


@dataclass(frozen=True)
class RollbackOrder:
    """What is to be undone: the migration's id, or `last`; and how many worker processes to start here."""

    run: str
    workers: int


@dataclass(frozen=True)
class RollbackAudience:
    """Who is told what happens, and asked.

    Attributes:
        listing: Shows listing.
        plan: Is shown the plan, and how many runs of flows go with these; raises if the answer is no.
        running: Shows the run.
    """

    listing: Listening
    plan: Callable[[RunForm, int], None]
    running: Running


async def roll_back(order: RollbackOrder, settings: Settings, audience: RollbackAudience) -> RunForm:
    """Undo a migration, and report.

    Raises:
        MigratorError: It could not begin, was declined, or has not ended.
    """
    seal = seal_for(settings)
    async with workplace(settings) as place:
        migration, record = await migration_named(place.redis, order.run)
        if seal.id != record.seal:
            raise RefusedError(f"run {record.run} was sealed with another key", "name it: MIGRATOR_SEALING_KEY_FILE")
        known = await ledgers(place.redis)
        await refuse_while_worked_at([run for run, _ in await related_runs(place.redis, record)], known)
        entries = await read_ledger(migration)
        images = await _images(migration, seal, entries)
        ids = {entry.destination_id: entry.key for entry in entries if entry.destination_id}
        profile = read_profile(record.destination.profile, credentials_dir=settings.credentials_dir)
        async with surveyed_alone(profile, settings, audience.listing, ids) as (there, workspace):
            refuse_another_workspace(record, there.side)
            plan = plan_undo(_undoables(entries, images, record, there), there.inventory)
            runs = await _runs_lost(workspace, plan)
            contents = _contents(plan, images, there)
            requests = (0, workspace.requests)
            audience.plan(report_of_plan(plan, record.source, record.destination, requests, parent=record.run), runs)
        await refuse_while_worked_at([run for run, _ in await related_runs(place.redis, record)], known)
        await migration.cancel()
        run = await publish_sequel(place.redis, seal, record, plan, requests=requests, contents=contents)
        await carry_out(run, place, order.workers, settings, audience.running)
        return await report_of_run(run)


async def _images(run: Run, seal: Seal, entries: Sequence[Entry]) -> dict[Key, Body]:
    """What updates have replaced, by key."""
    sealed = await run.images([entry.number for entry in entries])
    return {
        entry.key: open_image(image, seal, run.id, entry.number)
        for entry, image in zip(entries, sealed, strict=True)
        if image is not None
    }


def _contents(plan: Plan, images: Mapping[Key, Body], there: Discovery) -> dict[int, Body]:
    """What nodes are given: what was replaced, and the name of what is found by it, which a key may spell otherwise."""
    contents: dict[int, Body] = {}
    for number, resource in enumerate(plan.resources):
        if resource.settled is None:
            by_name = kind_named(resource.key).found_by_name
            named = {"name": there.content(resource.key)["name"]} if by_name else {}
            image = images[resource.key] if resource.action is Action.RESTORE else {}
            if content := {**named, **image}:
                contents[number] = content
    return contents


def _undoables(
    entries: Sequence[Entry], images: Mapping[Key, Body], record: RunRecord, there: Discovery
) -> list[Undoable]:
    undoing = _Undoing(images, record, there)
    return [undoing.undoable(entry) for entry in entries if undoing.did_something(entry)]


@dataclass(frozen=True)
class _Undoing:
    """Tells what a migration did, and whether it is still as that left it."""

    images: Mapping[Key, Body]
    record: RunRecord
    there: Discovery

    def did_something(self, entry: Entry) -> bool:
        """Whether there may be something of it to undo; what an earlier run had begun is that run's."""
        if entry.key in self.images:
            return True
        return self._may_have_created(entry) and self._id_of(entry) is not None

    def undoable(self, entry: Entry) -> Undoable:
        """What is to be undone of it, and what speaks against that."""
        created = entry.key not in self.images
        is_half = created and not entry.whole and entry.first is not None
        return Undoable(
            key=entry.key,
            source_id=entry.line.source_id,
            destination_id=self._id_of(entry) or "",
            created=created,
            comes_along=entry.line.comes_along,
            done=not created and not self._fields_unlike(entry.key, "before"),
            needs_then=() if created else self._needs_then(entry.key),
            kept=self._changed_since_created(entry) if created else self._changed_since_updated(entry.key),
            warnings=("the run had written a part of it",) if is_half else (),
        )

    def _may_have_created(self, entry: Entry) -> bool:
        line = entry.line
        return line.action == Action.CREATE and not line.begun and (entry.first == Outcome.CREATED or entry.tried)

    def _id_of(self, entry: Entry) -> str | None:
        """Its id; where the answer to its creation was lost, that of what is there under its name."""
        there = self.there.inventory.resources.get(entry.key)
        return entry.destination_id or (there.id if there else None)

    def _changed_since_created(self, entry: Entry) -> str:
        there, kind, line = self.there.inventory.resources.get(entry.key), kind_named(entry.key), entry.line
        is_half = entry.first is not None and not entry.whole
        if there is None or is_half or not kind.compared:
            return ""
        acts = bool(line.live) and not self.record.held
        if there.live is not None and there.live is not acts:
            return self._acts_otherwise(acts=there.live)
        canonical = self.there.canonical(entry.key).without(line.left_out)
        body = kind.act(canonical.body) if line.live else canonical.body
        form = Canonical(body, canonical.references)
        digest = (as_appended(form, entry.key) if line.appended else form).digest()
        if digest == (line.left or line.digest):
            return ""
        return "it may be somebody else's" if entry.tried else "it has changed since the run"

    def _acts_otherwise(self, *, acts: bool) -> str:
        if acts and self.record.held:
            return f"it acts there now; take it back first: migrator cutover {self.record.run} --back"
        return f"it has changed since the run: it {'acts now' if acts else 'does not act any more'}"

    def _changed_since_updated(self, key: Key) -> str:
        fields = self._fields_unlike(key, "after")
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


async def _runs_lost(workspace: Workspace, plan: Plan) -> int:
    """How many flow runs go when their flows are removed."""
    flows = [
        resource.destination_id
        for resource in plan.resources
        if resource.action is Action.REMOVE and kind_of(resource.key) == "flow"
    ]
    lost = 0
    for start in range(0, len(flows), AT_ONCE):
        filters = {"flows": {"id": any_of(flows[start : start + AT_ONCE])}}
        _, count = await workspace.send(Request("POST", "/flow_runs/count", filters))
        lost += int(count)
    return lost
