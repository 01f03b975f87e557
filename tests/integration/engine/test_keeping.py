"""Keeping: no key of ours is ever without a live run, a ledger that is needed, or an expiry time (invariant 15)."""

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from typing import cast

import pytest

from migrator.engine.exclusion import exclusively
from migrator.engine.keeping import (
    DAY,
    PUBLISHING,
    SPARE,
    is_needed,
    need,
    need_no_more,
    purge,
    retire,
    seconds_left_of,
    sweep,
)
from migrator.engine.keys import LEDGERS, RUNS
from migrator.engine.publishing import publish
from migrator.engine.run import ledgers, runs_under_way
from migrator.errors import ResumableError
from migrator.model.plan import Plan
from tests.integration.engine.bench import Bench, done
from tests.integration.engine.graphs import bodies_of, hub, plan_of, record_of


def _live(plan: Plan) -> Plan:
    """A plan of a migration that holds nothing."""
    return replace(plan, held=False)


def _lives(bench: Bench) -> dict[str, int]:
    """Of each structure that is there, how many seconds it has; -1 where it does not expire."""
    keys = [key for key in bench.keys.all() if bench.do(bench.redis.exists(key))]
    return {key.rpartition(":")[2]: bench.do(bench.redis.ttl(key)) for key in keys}


def test_a_run_that_is_under_way_does_not_expire(bench: Bench) -> None:
    """Nor what its workers write of it."""
    bench.publish(_live(hub(3)))
    bench.claim_and_settle(done(0))

    assert set(_lives(bench).values()) == {-1}
    assert bench.run.id in bench.do(runs_under_way(bench.redis))


def test_what_a_publisher_that_dies_leaves_expires_after_a_day(bench: Bench) -> None:
    """Whatever it had written; that it was there is swept away then."""
    plan = plan_of(3)

    async def die() -> None:
        with pytest.raises(OSError):  # noqa: PT011 - it is the one that is raised below
            await publish(bench.redis, record_of(bench.run.id, plan), plan, _broken())

    bench.do(die())

    lives = _lives(bench)
    assert PUBLISHING + SPARE - 5 <= lives.pop("run") <= PUBLISHING + SPARE
    assert lives
    assert set(lives.values()) <= set(range(PUBLISHING - 5, PUBLISHING + 1))
    assert bench.run.id in bench.do(ledgers(bench.redis))


def _broken() -> Iterator[tuple[int, bytes]]:
    yield 0, b"sealed"
    raise OSError


def test_a_run_that_has_ended_expires(bench: Bench) -> None:
    """All of it, in the days it is kept and a week more, so that we remove it and not Redis."""
    bench.publish(_live(hub(2)))
    bench.claim_and_settle(done(0))
    bench.claim_and_settle(done(1), done(2), lease="other")

    bench.do(retire(bench.run, 90))

    assert set(_lives(bench).values()) <= set(range(90 * DAY + SPARE - 5, 90 * DAY + SPARE + 1))
    assert bench.run.id not in bench.do(runs_under_way(bench.redis))
    assert bench.do(seconds_left_of(bench.run)) == pytest.approx(90 * DAY, abs=5)


def test_the_ledger_of_a_held_run_stays_until_it_is_needed_no_more(bench: Bench) -> None:
    """Somebody will cut it over, whenever that is."""
    bench.publish(plan_of(1))
    bench.claim_and_settle(done(0))

    bench.do(retire(bench.run, 1))
    assert bench.do(is_needed(bench.run))
    assert set(_lives(bench).values()) == {-1}

    bench.do(need_no_more(bench.run, 1))
    assert -1 not in _lives(bench).values()

    bench.do(need(bench.run))
    assert set(_lives(bench).values()) == {-1}


def test_whoever_sweeps_removes_what_is_due_and_nothing_else(bench: Bench) -> None:
    """Also from the list of ledgers; a run that is being published is not there yet, and is left alone."""
    bench.publish(_live(plan_of(1)))
    bench.claim_and_settle(done(0))
    bench.do(retire(bench.run, 1))
    bench.do(cast("Awaitable[int]", bench.redis.zadd(LEDGERS, {"being published": bench.now(), "long gone": 1})))
    assert bench.do(sweep(bench.redis)) == ["long gone"]

    bench.do(retire(bench.run, 0))
    assert bench.do(sweep(bench.redis)) == [bench.run.id]

    assert _lives(bench) == {}
    assert bench.do(ledgers(bench.redis)) == ["being published"]


def test_whoever_sweeps_looks_after_a_run_that_nobody_looks_after(bench: Bench) -> None:
    """Who published, reopened or retired it may have died just then; it would expire while it is under way."""
    bench.publish(plan_of(2))
    bench.do(bench.redis.zrem(RUNS, bench.run.id))
    bench.do(bench.redis.expire(bench.keys["run"], 90 * DAY))

    assert bench.run.id not in bench.do(sweep(bench.redis))

    assert bench.run.id in bench.do(runs_under_way(bench.redis))
    assert set(_lives(bench).values()) == {-1}


def test_a_purged_run_leaves_nothing(bench: Bench) -> None:
    """Neither key nor name."""
    bench.publish(hub(3))

    bench.do(purge(bench.run))

    assert _lives(bench) == {}
    assert bench.run.id not in bench.do(ledgers(bench.redis))
    assert bench.do(bench.redis.zscore(RUNS, bench.run.id)) is None


def test_a_run_that_has_not_ended_is_not_retired(bench: Bench) -> None:
    """A retry may have begun meanwhile: whoever retires a run looks once more whether it has ended."""
    bench.publish(_live(plan_of(1)))

    bench.do(retire(bench.run, 90))

    assert bench.run.id in bench.do(runs_under_way(bench.redis))
    assert set(_lives(bench).values()) == {-1}


def test_only_one_publishes_a_run_of_two_workspaces(bench: Bench) -> None:
    """The other one is told; when the first is done it is free again, and by itself if that has died."""

    async def both() -> None:
        async with exclusively(bench.redis, "a pair"):
            assert await bench.redis.pttl("migrator:exclusion:a pair") > 0
            with pytest.raises(ResumableError, match="being published"):
                async with exclusively(bench.redis, "a pair"):
                    pass
        async with exclusively(bench.redis, "a pair"):
            await asyncio.sleep(0)

    bench.do(both())


def test_a_body_that_is_removed_is_counted(bench: Bench) -> None:
    """What the tests above say of every key would say nothing of none."""
    plan = plan_of(2)
    bench.publish(plan)
    assert {"run", "resource", "body", "ready"} <= _lives(bench).keys()
    assert len(bodies_of(plan)) == len(bench.hash_of("body"))
