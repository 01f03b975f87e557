"""Publishing: a plan becomes a run, all at once for everybody who looks."""

from collections.abc import Iterator

import pytest

from migrator.engine import publishing
from migrator.engine.edges import PIECE
from migrator.engine.groups import Grouping
from migrator.engine.keeping import sweep
from migrator.engine.keys import RUNS, STRUCTURES
from migrator.engine.publisher import Publisher
from migrator.engine.publishing import publish
from migrator.engine.record import LedgerLine, RunRecord
from migrator.engine.run import FIELDS, Run, runs_under_way
from migrator.engine.scripts import RunState
from migrator.errors import ResumableError, UsageError
from migrator.model.inventory import Resource
from migrator.model.keys import Key
from migrator.model.plan import Action, Graph, Plan, PlannedResource, Step
from migrator.planning.graph import build_graph
from tests.integration.engine.bench import Bench, done, failed
from tests.integration.engine.graphs import bodies_of, hub, plan_of, record_of


def test_a_published_graph_is_what_was_planned(bench: Bench) -> None:
    """In-degrees of those that wait, dependents of those that are waited for, and who is ready."""
    bench.publish(plan_of(4, needs=[(0, 2), (1, 2), (2, 3)], after=[(0, 3)]))

    assert bench.hash_of("degree") == {"2": "2", "3": "2"}
    assert bench.hash_of("dependents") == {"0": "2 ~3", "1": "2", "2": "3"}
    assert bench.list_of("ready") == ["0", "1"]
    assert bench.hash_of("body") == {"0": "sealed 0", "1": "sealed 1", "2": "sealed 2", "3": "sealed 3"}
    assert bench.hash_of("steps") == bench.hash_of("parts") == {}


def test_a_published_run_is_running_and_looked_after(bench: Bench) -> None:
    """With all its nodes pending."""
    bench.publish(plan_of(3))

    status = bench.status()
    assert (status.state, status.nodes, status.settled, status.ready) == (RunState.RUNNING, 3, 0, 3)
    assert status.outcomes == {}
    assert status.ended == 0
    assert not status.stuck
    assert bench.run.id in bench.do(runs_under_way(bench.redis))


def test_the_record_says_what_the_run_is(bench: Bench) -> None:
    """As it was given."""
    plan = plan_of(2)
    bench.publish(plan)

    assert bench.do(bench.run.record()) == record_of(bench.run.id, plan)


def test_the_ledger_has_a_line_for_every_resource(bench: Bench) -> None:
    """Invariant 1: also for those that have nothing to do, and not for further nodes."""
    plan = plan_of(3, exists={1: "id-1"}, skipped=[2], steps={3: (0, Step.COMPLETE)}, needs=[(0, 3)])
    bench.publish(plan)

    lines = bench.do(bench.run.ledger(range(4)))

    assert lines[3] is None
    assert lines[:3] == [LedgerLine(key=r.key, action=r.action, source_id=r.source_id) for r in plan.resources]


def test_a_line_of_the_ledger_holds_all_that_a_report_says_of_a_resource(bench: Bench) -> None:
    """Field by field."""
    resource = PlannedResource(
        Key("flow/a"),
        Action.SKIP,
        source_id="s",
        live=False,
        differences=("/name",),
        changes=("tags",),
        warnings=("w",),
        blocked_by=(Key("flow/b"),),
        reason="r",
        bare=True,
        appended=True,
    )
    bench.publish(Plan([resource], plan_of(1, skipped=[0]).graph, held=True))

    [line] = bench.do(bench.run.ledger([0]))

    assert line is not None
    said = set(LedgerLine.model_fields) - {"left", "companion", "twins"}
    assert {name: getattr(resource, name) for name in said} == {name: getattr(line, name) for name in said}


def test_what_exists_has_settled_and_is_counted_by_nobody(bench: Bench) -> None:
    """Invariant 4: its destination id is recorded, and what refers to it is ready at once."""
    bench.publish(plan_of(4, needs=[(2, 3)], exists={0: "id-0", 1: "id-1"}))

    assert bench.outcomes() == {0: "exists", 1: "exists"}
    assert bench.hash_of("id") == {"0": "id-0", "1": "id-1"}
    assert bench.hash_of("tally") == {"exists variable": "2"}
    assert bench.list_of("ready") == ["2"]
    assert bench.hash_of("degree") == {"3": "1"}
    assert set(bench.hash_of("body")) == {"2", "3"}

    bench.claim_and_settle(done(2))
    assert bench.claim_and_settle(done(3)).state is RunState.FINISHED
    assert bench.status().outcomes == {"exists": 2, "created": 2}


