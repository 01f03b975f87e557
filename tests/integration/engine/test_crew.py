"""Who is there, and how much may be asked of a destination: told without touching either."""

from migrator import __version__
from migrator.engine import hindrances
from migrator.engine.budget import Budget, Report
from migrator.engine.crew import NAMED, Crew, Worker, crew_of
from migrator.engine.keys import WORKERS, BudgetKeys
from migrator.engine.presence import attend
from migrator.engine.pressure import Pressure, pressure_on
from migrator.model.bounds import Bounds
from tests.integration.engine.bench import Bench
from tests.integration.engine.graphs import plan_of

#: ms.
MINUTE = 60_000


def come(bench: Bench, *names: str, ms: int = MINUTE) -> None:
    """Let workers say that they are there."""
    bench.do(bench.redis.zadd(WORKERS, dict.fromkeys(names, bench.now() + ms)))


def test_a_crew_is_who_is_alive(bench: Bench) -> None:
    """By name, with the version of each and what keeps it from working; who has gone is not told of."""
    bench.publish(plan_of(1))
    come(bench, "b", "a")
    come(bench, "gone", ms=-1)
    bench.do(attend(bench.redis, "a"))
    bench.do(hindrances.tell(bench.run, "b", "it has another key"))
    bench.do(hindrances.tell(bench.run, "gone", "it has no key"))

    crew = bench.do(crew_of(bench.run))

    assert crew.alive == 2
    told = [(worker.name, worker.version, worker.hindrance) for worker in crew.workers]
    assert told == [("a", __version__, ""), ("b", "", "it has another key")]
    assert all(0 < worker.seconds <= MINUTE / 1000 for worker in crew.workers)


def test_of_a_large_crew_some_are_named(bench: Bench) -> None:
    """And all are counted."""
    bench.publish(plan_of(1))
    come(bench, *(f"worker-{number}" for number in range(2 * NAMED)))
    crew = bench.do(crew_of(bench.run))
    assert (crew.alive, len(crew.workers)) == (2 * NAMED, NAMED)
    assert all(isinstance(worker, Worker) for worker in crew.workers)


def test_nobody_is_no_crew(bench: Bench) -> None:
    """Before any worker has come."""
    bench.publish(plan_of(1))
    assert bench.do(crew_of(bench.run)) == Crew()


def test_pressure_is_what_the_budget_says(bench: Bench) -> None:
    """Of all who share it, as the last report has left it."""
    destination = bench.run.id
    for process in "ab":
        bench.do(Budget(bench.redis, destination, process, 16).share(Report(answered=5), Bounds(20.0, 8)))
    pressure = bench.do(pressure_on(bench.redis, destination))
    assert (pressure.sharers, pressure.rate, pressure.bound) == (2, 20.0, 8)
    assert 0 < pressure.held <= pressure.window <= 8
    assert (pressure.cuts, pressure.pause, pressure.troubled, pressure.silent) == (0, 0.0, 0.0, 0.0)
    forget(bench, destination)


def test_what_was_pushed_back_and_is_silent_shows(bench: Bench) -> None:
    """The cut, how long it wants to be left alone, and since when nothing but trouble comes from it."""
    destination = bench.run.id
    share = Budget(bench.redis, destination, "a", 16).share
    bench.do(share(Report(pushed=0, pause_ms=30_000)))
    pressure = bench.do(pressure_on(bench.redis, destination))
    assert pressure.cuts == 1
    assert 0 < pressure.pause <= 30
    assert pressure.troubled > 0
    assert pressure.silent == 0.0

    bench.do(share(Report(heard=-1)))
    assert bench.do(pressure_on(bench.redis, destination)).silent > 0
    forget(bench, destination)


def test_where_nobody_writes_there_is_no_pressure(bench: Bench) -> None:
    """However hard it was before."""
    destination = bench.run.id
    budget = Budget(bench.redis, destination, "a", 16)
    bench.do(budget.share(Report(pushed=0)))
    bench.do(budget.leave(Report()))
    assert bench.do(pressure_on(bench.redis, destination)) == Pressure()
    forget(bench, destination)


def forget(bench: Bench, destination: str) -> None:
    """Remove a budget."""
    keys = BudgetKeys(destination)
    bench.do(bench.redis.unlink(*keys.all()))
