"""Haste: what takes a quarter of a minute in production takes a second or two in a storm. No rule is another."""

from migrator.engine import doorbell, edges, run
from workers import time_slice
from workers.middleware import attendance

#: Seconds that a claim lasts unless it is renewed.
LEASE = 2.0
#: Workers that a node may take with it: more than in production, for here the monkey kills some over innocent nodes.
CRASH_LIMIT = 5


def make_haste() -> None:
    """Let this process wait less, and walk fewer edges a call, so that many a walk is broken off in the middle."""
    run.CRASH_LIMIT = CRASH_LIMIT
    run.RESPITE = 2
    run.EDGE_BUDGET = 40
    edges.PIECE = 15
    doorbell.BELL_MS = 3_000
    doorbell.HEARTBEAT_TIMEOUT_MS = 3_000
    time_slice.SLICE = 1.5
    time_slice.REDIS_AWAY = 0.3
    attendance.LAST_WORDS_MS = 1_000
