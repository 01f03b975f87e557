"""The monkey: what it does, and when, is said by a seed alone. Whom it hits is said by the moment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Mischief(StrEnum):
    """What a monkey does."""

    KILL_WORKER = "workers killed"
    KILL_ALL_WORKERS = "all workers killed"
    END_WORKER = "workers asked to end"
    HALT_WORKER = "workers halted beyond their leases"
    KILL_COORDINATOR = "coordinators killed"
    KILL_REDIS = "Redis killed"
    TEAR_REDIS = "Redis killed with a torn tail"
    CUT = "connections cut"
    LOSE_ANSWERS = "times of lost answers"
    DELAY_ANSWERS = "times of slow answers"
    READ_ONLY = "failovers to a read-only replica"
    FORGET_SCRIPTS = "scripts forgotten"


#: Seconds that what has an end lasts, from and to.
LASTS = {
    Mischief.HALT_WORKER: (2.5, 4.0),
    Mischief.KILL_REDIS: (0.0, 1.0),
    Mischief.TEAR_REDIS: (0.0, 1.0),
    Mischief.LOSE_ANSWERS: (1.0, 2.0),
    Mischief.DELAY_ANSWERS: (0.5, 1.0),
    Mischief.READ_ONLY: (0.3, 1.2),
}
#: How often what it likes comes, beyond the once that everything does.
FAVOURITES = (Mischief.KILL_WORKER, Mischief.LOSE_ANSWERS, Mischief.TEAR_REDIS, Mischief.CUT, Mischief.HALT_WORKER)
#: What a monkey does that is after lost and late results alone.
LOST_AND_LATE = (Mischief.LOSE_ANSWERS, Mischief.CUT, Mischief.LOSE_ANSWERS, Mischief.LOSE_ANSWERS)
#: Seconds between two pieces of mischief.
PAUSE = (0.2, 1.1)


@dataclass(frozen=True, slots=True)
class Deed:
    """One piece of mischief.

    Attributes:
        mischief: What.
        after: Seconds since the one before.
        lasts: Seconds until it is over.
        dice: From 0 to 1: at whom, or by how much.
    """

    mischief: Mischief
    after: float
    lasts: float
    dice: float


def everything(random: Random, extra: int) -> list[Mischief]:
    """Everything once, and some of it more often, in random order."""
    chosen = [*Mischief, *random.choices(FAVOURITES, k=extra)]
    random.shuffle(chosen)
    return chosen


def deeds(random: Random, chosen: Iterable[Mischief]) -> Iterator[Deed]:
    """When each piece of mischief is done, for how long, and at whom."""
    for mischief in chosen:
        yield Deed(mischief, random.uniform(*PAUSE), random.uniform(*LASTS.get(mischief, (0, 0))), random.random())
