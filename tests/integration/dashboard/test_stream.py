"""The stream: what changes of a run reaches who watches it, once; and nobody is kept when the page ends."""

import signal
import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import cast

import pytest
import redis

from migrator.dashboard.look import Eye
from migrator.engine.steering import reopen
from tests.integration.dashboard.events import events_of
from tests.integration.engine.bench import Bench, done, failed
from tests.integration.engine.graphs import plan_of
from tests.patience import wait_until
from tests.served_page import ServedPage, served_page

#: Seconds within which the page ends, whatever streams are open.
AT_ONCE = 5.0


def test_progress_reaches_who_watches(bench: Bench, page: ServedPage) -> None:
    """All parts first, then those that have changed, to the end of the run."""
    bench.publish(plan_of(4))
    bench.claim(lease="mine")
    with events_of(page, bench.run.id) as events:
        first = next(events).parts
        assert "0 of 4 writes settled" in first["head"]
        assert "Failures" not in first["failures"]

        bench.settle("mine", done(0), failed(1, '{"type":"Denied","message":"may not"}'))
        changed = next(events).parts
        assert "2 of 4 writes settled" in changed["head"]
        assert "may not" in changed["failures"]
        assert not {"steps", "pressure", "crew"} & changed.keys(), "what has not changed is not sent"

        bench.settle("mine", done(2), done(3))
        *others, last = events
        assert last.name == "end"
        assert "finished" in others[-1].parts["head"]
        assert f"migrator retry {bench.run.id}" in others[-1].parts["steps"]


def test_a_retry_that_fails_as_often_shows_its_own_failures(bench: Bench) -> None:
    """Causes are read anew, although their number is the same."""
    bench.publish(plan_of(1))
    eye = Eye(bench.run)
    for reason in ("first", "second"):
        bench.claim_and_settle(failed(0, f'{{"type":"Denied","message":"{reason}"}}'))
        assert [cause.error.message for cause in bench.do(eye.look()).causes] == [reason]
        bench.do(reopen(bench.run, [(0, 0)]))


def test_however_many_watch_there_is_one_look_a_second(bench: Bench, page: ServedPage, redis_url: str) -> None:
    """Five viewers ask Redis no more often than one; and nobody asks when all have gone."""
    bench.publish(plan_of(1))
    with redis.Redis.from_url(redis_url) as client:
        with ExitStack() as viewers:
            for _ in range(5):
                next(viewers.enter_context(events_of(page, bench.run.id)))
            assert 1 <= looks_within(2.5, client) <= 3
        wait_until(lambda: looks_within(1.5, client) == 0, 10.0, "it still looks")


def looks_within(seconds: float, client: redis.Redis) -> int:
    """How often the page looks at a run in a while: each look counts the workers once."""
    before = _counts(client)
    time.sleep(seconds)
    return _counts(client) - before


def _counts(client: redis.Redis) -> int:
    told = cast("dict[str, dict[str, int]]", client.info("commandstats"))
    return told["cmdstat_zcount"]["calls"]


def test_a_run_that_has_ended_is_shown_and_let_go(bench: Bench, page: ServedPage) -> None:
    """There is nothing to wait for."""
    bench.publish(plan_of(1))
    bench.claim_and_settle(done(0))
    with events_of(page, bench.run.id) as events:
        assert [event.name for event in events] == ["parts", "end"]


def test_a_run_that_is_not_there_has_no_stream(page: ServedPage) -> None:
    """It is said, with what to do."""
    answer = page.ask("/runs/none/events")
    assert answer.status == 404
    assert "migrator runs" in answer.text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_while_somebody_watches(
    bench: Bench, surroundings: Mapping[str, str], number: signal.Signals
) -> None:
    """Who watched is let go without being told that the run has ended, and the run goes on."""
    bench.publish(plan_of(1))
    with served_page(surroundings) as page, events_of(page, bench.run.id) as events:
        next(events)
        began = time.monotonic()
        assert page.end(number) == 0
        assert time.monotonic() - began < AT_ONCE
        assert [event.name for event in events if event.name == "end"] == []
    assert bench.claim().attempts == {0: 0}
