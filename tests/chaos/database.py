"""What is in a Redis: every key of it, with what it holds and for how long."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import redis


@dataclass(frozen=True, slots=True)
class Kept:
    """A key.

    Attributes:
        expires: Whether it goes by itself.
        holds: What it holds: a dictionary, a list, or what else.
    """

    expires: bool
    holds: Any


def contents(client: redis.Redis) -> dict[str, Kept]:
    """Every key of a database that is a test's own."""
    readers: dict[str, Callable[[str], Any]] = {
        "hash": client.hgetall,
        "list": lambda key: client.lrange(key, 0, -1),
        "zset": lambda key: client.zrange(key, 0, -1),
        "set": client.smembers,
        "string": client.get,
    }
    found = list(client.scan_iter(count=1000))
    kinds = {key: str(client.type(key)) for key in found}
    return {
        key: Kept(expires=int(client.pttl(key)) >= 0, holds=readers[kind](key))
        for key, kind in kinds.items()
        if kind != "none"
    }
