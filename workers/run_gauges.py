"""The gauges of runs that are under way: every process shows what Redis counts of each, so all show the same."""

from collections.abc import Collection

from migrator.engine.scripts import RunState
from migrator.engine.status import Status
from workers.metrics import RUN_NODES, RUN_PAUSED

_shown: set[str] = set()


def show(run_id: str, status: Status) -> None:
    """Show where a run stands."""
    _shown.add(run_id)
    RUN_PAUSED.labels(run_id).set(status.state is RunState.PAUSED)
    for state, nodes in nodes_by_state(status).items():
        RUN_NODES.labels(run_id, state).set(nodes)


def forget_all_but(run_ids: Collection[str]) -> None:
    """Show no run any more that workers do not look after."""
    for run_id in _shown.difference(run_ids):
        RUN_PAUSED.remove(run_id)
        RUN_NODES.remove_by_labels({"run": run_id})
        _shown.remove(run_id)


def nodes_by_state(status: Status) -> dict[str, int]:
    """Where the nodes of a run are; each is in one place."""
    at_hand = {"ready": status.ready, "in_flight": status.claimed, "delayed": status.delayed}
    return {**at_hand, "blocked": max(0, status.waiting), "settled": status.settled}
