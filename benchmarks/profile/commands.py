"""Where a Redis's time goes while nodes that do nothing are brought to their end."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.ways import through_dramatiq
from migrator.embedded.valkey import valkey
from tests.size.graphs import layers

#: Commands whose share is smaller than this stand together.
LEAST = 0.01
ALL, LUA, REST = "its main thread", "Lua, in scripts", "connections, the append-only file, small commands"
_SCRIPT = "cmdstat_evalsha"

Figures = Mapping[str, float]


def by_command(nodes: int, processes: int) -> dict[str, Figures]:
    """µs and calls a node, by command; the first is all of it.

    Commands are those that Redis counts (INFO commandstats), also inside scripts; what of a script's time is in none of
    its commands is Lua's. What of the main thread's processor time is in no command is the rest.
    """
    with tempfile.TemporaryDirectory() as home, valkey(Path(home)) as url:
        plan = layers(nodes, hub=nodes // 10, chain=0)
        ended = asyncio.run(through_dramatiq(url, plan, processes=processes))
    cpu, commands = ended.cpu, dict(ended.commands)
    script = commands.pop(_SCRIPT)
    inside = sum(stats["usec"] for stats in commands.values())
    lua = script["usec"] - inside
    large = {name: stats for name, stats in commands.items() if stats["usec"] >= LEAST * cpu}
    named = sorted(large.items(), key=lambda command: -command[1]["usec"])
    rest = cpu - lua - sum(stats["usec"] for stats in large.values())
    return {
        ALL: {"µs a node": cpu / nodes},
        LUA: {"µs a node": lua / nodes, "calls a node": script["calls"] / nodes},
        **{name.removeprefix("cmdstat_").upper(): _each(stats, nodes) for name, stats in named},
        REST: {"µs a node": rest / nodes},
    }


def _each(stats: Mapping[str, float], nodes: int) -> Figures:
    return {"µs a node": stats["usec"] / nodes, "calls a node": stats["calls"] / nodes}
