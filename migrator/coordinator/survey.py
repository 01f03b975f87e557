"""The survey: both workspaces, reached, compared by identity, listed at the same time, and read alike."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from migrator.coordinator.discovery import Discovery, take_inventory
from migrator.coordinator.listing import list_workspace
from migrator.coordinator.spool import Spool
from migrator.kinds.projection import Acceptance
from migrator.model.keys import Key
from migrator.planning.differences import Comparison, compare
from migrator.prefect_api.contact import reach, read_document, refuse_same
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from migrator.settings import Settings

Progress = Callable[[str, str, int], None]
"""Told the profile, the kind, and how many more of its rows have come."""
Listening = Callable[[], AbstractContextManager[Progress]]
"""Listens for as long as workspaces are listed."""


@dataclass(frozen=True)
class Pair:
    """Which two workspaces, and what one is willing to accept.

    Attributes:
        source: The source.
        destination: The destination.
        allow_changes: Go on although a workspace changes while it is listed.
        allow_same_identity: Go on although both have one identity, as a restored copy has.
    """

    source: Profile
    destination: Profile
    allow_changes: bool = False
    allow_same_identity: bool = False


@dataclass(frozen=True)
class Survey:
    """Both sides of a migration.

    Attributes:
        source: What the source holds.
        destination: What the destination holds.
        requests: How many requests each side was sent, source first.
    """

    source: Discovery
    destination: Discovery
    requests: tuple[int, int]

    def compare(self, key: Key) -> Comparison:
        """The two canonical forms of a resource that both sides have, but for what the destination cannot hold."""
        left_out = self.source.inventory.resources[key].left_out
        return compare(self.source.canonical(key), self.destination.canonical(key)).apart_from(left_out)

    def differences(self, key: Key) -> tuple[str, ...]:
        """Where a resource that both sides have differs."""
        return self.compare(key).different


@asynccontextmanager
async def surveyed(pair: Pair, settings: Settings, listening: Listening) -> AsyncIterator[Survey]:
    """Survey both workspaces; bodies can be read for as long as the block lasts.

    Raises:
        UnreachableError: A workspace cannot be reached, is no Prefect API, or refuses the credentials.
        RefusedError: Both are the same workspace.
        ResumableError: A workspace changes while it is listed.
    """
    async with AsyncExitStack() as stack:
        spool = stack.enter_context(Spool())
        workspaces = [
            await stack.enter_async_context(
                Workspace(profile, Pressure(settings.concurrency, settings.patience_seconds))
            )
            for profile in (pair.source, pair.destination)
        ]
        source_side, destination_side = await asyncio.gather(*(reach(workspace) for workspace in workspaces))
        refuse_same(source_side, destination_side, allow_same_identity=pair.allow_same_identity)
        with listening() as progress:
            source_listing, destination_listing = await asyncio.gather(
                *(
                    list_workspace(w, spool, partial(progress, w.profile.name), allow_changes=pair.allow_changes)
                    for w in workspaces
                )
            )
        document = await read_document(workspaces[1])
        onto = Acceptance(document, destination_listing.absent, cloud=destination_side.is_cloud)
        source = take_inventory(source_side, source_listing, onto=onto)
        destination = take_inventory(destination_side, destination_listing, like=source)
        yield Survey(source, destination, (workspaces[0].requests, workspaces[1].requests))
