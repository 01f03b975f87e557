"""Source and destination are edited at random, and every policy is held to its promise, on real servers.

More of it: `MIGRATOR_EXAMPLES=50 .venv/bin/pytest tests/e2e/test_policies_hold.py`.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from migrator.demo.servers import PrefectServer
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import Ended, Home, asking
from tests.e2e.contents import content
from tests.e2e.edits import EDITS, Edit, empty
from tests.e2e.prefect import Prefect

pytestmark = pytest.mark.e2e

Ask = Callable[..., Any]
#: Workspaces that are played with; each takes some ten seconds.
EXAMPLES = int(os.environ.get("MIGRATOR_EXAMPLES", "2"))
#: Rounds of edits and a run in each of them.
ROUNDS = 3
PAIR = ("--from", "source", "--to", "destination")
YES = ("--yes", "--json", "--workers", "1")
#: What the API cannot change afterwards.
FIXED = {"/labels", "/type"}

edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 2**16)), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def pair(prefect: Prefect) -> Iterator[tuple[PrefectServer, PrefectServer]]:
    """Two servers of this module's own, which are emptied again and again."""
    with prefect.servers({}, {}) as (source, destination):
        yield source, destination


class Workspaces(RuleBasedStateMachine):
    """Two workspaces, edited and migrated."""

    home: Home
    source: Ask
    destination: Ask

    @initialize()
    def begin(self) -> None:
        """With two empty ones."""
        empty(self.source)
        empty(self.destination)

    @rule(at_source=edits, at_destination=edits, policy=st.sampled_from(["keep", "update", "fail"]))
    def migrate(self, at_source: list[tuple[Edit, int]], at_destination: list[tuple[Edit, int]], policy: str) -> None:
        """Edit both sides, run with a policy, and hold it to its promise; then run again."""
        _edit(self.source, at_source)
        _edit(self.destination, at_destination)
        source, before = content(self.source), content(self.destination)
        plan = self._migrator("plan", *PAIR, "--live", "--on-existing", policy, "--json")
        ended = self._migrator("run", *PAIR, "--live", "--on-existing", policy, *YES)
        after = content(self.destination)
        assert content(self.source) == source, "invariant 7: the source is only read"
        assert plan.form["totals"] == ended.form["totals"], "invariant 14: a plan is what will happen"
        _PROMISES[policy](self, ended, before, after)
        again = self._migrator("run", *PAIR, "--live", *YES)
        if policy != "fail":
            assert again.form["totals"]["created"] == 0, "a second run finds everything"
            assert content(self.destination) == after

    @rule(at_source=edits, policy=st.sampled_from(["keep", "update"]))
    def migrate_and_undo(self, at_source: list[tuple[Edit, int]], policy: str) -> None:
        """Invariant 15: what a run did is undone, and nothing else."""
        _edit(self.source, at_source)
        before = content(self.destination)
        self._migrator("run", *PAIR, "--live", "--on-existing", policy, *YES)
        undone = self._migrator("rollback", "last", *YES)
        assert undone.code == ExitCode.LANDED, undone.out
        assert content(self.destination) == before

    @invariant()
    def nothing_is_there_twice(self) -> None:
        """Invariant 9: names that need not be unique are the ones to look at."""
        names = [row["name"] for row in self.destination("POST", "/automations/filter", {})]
        assert len(names) == len(set(names))

    def keeps(self, ended: Ended, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Invariant 6: what was there is there, untouched."""
        _dangling(ended)
        _assert_untouched(before, after)

    def updates(self, ended: Ended, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """All of the source is there, alike but for what the API cannot change; and nothing has gone."""
        dangling = _dangling(ended)
        for what, rows in before.items():
            assert {row["id"] for row in _known(rows)} <= {row["id"] for row in _known(after[what])}
        verified = self._migrator("verify", *PAIR, "--json").form
        assert set(verified["missing"]) <= dangling
        assert {field for different in verified["different"] for field in different["fields"]} <= FIXED

    def fails(self, ended: Ended, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """What was there failed, and is untouched."""
        assert ended.code in {ExitCode.LANDED, ExitCode.INCOMPLETE}, ended.out
        assert ended.form["totals"]["updated"] == 0
        _assert_untouched(before, after)

    def _migrator(self, *arguments: str) -> Ended:
        return self.home.migrator(*arguments)


_PROMISES = {"keep": Workspaces.keeps, "update": Workspaces.updates, "fail": Workspaces.fails}


def test_every_policy_keeps_its_promise(
    tmp_path_factory: pytest.TempPathFactory, pair: tuple[PrefectServer, PrefectServer]
) -> None:
    """Invariants 6, 7, 9, 14 and 15, whatever is on both sides."""
    profiles = dict(zip(("source", "destination"), ({"PREFECT_API_URL": s.api_url} for s in pair), strict=True))

    class These(Workspaces):
        home = Home.made(tmp_path_factory.mktemp("policies") / "home", profiles)
        source = staticmethod(asking(pair[0]))
        destination = staticmethod(asking(pair[1]))

    few = settings(
        max_examples=EXAMPLES,
        stateful_step_count=ROUNDS,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(These, settings=few)


def _edit(ask: Ask, some: list[tuple[Edit, int]]) -> None:
    for edit, seed in some:
        edit(ask, Random(seed))  # noqa: S311 - a seed that Hypothesis draws and repeats


def _dangling(ended: Ended) -> set[str]:
    """What points to something that was deleted; nothing else is skipped, and nothing fails."""
    lost = [resource for resource in ended.form["resources"] if resource["outcome"] in {"failed", "skipped"}]
    assert all("of nothing the source has" in resource["error"]["message"] for resource in lost), ended.out
    return {resource["key"] for resource in lost}


def _known(rows: Any) -> list[Any]:
    return [row for row in rows if "id" in row]


def _assert_untouched(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    for what, rows in before.items():
        for row in rows:
            assert row in after[what], f"{what}: {row.get('name')} has changed"
