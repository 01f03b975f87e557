"""Whether a Redis may be trusted with a run: each rule, kept and broken."""

from typing import Any

import pytest

from migrator.engine.safety import LEAST_FREE, Judgement, free_bytes, judge

SAFE = {
    "redis_version": "7.2.4",
    "role": "master",
    "maxmemory": 0,
    "maxmemory_policy": "noeviction",
    "total_system_memory": 2**33,
    "used_memory": 2**20,
    "aof_enabled": 1,
    "cluster_enabled": 0,
}
#: What breaks each rule, and what mends it.
UNSAFE: dict[str, tuple[dict[str, Any], str]] = {
    "version": ({"redis_version": "6.0.16"}, "6.2"),
    "cluster": ({"cluster_enabled": 1, "cluster_size": "3"}, "of one node"),
    "role": ({"role": "slave"}, "primary"),
    "policy": ({"maxmemory_policy": "allkeys-lru"}, "noeviction"),
    "memory": ({"maxmemory": 2**20 + LEAST_FREE - 1}, "maxmemory"),
    "persistence": ({"aof_enabled": 0}, "--accept-volatile"),
}


def judged(*, accept_volatile: bool = False, **changes: Any) -> dict[str, Judgement]:
    """How a safe Redis with some changes is judged, by rule."""
    return {judgement.rule: judgement for judgement in judge(SAFE | changes, accept_volatile=accept_volatile)}


def test_a_safe_redis_breaks_no_rule() -> None:
    """And every rule has something to say of it."""
    judgements = judged()
    assert judgements.keys() == UNSAFE.keys()
    assert all(judgement.fact and judgement.danger is None for judgement in judgements.values())


@pytest.mark.parametrize("rule", UNSAFE)
def test_what_breaks_a_rule_breaks_it_alone_and_says_what_mends_it(rule: str) -> None:
    """One cause, one line."""
    changes, mending = UNSAFE[rule]
    broken = {name: judgement for name, judgement in judged(**changes).items() if judgement.danger}
    assert list(broken) == [rule]
    assert mending in getattr(broken[rule].danger, "advice", "")


@pytest.mark.parametrize("rule", UNSAFE)
def test_only_the_danger_of_a_restart_can_be_accepted(rule: str) -> None:
    """One opt-out for one risk."""
    accepted = judged(accept_volatile=True, **UNSAFE[rule][0])[rule].accepted
    assert accepted is (rule == "persistence")


@pytest.mark.parametrize(
    ("version", "safe"), [("2.8.24", False), ("6.0.16", False), ("6.2.0", True), ("7.2.4", True), ("10.0.1", True)]
)
def test_versions_are_compared_as_numbers(version: str, safe: bool) -> None:  # noqa: FBT001
    """The oldest that can hand out several nodes at once is 6.2."""
    assert (judged(redis_version=version)["version"].danger is None) is safe


def test_valkey_is_called_by_its_own_name() -> None:
    """It tells a version of Redis too, for the sake of clients."""
    assert judged(valkey_version="9.1.2")["version"].fact == "Valkey 9.1.2"


def test_a_cluster_of_one_node_is_like_none() -> None:
    """All keys are in one place."""
    assert judged(cluster_enabled=1, cluster_size="1")["cluster"].danger is None


@pytest.mark.parametrize(
    ("limit", "machine", "free"),
    [(2**30, 2**33, 2**30 - 2**20), (0, 2**33, 2**33 - 2**20), (0, 0, None), (1, 2**33, 0)],
)
def test_what_is_free_is_left_of_its_limit_or_of_its_machine(limit: int, machine: int, free: int | None) -> None:
    """A Redis that is told no limit ends where its machine does."""
    assert free_bytes(SAFE | {"maxmemory": limit, "total_system_memory": machine}) == free
