"""The doctor: what could go wrong with a migration, looked for before anything is risked. It writes nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass

from migrator.coordinator.doctor.here import examine_here
from migrator.coordinator.doctor.redis import examine_redis
from migrator.coordinator.doctor.workspaces import Seen, compare_sides, examine_workspace
from migrator.model.finding import Finding
from migrator.settings import Settings


@dataclass(frozen=True)
class Visit:
    """What is to be looked at.

    Attributes:
        source: The source's profile, if one is named.
        destination: The destination's.
        settings: How it is looked at.
    """

    source: str | None
    destination: str | None
    settings: Settings


async def examine(visit: Visit) -> AsyncIterator[tuple[Finding, ...]]:
    """What is found, subject by subject, as soon as it is known."""
    yield examine_here(os.environ, visit.settings)
    sides = ((visit.source, "source"), (visit.destination, "destination"))
    source, destination = await asyncio.gather(*(_side(name, role, visit.settings) for name, role in sides))
    yield source.findings
    yield destination.findings + compare_sides(source, destination)
    yield await examine_redis(visit.settings, source.contents)


async def _side(name: str | None, role: str, settings: Settings) -> Seen:
    return await examine_workspace(name, role, settings) if name else Seen()
