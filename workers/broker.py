"""The broker of a worker process: the shared one, with what runs beside the actors."""

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO

from migrator.engine.doorbell import broker_of


def make_broker(url: str, *beside: dramatiq.Middleware) -> RedisBroker:
    """The broker. No retries, no time limit, no age limit: nodes have their own, and a bell is worth nothing."""
    return broker_of(url, [AsyncIO(), *beside])
