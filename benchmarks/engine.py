"""The engine: nodes that do nothing, so that all that is measured is dramatiq, Redis, and what is between them.

Redis is the embedded Valkey, with its append-only file, made anew for every measurement. Workers are there before the
clock starts; it ends, by Redis's own clock, when the last node has its outcome. In layers a tenth of the nodes need one
and the same, the others up to three that are chosen at random. Calls are those of all scripts, dramatiq's included;
their times are upper bounds, in steps of two. One message per node is the way that suggests itself: it keeps no lease,
and survives no death. redis-benchmark calls a script that counts one field down.
"""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.ceiling import CLIENTS, PROGRAM, ceiling
from benchmarks.form import ContestForm, PointForm
from benchmarks.headline import Headline
from benchmarks.naive import naively
from benchmarks.options import Options
from benchmarks.rivals import Measure, contest
from benchmarks.ways import by_one_client, through_dramatiq
from migrator.embedded.valkey import valkey
from migrator.model.plan import Plan
from tests.chaos.proxy import Proxy
from tests.size.draining import Ended
from tests.size.graphs import layers

#: Nodes of a run, unless others are named.
SIZES = (10_000, 100_000, 1_000_000)
#: Nodes from which on a run is brought to its end twice at the most, and from which on once, by two processes alone.
TWICE_FROM, ONCE_FROM = 100_000, 1_000_000
#: Nodes that the naive way is measured with at the most; it takes many times as long.
NAIVE_AT_MOST = 100_000
#: Nodes of a chain at the most, and of a run whose Redis is far away: one waits for the other, or all for the way.
CHAIN_AT_MOST = FAR_AT_MOST = 10_000
#: Nodes of a hub and of a cascade at the most.
SHAPE_AT_MOST = 100_000
#: Seconds that every answer of Redis takes longer where it is far away.
FAR = 0.001

TWO, ONE, BARE = "2 worker processes", "1 worker process", "the bare scripts, one client"
NAIVE = "one message per node, 2 worker processes"
CEILING = f"redis-benchmark, a script of one command, {CLIENTS} clients"
#: What stands in the summary, of the runs that have rivals.
HEADLINES = tuple(Headline(f"{nodes:,} nodes", rival) for nodes in SIZES for rival in (NAIVE, BARE))

Drained = Callable[[str, Plan], Coroutine[None, None, Ended]]
_two, _one = partial(through_dramatiq, processes=2), partial(through_dramatiq, processes=1)


def measure(options: Options) -> Iterator[ContestForm]:
    """Layers of each size, then the shapes that hurt, then a Redis that is far away."""
    least, most = min(options.nodes), max(options.nodes)
    for nodes in options.nodes:
        yield _layers(nodes, options.rounds)
    yield from _shapes(min(least, CHAIN_AT_MOST), min(most, SHAPE_AT_MOST), options.rounds)
    yield _far_away(min(least, FAR_AT_MOST), options.rounds)


def _layers(nodes: int, rounds: int) -> ContestForm:
    title, point, plan = f"{nodes:,} nodes", PointForm(of="nodes", at=nodes), _of_layers(nodes)
    two: dict[str, Measure] = {TWO: partial(_measured, plan, _two)}
    if nodes >= ONCE_FROM:
        return contest(title, two, 1, point)
    rounds = _rounds(nodes, rounds)
    rivals = two | {ONE: partial(_measured, plan, _one), BARE: partial(_measured, plan, by_one_client)}
    if nodes <= NAIVE_AT_MOST:
        rivals[NAIVE] = partial(_measured, plan, partial(naively, processes=2))
    if PROGRAM.exists():
        rivals[CEILING] = partial(ceiling, nodes)
    return contest(title, rivals, rounds, point)


def _rounds(nodes: int, rounds: int) -> int:
    return min(rounds, 2) if nodes >= TWICE_FROM else rounds


def _shapes(few: int, many: int, rounds: int) -> Iterator[ContestForm]:
    rounds_of_many = _rounds(many, rounds)
    chain, hub = layers(few, hub=0, chain=few - 1), layers(many, hub=many - 1, chain=0)
    yield contest(f"a chain of {few:,} nodes", _both(chain), rounds)
    yield contest(f"a node that {many - 1:,} others need", _both(hub), rounds_of_many)
    yield contest(f"a failure above {many - 1:,} nodes", _both(_of_layers(many), failing=1), rounds_of_many)


def _both(plan: Plan, failing: int = 0) -> dict[str, Measure]:
    ways = {TWO: partial(_two, failing=failing), BARE: partial(by_one_client, failing=failing)}
    return {name: partial(_measured, plan, way, failing=failing) for name, way in ways.items()}


def _far_away(nodes: int, rounds: int) -> ContestForm:
    ways: dict[str, Drained] = {TWO: _two, ONE: _one, NAIVE: partial(naively, processes=2)}
    rivals: dict[str, Measure] = {
        name: partial(_measured, _of_layers(nodes), partial(_from_afar, way)) for name, way in ways.items()
    }
    return contest(f"{nodes:,} nodes, every answer of Redis {FAR * 1000:g} ms later", rivals, rounds)


async def _from_afar(way: Drained, url: str, plan: Plan) -> Ended:
    line = Proxy(Path(urlsplit(url).path))
    line.delay = FAR
    with line.listening():
        return await way(line.url, plan)


def _of_layers(nodes: int) -> Plan:
    return layers(nodes, hub=nodes // 10, chain=0)


def _measured(plan: Plan, drained: Drained, failing: int = 0) -> Mapping[str, float]:
    with tempfile.TemporaryDirectory() as home, valkey(Path(home)) as url:
        ended = asyncio.run(drained(url, plan))
    nodes = plan.graph.size
    expected = {"failed": failing, "skipped": nodes - failing} if failing else {"created": nodes}
    assert ended.outcomes == expected, ended.outcomes  # noqa: S101 - a figure of anything else means nothing
    return {
        "nodes/s": nodes / ended.seconds,
        "bytes a node": ended.peak / nodes,
        "script calls a node": ended.calls / nodes,
        "ms, 99.9 % of script calls": ended.slowest(0.999) / 1000,
        "ms, the slowest": ended.slowest(1) / 1000,
    }
