"""What a node costs Redis, in commands: scripts ask for the fields of many nodes at once, and write them at once."""

from typing import cast

from migrator.engine.doorbell import BATCH
from migrator.engine.scripts import RunState
from tests.integration.engine.bench import Bench, done
from tests.size.graphs import layers

NODES = 2000
#: Commands that scripts and clients call for a node, on the average of a run of full batches: it was 22 one by one.
COMMANDS_PER_NODE = 1.5


def test_a_node_costs_hardly_more_than_a_command(bench: Bench) -> None:
    """Whatever number of edges leads to it: here they are about three."""
    bench.publish(layers(NODES, hub=NODES // 10, chain=0))
    bench.do(bench.redis.config_resetstat())

    batches, settlement = 0, bench.help_along()
    while settlement.state is not RunState.FINISHED:
        batches += 1
        claim = bench.claim(BATCH, lease=f"lease {batches}")
        settlement = bench.settle(claim.token, *(done(node, f"id {node}") for node in claim.attempts))

    statistics = cast("dict[str, dict[str, int]]", bench.do(bench.redis.info("commandstats")))
    used = sum(command["calls"] for command in statistics.values())
    assert bench.status().outcomes == {"created": NODES}
    assert batches <= 1.25 * NODES / BATCH
    assert used <= COMMANDS_PER_NODE * NODES
