"""The broker of a worker process: the shared one, with what runs beside the actors."""

from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO

from migrator.engine.doorbell import broker_of
from workers.middleware.attendance import Attendance


def make_broker(url: str, attendance: Attendance) -> RedisBroker:
    """The broker. No retries, no time limit, no age limit: nodes have their own, and a bell is worth nothing."""
    return broker_of(url, [AsyncIO(), attendance])
