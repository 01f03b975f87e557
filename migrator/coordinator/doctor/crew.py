"""The crew: which workers are there, and whether they are of this version."""

from collections import Counter

from redis.asyncio import Redis

from migrator import __version__
from migrator.engine.presence import present
from migrator.model.finding import Finding, fine, warning
from migrator.settings import Settings

SUBJECT = "workers"


async def examine_crew(redis: Redis, settings: Settings) -> Finding:
    """Who would carry a run out."""
    crew = await present(redis)
    if not crew:
        return _nobody(shared=settings.redis_url is not None)
    others = Counter(one.version or "one that tells none" for one in crew if one.version != __version__)
    if not others:
        return fine(SUBJECT, "version", f"{len(crew)} are there, of this version ({__version__})")
    said = ", ".join(f"{number} of {version}" for version, number in sorted(others.items()))
    reason = f"of {len(crew)} that are there not all are of this version ({__version__}): {said}"
    return warning(SUBJECT, "version", reason, "start them anew with this version before a run")


def _nobody(*, shared: bool) -> Finding:
    if not shared:
        return fine(SUBJECT, "presence", "none is there; a run starts its own")
    advice = "start some: migrator workers; or let a run start its own here, as it does without --workers 0"
    return warning(SUBJECT, "presence", "none is there", advice)
