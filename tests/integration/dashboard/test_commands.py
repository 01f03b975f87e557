"""What the page asks of Redis: a number of commands that does not grow with the run, and none that writes."""

from collections.abc import Callable, Iterator
from typing import cast

import pytest
import redis

from migrator.model.plan import Step
from tests.integration.engine.bench import Bench, done, failed
from tests.integration.engine.graphs import hub, plan_of
from tests.served_page import ServedPage

SMALL, LARGE = 300, 12_000
#: Commands that any page may take.
MOST = 60
#: Of a run's pages.
PLACES = ("", "/resources", "/resources?kind=variable", "/resources?outcome=failed", "/resources/7")
#: What a new connection says first.
GREETING = {"info", "hello", "client|setinfo"}
Asked = Callable[[str], dict[str, int]]


@pytest.fixture
def asked(page: ServedPage, redis_url: str) -> Iterator[Asked]:
    """Says what a page asks of Redis, by command."""
    with redis.Redis.from_url(redis_url) as client:

        def calls() -> dict[str, int]:
            told = cast("dict[str, dict[str, int]]", client.info("commandstats"))
            return {name.removeprefix("cmdstat_"): stats["calls"] for name, stats in told.items()}

        def ask(path: str) -> dict[str, int]:
            before = calls()
            answer = page.ask(path)
            assert answer.status == 200, answer.text
            after = {name: number - before.get(name, 0) for name, number in calls().items()}
            return {name: number for name, number in after.items() if number and name not in GREETING}

        yield ask


def begun(bench: Bench, nodes: int) -> None:
    """A run in which a few have failed, and a few have arrived."""
    bench.publish(hub(nodes))
    bench.claim_and_settle(done(0))
    bench.claim(9)
    bench.settle("lease", *(failed(node) for node in range(1, 5)), *(done(node) for node in range(5, 10)))


def test_a_page_asks_no_more_of_a_large_run(bench: Bench, asked: Asked) -> None:
    """Invariant 12: as many commands for a run of 12,000 nodes as for one of 300."""
    small, large = (Bench(bench.runner, bench.redis, f"{bench.run.id}-{nodes}") for nodes in (SMALL, LARGE))
    begun(small, SMALL)
    begun(large, LARGE)
    for place in PLACES:
        few, many = (asked(f"/runs/{one.run.id}{place}") for one in (small, large))
        assert many == few, place
        assert sum(many.values()) <= MOST, place


def test_what_is_rare_is_looked_for_within_bounds(bench: Bench, asked: Asked) -> None:
    """Ten thousand resources a request; the next request goes on where it stopped."""
    begun(bench, LARGE)
    commands = asked(f"/runs/{bench.run.id}/resources?outcome=updated")
    assert sum(commands.values()) <= MOST


def test_no_page_writes(bench: Bench, asked: Asked, redis_url: str) -> None:
    """Not to the run, and nowhere else: no command with a `write` flag is sent by any page."""
    begun(bench, SMALL)
    paths = ("/", "/runs/last", "/runs/last/resources?outcome=pending", "/runs/last/resources/0")
    used = {name for path in paths for name in asked(path)}
    with redis.Redis.from_url(redis_url) as client:
        flags = {name: client.execute_command("COMMAND", "INFO", name)[name]["flags"] for name in used}
    assert [name for name, said in flags.items() if "write" in said] == []
    assert not used & {"eval", "evalsha", "script"}


def test_a_resource_of_several_nodes_is_one_row(bench: Bench, page: ServedPage) -> None:
    """With the worst of its outcomes, whichever node failed."""
    bench.publish(plan_of(1, needs=[(0, 1)], steps={1: (0, Step.COMPLETE)}))
    bench.claim_and_settle(done(0))
    bench.claim_and_settle(failed(1))
    for query in ("", "?outcome=failed"):
        rows = page.ask(f"/runs/{bench.run.id}/resources{query}").text
        assert rows.count('<th scope="row">') == 1
        assert "tone-failed" in rows
    assert "tone-" not in page.ask(f"/runs/{bench.run.id}/resources?outcome=created").text