def test_what_is_skipped_has_settled_and_is_counted(bench: Bench) -> None:
    """Invariant 1: the outcomes add up to what was discovered."""
    bench.publish(plan_of(3, skipped=[0], exists={1: "id-1"}))
    assert bench.status().settled == 2

    bench.claim_and_settle(failed(2))

    assert bench.status().state is RunState.FINISHED
    assert bench.status().outcomes == {"skipped": 1, "exists": 1, "failed": 1}


@pytest.mark.parametrize("plan", [plan_of(0), plan_of(3, exists={0: "a", 1: "b"}, skipped=[2])], ids=["empty", "done"])
def test_a_plan_with_nothing_to_do_finishes_at_once(plan: Plan, bench: Bench) -> None:
    """No worker is needed for an unchanged second run."""
    before = bench.now()
    bench.publish(plan)

    status = bench.status()
    assert status.state is RunState.FINISHED
    assert status.settled == status.nodes == len(plan.resources)
    assert before <= status.ended <= bench.now()
    assert bench.list_of("ready") == []


def test_the_nodes_of_a_resource_are_counted(bench: Bench) -> None:
    """Its body rests until the last of them; a barrier is nobody's."""
    steps = {2: (0, Step.COMPLETE), 3: (-1, Step.BARRIER), 4: (0, Step.ENABLE)}
    bench.publish(plan_of(2, needs=[(0, 2), (2, 4)], after=[(2, 3), (1, 3), (3, 4)], steps=steps))

    assert bench.hash_of("steps") == {"2": "0 complete", "3": "-1 barrier", "4": "0 enable"}
    assert bench.hash_of("parts") == {"0": "3"}
    assert bench.do(bench.run.steps([0, 1, 2, 3, 4])) == [
        (0, "create"),
        (1, "create"),
        (0, "complete"),
        (-1, "barrier"),
        (0, "enable"),
    ]
    assert bench.status().nodes == 5


def test_the_dependents_of_a_hub_are_stored_in_pieces(bench: Bench) -> None:
    """Invariant 12: a call that settles reads whole pieces, so none is large."""
    bench.publish(hub(2 * PIECE + 1))

    pieces = {field: spelled.split() for field, spelled in bench.hash_of("dependents").items()}

    assert {field: len(piece) for field, piece in pieces.items()} == {"0": PIECE + 1, "0:1": PIECE + 1, "0:2": 1}
    assert (pieces["0"].pop(), pieces["0:1"].pop()) == ("+1", "+2"), "each says where the next one is"
    assert pieces["0"] + pieces["0:1"] + pieces["0:2"] == [str(node) for node in range(1, 2 * PIECE + 2)]


def test_a_large_plan_arrives_whole(bench: Bench) -> None:
    """It is written in several commands, and read in several."""
    resources = 2 * FIELDS + 1
    bench.publish(plan_of(resources))

    assert bench.status().ready == resources
    assert None not in bench.do(bench.run.ledger(range(resources)))
    assert None not in bench.do(bench.run.bodies(range(resources)))
    assert bench.do(bench.run.outcomes(range(resources))) == [None] * resources


def test_nothing_is_visible_before_the_state_is_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state is the commit: until then nobody can claim of the run, ring for it, or see it."""
    commit, seen = publishing._open, list[Run]()  # noqa: SLF001 - there is no other way in between

    async def look_and_commit(publisher: Publisher, record: RunRecord, graph: Graph, groups: Grouping) -> None:
        run = publisher.run
        assert (await run.claim("lease", 10, 60.0)).attempts == {}
        assert await bench.redis.zscore(RUNS, run.id) is None
        for asking in (run.status, run.record):
            with pytest.raises(UsageError, match=f"there is no run {run.id}"):
                await asking()
        seen.append(run)
        await commit(publisher, record, graph, groups)

    monkeypatch.setattr(publishing, "_open", look_and_commit)
    bench.publish(plan_of(3))

    assert len(seen) == 1
    assert len(bench.claim().attempts) == 3


def test_a_publisher_that_dies_leaves_nothing_that_runs(bench: Bench) -> None:
    """Here the spool of bodies breaks off."""
    plan = plan_of(3)

    def broken() -> Iterator[tuple[int, bytes]]:
        yield from bodies_of(plan)[:1]
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - it is the one that was raised above
        bench.do(publish(bench.redis, record_of(bench.run.id, plan), plan, broken()))

    assert bench.claim().attempts == {}
    assert bench.ring("bell") == []
    assert bench.run.id not in bench.do(runs_under_way(bench.redis))


@pytest.mark.parametrize("step", ["_write_graph", "_open"])
def test_a_publisher_that_was_overtaken_changes_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """It slept at some point, and another one has published the run meanwhile, which goes on."""
    plan, overtaken = plan_of(3), getattr(publishing, step)

    async def late(*given: object) -> None:
        monkeypatch.setattr(publishing, step, overtaken)
        record = record_of(bench.run.id, plan).model_copy(update={"mark": "other"})
        await publish(bench.redis, record, plan, bodies_of(plan))
        await bench.run.claim("lease", 2, 60.0)
        await overtaken(*given)

    monkeypatch.setattr(publishing, step, late)
    with pytest.raises(ResumableError, match="published by somebody else"):
        bench.publish(hub(3))

    assert bench.list_of("ready") == ["2"]
    assert bench.hash_of("degree") == {}
    assert bench.do(bench.redis.pttl(bench.keys["steps"])) < 0
    assert bench.settle("lease", done(0), done(1)).settled == 2


def test_who_begins_takes_the_place_of_who_has_not_ended(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins with nothing, so that two plans are not mixed; the other one may say the same again."""
    plan, overtaken = plan_of(3), publishing._write_graph  # noqa: SLF001 - there is no other way in between

    async def late(publisher: Publisher, graph: Graph) -> None:
        await Publisher(bench.redis, record_of(bench.run.id, plan).model_copy(update={"mark": "other"})).begin()
        await overtaken(publisher, graph)

    monkeypatch.setattr(publishing, "_write_graph", late)
    with pytest.raises(ResumableError):
        bench.publish(plan)

    assert [one for one in STRUCTURES if bench.do(bench.redis.exists(bench.keys[one]))] == ["run"]


