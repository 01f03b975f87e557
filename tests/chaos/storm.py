"""A storm: a run, a crew, a bad line and a monkey, from a seed; then calm, in which the run must end by itself."""

import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from redis import RedisError

from migrator.engine.keys import LEDGERS, RUNS, WORKERS, RunKeys
from tests.chaos.crew import Crew
from tests.chaos.database import Kept, contents
from tests.chaos.destination import Destination
from tests.chaos.journal import Entry, entries
from tests.chaos.monkey import Deed, Mischief, deeds, everything
from tests.chaos.proxy import Proxy
from tests.chaos.scenario import scenario
from tests.integration.engine.kahn import RandomPlan
from tests.patience import came_true
from tests.redis_server import Server, valkey_binary

#: Seconds of calm in which a run must have ended.
PATIENCE = 60.0
#: Seconds after its end in which workers must have let it go.
RETIREMENT = 20.0
#: Pieces of mischief beyond one of each.
EXTRA = 5
#: Bytes of the log that a torn tail takes at the most: less than Redis writes in the second that it may lose.
TAIL = 16_384
#: The share of Redis's answers that are lost all the time, and at the worst times.
LOSS, WORST_LOSS = 0.02, 0.3
#: Seconds that a publisher publishes, at the most, before it is killed at it.
LONGEST_DEATH = 0.05
#: Seconds by which answers are late at the worst times.
LONGEST_DELAY = 0.1


@dataclass(frozen=True)
class Aftermath:
    """What a storm has left.

    Attributes:
        seed: Of the storm.
        planted: The scenario.
        run_id: The run.
        database: Every key that is left.
        entries: What workers wrote down.
        written: When each node was written to the destination.
        ended: Whether the run ended within the time it had.
        mischief: How often what was done.
        lost: Answers of Redis that were lost.
        torn: Bytes that torn tails have lost.
        left: How processes ended that were replaced.
        seconds: How long it took, all in all.
    """

    seed: int
    planted: RandomPlan
    run_id: str
    database: dict[str, Kept]
    entries: list[Entry]
    written: dict[int, int]
    ended: bool
    mischief: Counter[Mischief]
    lost: int
    torn: int
    left: Counter[int]
    seconds: float


@dataclass
class Storm:
    """A storm that blows.

    Attributes:
        server: The Redis.
        proxy: The line to it.
        crew: Who works.
        torn: Bytes that torn tails have lost.
        mischief: How often what was done.
    """

    server: Server
    proxy: Proxy
    crew: Crew
    torn: int = 0
    mischief: Counter[Mischief] = field(default_factory=Counter)
    _endings: dict[str, tuple[float, Callable[[], None]]] = field(default_factory=dict)

    def blow(self, random: Random, chosen: Sequence[Mischief]) -> None:
        """Do one piece of mischief after another, until all is done or there is nothing left to disturb."""
        self.proxy.loss = LOSS
        for deed in deeds(random, chosen):
            if came_true(self._is_over, deed.after):
                break
            self.mischief[deed.mischief] += 1
            self._do(deed)
        for subject in list(self._endings):
            self._end(subject)
        self.proxy.loss = 0.0

    def settle_down(self, patience: float) -> bool:
        """Let everything be up; whether the run ends by itself, and workers let go of it."""
        return came_true(self._is_over, patience) and came_true(self._is_retired, RETIREMENT)

    def has_begun(self, run_id: str) -> bool:
        """Whether somebody has begun to publish a run."""
        return self.server.client.zscore(LEDGERS, run_id) is not None

    def is_published(self, run_id: str) -> bool:
        """Whether workers would look after a run."""
        return self.server.client.zscore(RUNS, run_id) is not None

    def are_there(self, workers: int) -> bool:
        """Whether so many workers have said that they are there."""
        return int(self.server.client.zcard(WORKERS)) >= workers

    def _is_over(self) -> bool:
        self._end_what_is_due()
        self.crew.tend()
        try:
            return self.server.client.hget(RunKeys(self.crew.run_id)["run"], "state") == "finished"
        except RedisError:
            return False

    def _is_retired(self) -> bool:
        self.crew.tend()
        return not self.is_published(self.crew.run_id)

    def _end_what_is_due(self) -> None:
        for subject in [subject for subject, (due, _) in self._endings.items() if due <= time.monotonic()]:
            self._end(subject)

    def _end(self, subject: str) -> None:
        if subject in self._endings:
            self._endings.pop(subject)[1]()

    def _until_over(self, subject: str, deed: Deed, ending: Callable[[], None]) -> None:
        self._endings[subject] = (time.monotonic() + deed.lasts, ending)

    def _do(self, deed: Deed) -> None:
        doing: dict[Mischief, Callable[[Deed], None]] = {
            Mischief.KILL_WORKER: lambda deed: self.crew.worker(deed.dice).kill(),
            Mischief.KILL_ALL_WORKERS: lambda _: self.crew.kill_workers(),
            Mischief.END_WORKER: lambda deed: self.crew.worker(deed.dice).terminate(),
            Mischief.HALT_WORKER: self._halt_worker,
            Mischief.KILL_COORDINATOR: lambda _: self.crew.kill_coordinator(),
            Mischief.KILL_REDIS: self._kill_redis,
            Mischief.TEAR_REDIS: self._tear_redis,
            Mischief.CUT: lambda _: self.proxy.cut(),
            Mischief.LOSE_ANSWERS: self._lose_answers,
            Mischief.DELAY_ANSWERS: self._delay_answers,
            Mischief.READ_ONLY: self._fail_over,
            Mischief.FORGET_SCRIPTS: self._forget_scripts,
        }
        doing[deed.mischief](deed)

    def _halt_worker(self, deed: Deed) -> None:
        worker = self.crew.worker(deed.dice)
        worker.send_signal(signal.SIGSTOP)
        self._until_over(f"worker {worker.pid}", deed, lambda: worker.send_signal(signal.SIGCONT))

    def _kill_redis(self, deed: Deed) -> None:
        self._end("redis")
        self.server.kill()
        self._until_over("redis", deed, self.server.start)

    def _tear_redis(self, deed: Deed) -> None:
        self._end("redis")
        self.server.kill()
        self._until_over("redis", deed, self.server.start)
        self.torn += self.server.tear(int(deed.dice * TAIL))

    def _fail_over(self, deed: Deed) -> None:
        """It is a replica for a while, of a primary that nobody has seen: it answers, and takes no writes."""
        self._end("redis")
        self.server.client.replicaof("127.0.0.1", "1")
        self._until_over("redis", deed, self._become_primary)

    def _become_primary(self) -> None:
        self.server.client.replicaof("NO", "ONE")

    def _forget_scripts(self, _deed: Deed) -> None:
        self._end("redis")
        self.server.client.script_flush()

    def _lose_answers(self, deed: Deed) -> None:
        self.proxy.loss = WORST_LOSS * (1 + deed.dice) / 2
        self._until_over("loss", deed, lambda: setattr(self.proxy, "loss", LOSS))

    def _delay_answers(self, deed: Deed) -> None:
        self.proxy.delay = LONGEST_DELAY * deed.dice
        self._until_over("delay", deed, lambda: setattr(self.proxy, "delay", 0.0))


