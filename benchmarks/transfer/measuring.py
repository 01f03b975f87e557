"""One measurement each: what a rival did on a stage, in figures."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from benchmarks.transfer.arrival import arrived
from benchmarks.transfer.asked import Asked, take_asked
from benchmarks.transfer.floor import Floor, floor_of
from benchmarks.transfer.movers import LIMIT, PAIR, Mover, command
from benchmarks.transfer.stage import Databases, staged
from benchmarks.transfer.usage import Used
from migrator.model.keys import Key

Figures = Mapping[str, float]

#: Figures that others are made from, or that are spoken of elsewhere.
CPU, DELIVERED, INTACT = "s of client CPU", "delivered", "intact"
CPU_EACH = "ms of client CPU a resource"
WRITING = "s from the first to the last write"


def survey(databases: Databases, source: str, destination: str) -> Floor:
    """What of a source has to be created at a destination."""
    with staged(databases, source, destination) as stage:
        return asyncio.run(floor_of(stage.source.api_url, stage.destination.api_url))


def carried(
    databases: Databases, source: str, destination: str, *, mover: Mover, wanted: Collection[Key], kept_as: str = ""
) -> Figures:
    """What it costs to bring a destination what it lacks.

    Args:
        databases: Where both are.
        source: The source's database.
        destination: What the destination's is a copy of.
        mover: Who does it.
        wanted: What it lacks.
        kept_as: The database that has what the destination holds then; without it, none.
    """
    with staged(databases, source, destination, kept_as=kept_as) as stage:
        used = mover(stage)
        asked, written = take_asked(stage.source), take_asked(stage.destination)
        arrival = arrived(stage, wanted)
    # Who delivers nothing has at least tried.
    each = max(1, len(arrival.delivered))
    return {
        "ms a resource": used.seconds * 1000 / each,
        DELIVERED: len(arrival.delivered),
        INTACT: len(arrival.intact),
        "deployments": arrival.of("deployment"),
        "flows": arrival.of("flow"),
        **_times(used, written),
        "requests a resource": (len(asked) + len(written)) / each,
        CPU_EACH: used.cpu * 1000 / each,
        **_used(used),
    }


def idle(databases: Databases, source: str, destination: str, *, mover: Mover) -> Figures:
    """What it costs to find that there is nothing to do."""
    with staged(databases, source, destination) as stage:
        used = mover(stage)
        asked, written = take_asked(stage.source), take_asked(stage.destination)
    return {
        "seconds": used.seconds,
        "requests to the source": len(asked),
        "requests to the destination": len(written),
        "writes among them": sum(one.writes for one in written),
        **_used(used),
    }


def discovered(databases: Databases, source: str, destination: str, *, resources: int) -> Figures:
    """What it costs to list both sides, by `migrator plan`."""
    with staged(databases, source, destination) as stage:
        used = command(stage, "migrator", "plan", *PAIR, "--json")
        asked = [take_asked(server) for server in (stage.source, stage.destination)]
    seconds = max(one.ended for side in asked for one in side) - min(one.began for side in asked for one in side)
    pages = [one.seconds for one in asked[0] if one.path == "/api/deployments/filter"]
    return {
        "ms a resource": seconds * 1000 / resources,
        "s from the first to the last answer": seconds,
        "requests to a side": max(map(len, asked)),
        "s, the first page of deployments": pages[0],
        "s, the last page of deployments": pages[-1],
        **_used(used),
    }


def _times(used: Used, asked: Sequence[Asked]) -> Figures:
    writes = [one for one in asked if one.writes]
    first = min((one.began for one in writes), default=used.ended)
    last = max((one.ended for one in writes), default=used.ended)
    return {
        "seconds": used.seconds,
        "s to the first write": first - used.began,
        WRITING: last - first,
    }


def _used(used: Used) -> Figures:
    memory = {} if used.peak is None else {"MiB at the peak": used.peak}
    cut_off = {f"cut off after {LIMIT:.0f} s": 1.0} if used.code is None else {}
    return {CPU: used.cpu, **memory, **cut_off}