def test_who_is_publishing_is_not_swept_away(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is its mark."""
    commit = publishing._open  # noqa: SLF001 - there is no other way in between

    async def sweep_and_commit(publisher: Publisher, record: RunRecord, graph: Graph, groups: Grouping) -> None:
        assert bench.run.id not in await sweep(bench.redis)
        await commit(publisher, record, graph, groups)

    monkeypatch.setattr(publishing, "_open", sweep_and_commit)
    bench.publish(plan_of(3))

    assert bench.status().nodes == 3


def test_the_last_word_may_be_said_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer may be lost, and then the client repeats it; the run may go on by then."""
    commit = publishing._open  # noqa: SLF001 - there is no other way in between

    async def twice(publisher: Publisher, record: RunRecord, graph: Graph, groups: Grouping) -> None:
        await commit(publisher, record, graph, groups)
        claim = await bench.run.claim("lease", 1, 60.0)
        await bench.run.settle("lease", [done(node) for node in claim.attempts])
        await commit(publisher, record, graph, groups)

    monkeypatch.setattr(publishing, "_open", twice)
    bench.publish(plan_of(3))

    assert bench.status().settled == 1


def test_a_graph_of_the_planner_runs_to_its_end(bench: Bench) -> None:
    """As planned in earnest: completed by a second node, enabled behind a barrier, one resource there already."""
    resources = [
        Resource(Key("flow/a"), "1"),
        Resource(Key("deployment/a/x"), "2", needs=(Key("flow/a"), Key("work-pool/p")), live=True, completes=True),
        Resource(Key("work-pool/p"), "3"),
        Resource(Key("automation/n"), "4", needs=(Key("deployment/a/x"),), live=True),
    ]
    actions = [Action.CREATE, Action.CREATE, Action.EXISTS, Action.CREATE]
    planned = [
        PlannedResource(r.key, action, r.id, destination_id="p" if action is Action.EXISTS else None, live=r.live)
        for r, action in zip(resources, actions, strict=True)
    ]
    graph = build_graph(planned, {r.key: r for r in resources}, held=False)
    bench.publish(Plan(planned, graph, held=False))

    waves: list[list[tuple[int, str]]] = []
    while wave := list(bench.claim(lease=f"wave {len(waves)}").attempts):
        waves.append([bench.do(bench.run.steps([node]))[0] for node in wave])
        bench.settle(f"wave {len(waves) - 1}", *(done(node) for node in wave))

    assert waves == [
        [(0, "create")],
        [(1, "create")],
        [(1, "complete"), (3, "create")],
        [(-1, "barrier")],
        [(3, "enable")],
    ]
    assert bench.status().state is RunState.FINISHED
    assert bench.status().outcomes == {"exists": 1, "created": 6}
    assert bench.hash_of("body") == bench.hash_of("parts") == {}


def test_who_shares_a_natural_key_knows_the_others(bench: Bench) -> None:
    """So that an attempt that looks by content does not take for its own what is another's."""
    keys = ["block-document/secret/anonymous-1", "block-document/secret/anonymous-1#2", "block-document/secret/other"]
    graph = Graph(3)
    for number in range(3):
        graph.begin(number, Step.CREATE)
    bench.publish(Plan([PlannedResource(Key(key), Action.CREATE, "source") for key in keys], graph, held=False))

    lines = bench.do(bench.run.ledger(range(3)))

    assert [line.twins for line in lines if line] == [(1,), (0,), ()]