def storm(
    seed: int,
    *,
    binary: str = "",
    mutant: str = "",
    mischief: Sequence[Mischief] = (),
    patience: float = PATIENCE,
) -> Aftermath:
    """Let a storm blow over a run, and say what it has left.

    Args:
        seed: What is planted, what the monkey does and when. Whom it hits, and at what, is the moment's to say.
        binary: The Redis; the embedded Valkey if none is named.
        mutant: What is wrong with the scripts of the workers.
        mischief: What the monkey does, if it is not to do everything.
        patience: Seconds of calm in which the run must have ended.
    """
    began, random = time.monotonic(), Random(f"storm {seed}")  # noqa: S311 - to be repeated, not to be secret
    with (
        tempfile.TemporaryDirectory(prefix="storm-") as directory,
        _staged(Path(directory), seed, binary, mutant) as it,
    ):
        it.crew.muster(it.are_there)
        is_publisher_killed, stays_coordinated = random.random() < 1 / 3, random.random() < 1 / 2
        deaths = [random.uniform(0, LONGEST_DEATH)] if is_publisher_killed else []
        it.crew.publish(deaths, it.has_begun, it.is_published)
        it.server.vouch()
        it.blow(random, mischief or everything(random, EXTRA))
        it.crew.coordinated = stays_coordinated
        if not stays_coordinated:
            it.crew.kill_coordinator()
        ended = it.settle_down(patience)
        return Aftermath(
            seed=seed,
            planted=scenario(seed),
            run_id=it.crew.run_id,
            database=contents(it.server.client),
            entries=entries(Path(directory) / "journals"),
            written=Destination(Path(directory) / "destination").written(),
            ended=ended,
            mischief=it.mischief,
            lost=it.proxy.lost,
            torn=it.torn,
            left=it.crew.left,
            seconds=time.monotonic() - began,
        )


@contextmanager
def _staged(home: Path, seed: int, binary: str, mutant: str) -> Iterator[Storm]:
    """Redis, the line to it and a crew, for as long as the block lasts."""
    server = Server(binary or valkey_binary(), home / "redis")
    proxy = Proxy(server.socket)
    server.start()
    with proxy.listening():
        crew = Crew(seed, home, proxy.url, mutant)
        try:
            yield Storm(server, proxy, crew)
        finally:
            crew.dismiss()
            server.kill()
