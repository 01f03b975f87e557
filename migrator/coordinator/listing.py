"""Listing: every page of every kind of one workspace, spooled raw.

Offset paging slips when a workspace changes under it, so ids are counted once, and counts are held against the
server's own where it has them (invariant 1).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import stamina
from stamina.instrumentation import set_on_retry_hooks

from migrator.coordinator.spool import Spool
from migrator.errors import MigratorError, ResumableError
from migrator.kinds import KINDS
from migrator.kinds.kind import Kind, Request
from migrator.kinds.kind import Listing as KindListing
from migrator.model.canonical import Body, Json
from migrator.planning.naming import Row
from migrator.prefect_api.contact import asked_to
from migrator.prefect_api.errors import ApiError, Missing
from migrator.prefect_api.paging import Pages
from migrator.prefect_api.workspace import Workspace

#: Lists of one kind at one time; the server's CPU is what they share.
KINDS_AT_ONCE = 4
#: Times that a kind is listed in the hope that its count agrees.
ATTEMPTS = 4
#: Seconds after which reading gives up on a server in trouble.
PATIENCE = 60.0

# It would tell of every retry on standard output, where the machine form goes.
set_on_retry_hooks(())

Progress = Callable[[str, int], None]
"""Told the name of a kind, and how many of its rows have come."""


@dataclass
class Listing:
    """What the lists of one workspace hold.

    Attributes:
        spool: Where the bodies are.
        rows: By kind, its rows, until they are handed over.
        default_queues: By the id of a default queue, its pool.
        default_queue_names: Pool and name of each default queue.
        absent: The kinds that this server does not have.
    """

    spool: Spool
    rows: dict[str, list[Row]] = field(default_factory=dict)
    default_queues: dict[str, str] = field(default_factory=dict)
    default_queue_names: set[tuple[str, str]] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)

    def hand_over(self) -> Iterator[Row]:
        """Every row, to whoever makes something of it: none is kept."""
        while self.rows:
            _, rows = self.rows.popitem()
            yield from rows


async def list_workspace(
    workspace: Workspace, spool: Spool, progress: Progress, *, allow_changes: bool = False
) -> Listing:
    """List every kind of a workspace.

    Args:
        workspace: The workspace.
        spool: Where bodies go.
        progress: Told as pages come.
        allow_changes: Go on although the counts of a workspace in motion do not agree.

    Raises:
        ResumableError: The server's count of a kind does not agree with its list, time and again.
        UnreachableError: It stopped answering, or refuses.
    """
    lister = _Lister(workspace, spool, progress, allow_changes=allow_changes)
    await lister.list_kinds([kind for kind in KINDS if kind.announces])
    await lister.list_kinds([kind for kind in KINDS if not kind.announces])
    return lister.listing


class _Lister:
    def __init__(self, workspace: Workspace, spool: Spool, progress: Progress, *, allow_changes: bool) -> None:
        self.listing = Listing(spool)
        self._workspace = workspace
        self._progress = progress
        self._allow_changes = allow_changes
        self._lists = Pages(partial(ask, workspace))
        self._room = asyncio.Semaphore(KINDS_AT_ONCE)

    async def list_kinds(self, kinds: list[Kind]) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                for kind in kinds:
                    tasks.create_task(self._list_kind(kind))
        except* MigratorError as errors:
            raise errors.exceptions[0] from None

    async def _list_kind(self, kind: Kind) -> None:
        async with self._room:
            with asked_to(f"list its {kind.name}s", self._workspace.profile):
                try:
                    self.listing.rows[kind.name] = await self._agreeing_rows(kind)
                except Missing:
                    if not kind.optional:
                        raise
                    self.listing.rows[kind.name] = []
                    self.listing.absent.add(kind.name)

    async def _agreeing_rows(self, kind: Kind) -> list[Row]:
        for _ in range(ATTEMPTS):
            rows = {row_id: row async for row_id, row in self._rows(kind, kind.listing)}
            count = await self._count(kind)
            if self._allow_changes or count is None or count == len(rows):
                # Where both lists have a row, the first says more.
                rows = await self._further_rows(kind) | rows
                return [row for row in rows.values() if row is not None]
        raise ResumableError(
            f"profile '{self._workspace.profile.name}' lists {len(rows)} of kind {kind.name} but counts {count}",
            "it is changing: try again, or say --allow-changes to go on with what it lists",
        )

    async def _further_rows(self, kind: Kind) -> dict[str, Row | None]:
        """Rows of the kind's other list, where it has one and the server too."""
        if kind.also_listed is None:
            return {}
        try:
            return {row_id: row async for row_id, row in self._rows(kind, kind.also_listed)}
        except Missing:
            return {}

    async def _rows(self, kind: Kind, source: KindListing) -> AsyncIterator[tuple[str, Row | None]]:
        async for page in self._pages(source):
            for body in page:
                yield str(body.get("id", "default")), self._row(kind, body) if kind.carried(body) else None
            self._progress(kind.name, len(page))

    def _row(self, kind: Kind, body: Body) -> Row:
        if kind.announces:
            self.listing.default_queues |= kind.announces(body)
        row_id = str(body.get("id", "default"))
        pool = self.listing.default_queues.get(row_id, "")
        if pool:
            self.listing.default_queue_names.add((pool, body["name"]))
        return Row(
            kind=kind,
            id=row_id,
            names=kind.names(body),
            created=str(body.get("created")),
            place=self.listing.spool.append(body),
            default_of=pool,
        )

    async def _pages(self, source: KindListing) -> AsyncIterator[list[Body]]:
        if source.single:
            yield [await ask(self._workspace, Request("GET", source.path))]
            return
        async for page in self._lists.of(Request("POST", source.path, dict(source.filters))):
            yield page

    async def _count(self, kind: Kind) -> int | None:
        if kind.listing.count is None:
            return None
        filters = {name: value for name, value in kind.listing.filters.items() if isinstance(value, dict)}
        try:
            count: int = await ask(self._workspace, Request("POST", kind.listing.count, filters))
        except Missing:
            return None
        return count


async def ask(workspace: Workspace, request: Request) -> Json:
    """What a workspace answers, asked again for as long as it has trouble, a minute at most.

    Raises:
        ApiError: It refuses, or its trouble lasts.
    """
    async for attempt in stamina.retry_context(on=_worth_repeating, attempts=None, timeout=PATIENCE):
        with attempt:
            return (await workspace.send(request))[1]
    raise AssertionError("stamina ends by raising")


def _worth_repeating(error: Exception) -> bool | float:
    if not isinstance(error, ApiError) or error.permanent:
        return False
    return True if error.delay is None else error.delay
