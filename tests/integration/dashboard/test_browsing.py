"""Browsing: page after page, every resource of a kind and an outcome is seen, and none twice."""

import pytest

from migrator.coordinator.inspection import story_of
from migrator.dashboard import browsing
from migrator.dashboard.browsing import ROWS, Wanted, page_of
from migrator.engine.audit import Write
from migrator.model.keys import kind_of
from migrator.model.outcome import Outcome
from migrator.model.plan import Plan, Step
from migrator.settings import Settings
from tests.integration.engine.bench import Bench, done, failed
from tests.integration.engine.graphs import plan_of

FLOWS, DEPLOYMENTS = 90, 60
#: Flows that fail, and those that take a second write.
BAD, TWICE = range(70), range(70, 80)


def begun(bench: Bench) -> Plan:
    """A run in which many flows have failed, and some have arrived but for a second write; half of the rest waits."""
    kinds = ["flow"] * FLOWS + ["deployment"] * DEPLOYMENTS
    steps = {len(kinds) + number: (owner, Step.COMPLETE) for number, owner in enumerate(TWICE)}
    needs = [(owner, node) for node, (owner, _) in steps.items()]
    needs += [(number % FLOWS, FLOWS + number) for number in range(DEPLOYMENTS)]
    plan = plan_of(len(kinds), kinds=kinds, steps=steps, needs=needs)
    bench.publish(plan)
    bench.claim(FLOWS)
    bench.settle("lease", *(failed(n) if n in BAD else done(n) for n in range(FLOWS)), budget=1000)
    return plan


def browse(bench: Bench, kind: str = "", outcome: str = "") -> list[str]:
    """The keys on all pages, one after another."""
    keys, begin = list[str](), 0
    while True:
        page = bench.do(page_of(bench.run, Wanted(kind, outcome, begin)))
        assert len(page.rows) <= ROWS
        assert all(form.outcome == outcome for _, form in page.rows if outcome)
        keys += [form.key for _, form in page.rows]
        if page.following is None:
            return keys
        assert page.following > begin, "it would never end"
        begin = page.following


def test_all_pages_together_have_every_resource_once(bench: Bench) -> None:
    """Invariant 1, on the page: of any kind and outcome, of one kind, and of each outcome."""
    keys = [resource.key for resource in begun(bench).resources]
    assert browse(bench) == keys
    for kind in ("flow", "deployment", "automation"):
        assert browse(bench, kind) == [key for key in keys if kind_of(key) == kind]
    of_outcomes = [key for outcome in Outcome for key in browse(bench, outcome=outcome)]
    assert sorted(of_outcomes) == sorted(keys)


def test_an_outcome_is_the_worst_of_a_resources_nodes(bench: Bench) -> None:
    """What has arrived but for its second write is pending; what was blocked by a failure is skipped."""
    begun(bench)
    assert len(browse(bench, "flow", Outcome.FAILED)) == len(BAD)
    assert len(browse(bench, "flow", Outcome.PENDING)) == len(TWICE)
    assert len(browse(bench, "flow", Outcome.CREATED)) == FLOWS - len(BAD) - len(TWICE)
    assert len(browse(bench, "deployment", Outcome.SKIPPED)) == DEPLOYMENTS


def test_what_arrived_but_for_a_blocked_write_is_skipped(bench: Bench) -> None:
    """Its first node has landed, its second one needs what failed: it is found among what was skipped."""
    steps = {2: (1, Step.COMPLETE)}
    bench.publish(plan_of(2, kinds=["flow", "deployment"], steps=steps, needs=[(0, 2), (1, 2)]))
    bench.claim(2)
    bench.settle("lease", failed(0), done(1), budget=10)
    assert [browse(bench, outcome=outcome) for outcome in (Outcome.FAILED, Outcome.SKIPPED, Outcome.CREATED)] == [
        ["flow/v0"],
        ["deployment/v1"],
        [],
    ]


def test_a_page_that_finds_nothing_says_where_to_go_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks through so many and no more, however rare what is wanted is."""
    begun(bench)
    monkeypatch.setattr(browsing, "FIELDS", 10)
    monkeypatch.setattr(browsing, "PIECES", 3)
    page = bench.do(page_of(bench.run, Wanted(outcome=Outcome.SKIPPED)))
    assert (page.rows, page.following) == ([], 30)
    assert len(browse(bench, outcome=Outcome.SKIPPED)) == DEPLOYMENTS
    assert len(browse(bench, "flow", Outcome.FAILED)) == len(BAD)


def test_a_story_can_be_told_without_reading_all_of_a_run(bench: Bench) -> None:
    """What it waits for and what was written for it is left out; its error and what blocked it are told."""
    begun(bench)
    write = Write(1, 75, "destination", "POST", "/flows/", 201, "worker")
    bench.do(bench.run.tell([write]))

    def told(number: int, *nodes: int, whole: bool) -> tuple[int, str | None, list[str]]:
        story = bench.do(story_of(bench.run, number, nodes, Settings(redis_url="redis://"), whole=whole))
        error = story.resource.error
        return len(story.writes), error.type if error else None, story.resource.blocked_by

    assert told(75, 75, 155, whole=True) == (1, None, [])
    assert told(75, 75, 155, whole=False) == (0, None, [])
    assert told(3, 3, whole=False) == (0, "Conflict", [])
    assert told(FLOWS, FLOWS, whole=False) == (0, None, ["flow/v0"])
