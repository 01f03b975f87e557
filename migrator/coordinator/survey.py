"""The survey: both workspaces, reached, compared by identity, listed at the same time, and read alike."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from migrator.coordinator.discovery import Discovery, take_inventory
from migrator.coordinator.left_behind import count_left_behind, left_behind
from migrator.coordinator.listing import list_workspace
from migrator.coordinator.secrets import NO_SECRETS, Secrets
from migrator.coordinator.spool import Spool
from migrator.kinds.projection import Acceptance
from migrator.model.keys import Key
from migrator.model.left_behind import LeftBehind
from migrator.planning.differences import Comparison, compare
from migrator.prefect_api.contact import Side, reach, read_document, refuse_same, refuse_source_only
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile, read_profile
from migrator.prefect_api.workspace import Workspace
from migrator.settings import Settings

Progress = Callable[[str, str, int], None]
"""Told the profile, the kind, and how many more of its rows have come."""
Listening = Callable[[], AbstractContextManager[Progress]]
"""Listens for as long as workspaces are listed."""
Admission = Callable[[Side, Side], Awaitable[object]]
"""Is told source and destination before they are listed, and raises if they are not to be."""


@dataclass(frozen=True)
class Pair:
    """Which two workspaces, and what one is willing to accept.

    Attributes:
        source: The source.
        destination: The destination.
        allow_changes: Go on although a workspace changes while it is listed.
        allow_same_identity: Go on although both have one identity, as a restored copy has.
        secrets: What the source shows masked.
    """

    source: Profile
    destination: Profile
    allow_changes: bool = False
    allow_same_identity: bool = False
    secrets: Secrets = NO_SECRETS


@dataclass(frozen=True)
class Survey:
    """Both sides of a migration.

    Attributes:
        source: What the source holds.
        destination: What the destination holds.
        left_behind: What of the source is not migrated.
        requests: How many requests each side was sent, source first.
        latency: Seconds that the destination takes for one.
    """

    source: Discovery
    destination: Discovery
    left_behind: tuple[LeftBehind, ...]
    requests: tuple[int, int]
    latency: float

    def compare(self, key: Key) -> Comparison:
        """The two canonical forms of a resource that both sides have, but for what the destination cannot hold."""
        left_out = self.source.inventory.resources[key].left_out
        return compare(self.source.canonical(key), self.destination.canonical(key)).apart_from(left_out)

    def differences(self, key: Key) -> tuple[str, ...]:
        """Where a resource that both sides have differs."""
        return self.compare(key).different


@asynccontextmanager
async def surveyed(
    pair: Pair, settings: Settings, listening: Listening, admission: Admission | None = None
) -> AsyncIterator[Survey]:
    """Survey both workspaces; bodies can be read for as long as the block lasts.

    Args:
        pair: Which two.
        settings: How they are asked.
        listening: Is shown the listing.
        admission: Has to agree; None if nobody has.

    Raises:
        UnreachableError: A workspace cannot be reached, is no Prefect API, or refuses the credentials.
        RefusedError: Both are the same workspace, or the destination can only be a source.
        ResumableError: A workspace changes while it is listed.
        UsageError: There are secrets for what the source does not have, or does not mask.
    """
    async with AsyncExitStack() as stack:
        spool = stack.enter_context(Spool())
        workspaces = [
            await stack.enter_async_context(workspace_of(profile, settings))
            for profile in (pair.source, pair.destination)
        ]
        source_side, destination_side = await asyncio.gather(*(reach(workspace) for workspace in workspaces))
        refuse_source_only(destination_side)
        refuse_same(source_side, destination_side, allow_same_identity=pair.allow_same_identity)
        if admission is not None:
            await admission(source_side, destination_side)
        with listening() as progress:
            listings = asyncio.gather(
                *(
                    list_workspace(w, spool, partial(progress, w.profile.name), allow_changes=pair.allow_changes)
                    for w in workspaces
                )
            )
            counting = count_left_behind(workspaces[0], cloud=source_side.is_cloud)
            (source_listing, destination_listing), counted = await asyncio.gather(listings, counting)
        stays = left_behind(counted, source_listing, cloud=source_side.is_cloud)
        document = await read_document(workspaces[1])
        cloud, version = destination_side.is_cloud, destination_side.version
        onto = Acceptance(document, destination_listing.absent, cloud=cloud, version=version)
        source = take_inventory(source_side, source_listing, secrets=pair.secrets, onto=onto)
        destination = take_inventory(destination_side, destination_listing, like=source)
        requests = (workspaces[0].requests, workspaces[1].requests)
        yield Survey(source, destination, stays, requests, workspaces[1].pressure.latency)


@asynccontextmanager
async def surveyed_alone(
    profile: Profile, settings: Settings, listening: Listening, known: Mapping[str, Key]
) -> AsyncIterator[tuple[Discovery, Workspace]]:
    """Survey one workspace; its bodies can be read, and it can be asked more, for as long as the block lasts.

    Args:
        profile: Where it is.
        settings: How it is asked.
        listening: Is shown the listing.
        known: What some of its ids have been called before.

    Raises:
        UnreachableError: It cannot be reached, is no Prefect API, or refuses the credentials.
        ResumableError: It changes while it is listed.
    """
    async with AsyncExitStack() as stack:
        spool = stack.enter_context(Spool())
        workspace = await stack.enter_async_context(workspace_of(profile, settings))
        side = await reach(workspace)
        with listening() as progress:
            listing = await list_workspace(workspace, spool, partial(progress, profile.name))
        yield take_inventory(side, listing, known=known), workspace


def workspace_of(profile: Profile, settings: Settings) -> Workspace:
    """The workspace that a profile leads to, asked as the settings say; it is opened by entering it."""
    reread = partial(read_profile, profile.name, credentials_dir=settings.credentials_dir)
    return Workspace(profile, Pressure(settings.concurrency), reread=reread)
