"""Whether a Redis may be trusted with a run: the rules, pure, for who refuses one and for who only tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from migrator.errors import RefusedError

#: LPOP with a count came with Redis 6.2.
OLDEST = (6, 2)
#: Bytes that must be free where memory is limited: a run of 100,000 nodes takes some 35 MB, sealed bodies apart.
LEAST_FREE = 64 * 2**20

Info = Mapping[str, Any]
"""What a Redis says of itself: the fields of INFO, and those of CLUSTER INFO where it is one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a Redis keeps one rule.

    Attributes:
        rule: What the rule is about.
        fact: What is so.
        danger: What could come of it; None where the rule is kept.
        accepted: Whether somebody accepts the danger.
    """

    rule: str
    fact: str
    danger: RefusedError | None = None
    accepted: bool = False


def judge(info: Info, *, accept_volatile: bool) -> tuple[Judgement, ...]:
    """How a Redis keeps each rule, gravest first."""
    return (
        _version(info),
        _cluster(info),
        _role(info),
        _policy(info),
        _memory(info),
        _persistence(info, accepted=accept_volatile),
    )


def free_bytes(info: Info) -> int | None:
    """What it has left of its memory, or of its machine's where it has no limit; None where neither is told."""
    limit = int(info.get("maxmemory", 0)) or int(info.get("total_system_memory", 0))
    return max(0, limit - int(info["used_memory"])) if limit else None


def _version(info: Info) -> Judgement:
    version = str(info["redis_version"])
    name = f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {version}"
    if tuple(int(part) for part in version.split(".")[:2]) >= OLDEST:
        return Judgement("version", name)
    return Judgement("version", name, RefusedError(f"Redis {version} is too old", "use 6.2 or newer, or Valkey"))


def _cluster(info: Info) -> Judgement:
    nodes = int(info.get("cluster_size", 1)) if info.get("cluster_enabled") else 1
    if nodes <= 1:
        return Judgement("cluster", "one node has all keys")
    danger = RefusedError(
        f"this Redis is a cluster whose keys are spread over {nodes} nodes", "use one that is not, or of one node"
    )
    return Judgement("cluster", f"keys are spread over {nodes} nodes", danger)


def _role(info: Info) -> Judgement:
    if info["role"] == "master":
        return Judgement("role", "the primary")
    danger = RefusedError("this Redis is a read-only replica", "set MIGRATOR_REDIS_URL to its primary")
    return Judgement("role", "a replica", danger)


def _policy(info: Info) -> Judgement:
    policy = info.get("maxmemory_policy", "noeviction")
    fact = f"maxmemory-policy {policy}"
    if policy == "noeviction":
        return Judgement("policy", fact)
    danger = RefusedError(f"this Redis may evict keys ({fact})", "set its maxmemory-policy to noeviction")
    return Judgement("policy", fact, danger)


def _memory(info: Info) -> Judgement:
    free = free_bytes(info)
    if free is None:
        return Judgement("memory", "no limit is told")
    fact = f"{free >> 20:,} MB left"
    if free >= LEAST_FREE:
        return Judgement("memory", fact)
    danger = RefusedError(f"this Redis has {fact}", f"raise its maxmemory by {LEAST_FREE >> 20} MB at least")
    return Judgement("memory", fact, danger)


def _persistence(info: Info, *, accepted: bool) -> Judgement:
    if info.get("aof_enabled"):
        return Judgement("persistence", "keeps an append-only file")
    danger = RefusedError(
        "this Redis keeps no append-only file, so a restart of it would lose the run",
        "set its appendonly to yes, or say --accept-volatile",
    )
    return Judgement("persistence", "keeps no append-only file", danger, accepted)
