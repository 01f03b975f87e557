"""The verdict on a storm: a line of what it was, and if the run did not weather it, why, and how to see it again."""

import signal

from tests.chaos.journal import Event
from tests.chaos.oracle import objections
from tests.chaos.storm import Aftermath


def verdict(aftermath: Aftermath) -> tuple[bool, str]:
    """Whether the run has weathered its storm, and what there is to say."""
    found = objections(aftermath)
    if not found:
        return True, _line(aftermath)
    again = f"make chaos SEED={aftermath.seed}"
    repeats = f"  {again}  repeats plan and mischief; the moment at which each hits is not repeatable"
    return False, "\n".join([_line(aftermath), *(f"  {objection}" for objection in found), repeats])


def _line(aftermath: Aftermath) -> str:
    graph = aftermath.planted.plan.graph
    begun = [entry.node for entry in aftermath.entries if entry.event is Event.BEGIN]
    parts = [
        f"seed {aftermath.seed}: {len(graph.degree)} nodes, {aftermath.planted.edges} edges",
        f"{int(aftermath.run_id.rpartition('-')[2]) - 1} publishers killed",
        *(f"{count} {mischief}" for mischief, count in sorted(aftermath.mischief.items())),
        f"{aftermath.torn} bytes torn off",
        f"{aftermath.lost} answers lost",
        f"{aftermath.left[-signal.SIGKILL]} worker processes died",
        f"{len(begun) - len(set(begun))} attempts more than nodes",
        f"{aftermath.seconds:.0f} s",
    ]
    return ", ".join(parts)
