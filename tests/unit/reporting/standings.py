"""Standings of runs to be shown."""

from dataclasses import replace
from typing import Any

from migrator.engine.failures import Failure
from migrator.engine.groups import Group, by_outcome
from migrator.engine.scripts import RunState
from migrator.engine.standing import Standing
from migrator.engine.status import Status

#: Half way: most variables have landed, deployments have begun, automations have not.
GROUPS = {
    "variable": Group(230, {"created": 228, "failed": 2}),
    "flow": Group(40, {"created": 35, "exists": 5}),
    "deployment": Group(400, {"created": 61, "failed": 1, "skipped": 12}),
    "automation": Group(21),
}
FAILURES = (
    Failure(7, 7, "variable/region", "Rejected", "422 value: must be shorter"),
    Failure(5, 5, "deployment/etl/nightly", "Denied", "403 not allowed to create deployments in this workspace today"),
)


def standing_of(groups: dict[str, Group] = GROUPS, **fields: Any) -> Standing:
    """Where a run stands whose kinds are so far."""
    tally = {f"{outcome} {kind}": n for kind, group in groups.items() for outcome, n in group.outcomes.items()}
    status = Status(
        state=RunState.RUNNING,
        reason="",
        nodes=sum(group.nodes for group in groups.values()),
        settled=sum(group.settled for group in groups.values()),
        outcomes=by_outcome(tally),
        groups=groups,
        ready=40,
        claimed=8,
        delayed=3,
        walking=0,
        ended=0,
    )
    return replace(Standing(status, workers=2, rate=31.4, hindrances={}, failures=FAILURES), **fields)
