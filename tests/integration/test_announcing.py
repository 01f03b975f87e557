"""Announcing: who has the word, and whether there is news, is on a real Redis; here nobody listens."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest

from migrator.coordinator import announcing
from migrator.coordinator.announcing import NEWS, announce_end, begin_announced
from migrator.engine.record import RunRecord
from migrator.model.canonical import Body
from migrator.model.plan import Step
from migrator.reporting.announcing import COMPLETED
from migrator.reporting.run_report import report_of_run, totals_of_run
from migrator.settings import Settings
from tests.integration.engine.bench import Bench, bench_on, done, failed
from tests.integration.engine.graphs import plan_of

SETTINGS = Settings(events=True)


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run that may be published."""
    with bench_on(redis_url, run_id) as bench:
        yield bench


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Body]:
    """The events that were told."""
    events: list[Body] = []

    async def tell(_record: RunRecord, event: Body, _settings: Settings) -> None:
        events.append(event)

    monkeypatch.setattr(announcing, "_tell", tell)
    return events


def test_the_end_of_a_run_is_told_once_with_its_totals(bench: Bench, told: list[Body]) -> None:
    """By one that has not made its report."""
    bench.publish(plan_of(2))
    bench.claim_and_settle(done(0), failed(1))

    for _ in range(2):
        bench.do(announce_end(bench.run, SETTINGS))

    assert [event["payload"]["succeeded"] for event in told] == [1]
    assert [event["payload"]["failed"] for event in told] == [1]


def test_what_ended_long_ago_is_no_news(bench: Bench, told: list[Body]) -> None:
    """Whoever looks at it then, and whatever was said of its beginning."""
    bench.publish(plan_of(1))
    bench.claim_and_settle(done(0))
    bench.do(bench.redis.hset(bench.keys["run"], "ended", str(bench.now() - int(NEWS * 1000) - 1000)))

    bench.do(announce_end(bench.run, SETTINGS))

    assert told == []
    assert not bench.do(bench.redis.hexists(bench.keys["run"], f"announced_{COMPLETED}"))


def test_who_is_interrupted_has_given_the_word_back_when_it_leaves(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis is closed next; and another one may say it."""
    bench.publish(plan_of(1))
    speaking = asyncio.Event()

    async def speak(*_: object) -> None:
        speaking.set()
        await asyncio.Event().wait()

    async def interrupted() -> bool:
        with suppress(ConnectionAbortedError):
            async with begin_announced(bench.run, SETTINGS):
                await speaking.wait()
                raise ConnectionAbortedError
        return bool(await bench.redis.hexists(bench.keys["run"], "announced_started"))

    monkeypatch.setattr(announcing, "_tell", speak)

    assert not bench.do(interrupted())


def test_the_totals_are_those_of_the_report(bench: Bench) -> None:
    """However they are counted: the worst of a resource's nodes counts."""
    plan = plan_of(5, needs=[(0, 1)], steps={5: (2, Step.COMPLETE)}, exists={3: "id"}, skipped=[4])
    bench.publish(plan)
    bench.claim(1)
    bench.settle("lease", failed(0))
    bench.claim(1, lease="2")
    bench.settle("2", done(2))

    assert bench.do(totals_of_run(bench.run)) == bench.do(report_of_run(bench.run)).totals
