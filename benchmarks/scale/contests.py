"""Scale: real worker processes that create variables at a destination, and how their rate grows and fits.

All but the source is real: bodies are sealed, and worker processes find them in a Valkey of their own. The destination
is a stand-in that answers each create after 50 ms, so that what is measured is what its clients make of it; a plain
client shows how much it could answer. A rate is taken from the first create that arrives to the last that is answered.
Fixed is a concurrency that is told and never adapts; one that adapts knows nothing of the destination at first. In the
last contests the destination is a Prefect server, whose best concurrency nobody has told.
"""

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial

from benchmarks.form import ContestForm
from benchmarks.headline import Headline
from benchmarks.options import Options
from benchmarks.rivals import Measure, contest
from benchmarks.scale.comparing import best_first, processes_called
from benchmarks.scale.load import load
from benchmarks.scale.migration import ADAPTING, FIXED, USUAL, Fleet, Load, migrate, side_of
from benchmarks.scale.prefect_server import prefect_server
from benchmarks.scale.seen import Seen
from benchmarks.scale.serving import stand_in
from benchmarks.scale.stand_in import DELAY

#: Worker processes.
PROCESSES = (1, 2, 4)
#: Requests in flight of each process: few, so that two processors can follow.
FEW = 8
#: Seconds that the stand-in takes for what is created.
SECONDS = 8.0
#: Creates a second that are allowed, and for how long.
RATE, RATE_SECONDS = 200.0, 12.0
#: From when until when the stand-in refuses, in seconds since the first create; and how long it takes no more then.
STORM, AFTER_STORM = (5.0, 8.0), 12.0
#: Seconds before a storm, and after it, over which a rate is taken.
SPELL = 1.0
#: The part of the earlier rate at which a destination has recovered.
RECOVERED = 0.9
#: What stands in the summary.
HEADLINES = (
    Headline(f"concurrency fixed at {FEW} in each worker process", "1 worker process", ours="2 worker processes"),
    Headline("concurrency of 2 worker processes", "fixed at", ours="left to adapt"),
)


def measure(options: Options) -> Iterator[ContestForm]:
    """All contests."""
    yield ceiling(options.rounds)
    yield growth(options.rounds)
    for processes in PROCESSES:
        yield adaption(processes, options.rounds)
    yield set_rate(options.rounds)
    yield storm(options.rounds)
    for database in options.databases:
        yield prefect_server(database, options.rounds)


def ceiling(rounds: int, connections: tuple[int, ...] = (64, 256, 1024)) -> ContestForm:
    """How much the stand-in could answer."""
    rivals = {f"{number} connections": partial(_plainly, number) for number in connections}
    return contest("the stand-in itself, and one plain client", rivals, rounds)


def growth(rounds: int, processes: tuple[int, ...] = PROCESSES, seconds: float = SECONDS) -> ContestForm:
    """Concurrency fixed per worker process."""
    rivals: dict[str, Measure] = {
        processes_called(number): partial(_at_stand_in, Fleet(number, FEW, FIXED), seconds) for number in processes
    }
    return contest(f"concurrency fixed at {FEW} in each worker process", rivals, rounds)


def adaption(processes: int, rounds: int) -> ContestForm:
    """Concurrency that adapts, against fixed ones."""
    fleets = {f"fixed at {number} each": Fleet(processes, number, FIXED) for number in (USUAL, FEW)}
    fleets["left to adapt"] = Fleet(processes, USUAL, ADAPTING)
    rivals: dict[str, Measure] = {name: partial(_at_stand_in, fleet, SECONDS) for name, fleet in fleets.items()}
    return best_first(contest(f"concurrency of {processes_called(processes)}", rivals, rounds))


def set_rate(rounds: int) -> ContestForm:
    """The limiter that all share."""
    rivals: dict[str, Measure] = {processes_called(number): partial(_at_set_rate, number) for number in PROCESSES}
    return contest(f"at most {RATE:g} creates a second are allowed (--rate)", rivals, rounds)


def storm(rounds: int) -> ContestForm:
    """What a destination that refuses for a while is left with."""
    rivals: dict[str, Measure] = {processes_called(number): partial(_through_storm, number) for number in (1, 2)}
    refused = f"{STORM[1] - STORM[0]:g} s of 429, which asks to come again in a second"
    return contest(f"recovery after {refused}", rivals, rounds)


def _plainly(connections: int) -> Mapping[str, float]:
    with stand_in() as server:
        asyncio.run(load(server.port, connections, SPELL))
        seen = server.seen()
    return _rate(seen) | {"of the ideal": len(seen.created) / seen.created[-1] * DELAY / connections}


def _migrated(fleet: Fleet, creates: int, rate: float | None = None, refuses: tuple[float, ...] = ()) -> Seen:
    with stand_in(*refuses) as server:
        migrate(Load(side_of(server), creates, rate), fleet)
        return server.seen()


def _rate(seen: Seen) -> dict[str, float]:
    return {"creates/s": len(seen.created) / seen.created[-1]}


def _at_stand_in(fleet: Fleet, seconds: float) -> Mapping[str, float]:
    ideal = fleet.processes * fleet.concurrency / DELAY
    rate = _rate(_migrated(fleet, int(seconds * ideal)))
    return rate | {"of the ideal": rate["creates/s"] / ideal}


def _at_set_rate(processes: int) -> Mapping[str, float]:
    rate = _rate(_migrated(Fleet(processes, USUAL), int(RATE_SECONDS * RATE), RATE))
    return rate | {"of what is allowed": rate["creates/s"] / RATE}


def _through_storm(processes: int) -> Mapping[str, float]:
    fleet = Fleet(processes, USUAL)
    seen = _migrated(fleet, int((STORM[0] + AFTER_STORM) * processes * USUAL / DELAY), refuses=STORM)
    before = seen.rate(STORM[0] - SPELL, STORM[0])
    after = (moment for moment in seen.created if moment >= STORM[1])
    recovered = next((m for m in after if seen.rate(m, m + SPELL) >= RECOVERED * before), seen.created[-1])
    return {
        f"s to {RECOVERED:.0%} of the rate before": recovered - STORM[1],
        "creates/s before": before,
        "refused": len(seen.refused),
    }
