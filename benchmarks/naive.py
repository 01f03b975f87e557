"""One message per node: the way that suggests itself, built to be compared with. It survives no death of anybody.

A message names a node. Who gets it notes it as done, counts down what waits for it, and sends a message for each node
that waits for nothing any more. `python -m benchmarks.naive URL` is a worker process.
"""

import asyncio
import os
import signal
import sys
import threading
from functools import partial

import dramatiq
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from migrator.engine.doorbell import broker_of
from migrator.engine.run import FIELDS, redis_ms
from migrator.model.outcome import Outcome
from migrator.model.pieces import pieces
from migrator.model.plan import Graph, Plan
from tests.size.draining import Ended, Meter, come_in, memory, workers

QUEUE, ACTOR = "naive", "node"
#: hash: node -> for how many it waits; hash: node -> who waits for it; set: nodes that are done; set: who works.
DEGREE, DEPENDENTS, DONE, PRESENT = "naive:degree", "naive:dependents", "naive:done", "naive:present"
#: Seconds between two looks.
LOOK = 0.02


async def naively(url: str, plan: Plan, *, processes: int) -> Ended:
    """Let worker processes do the nodes of a plan, whose graph is in Redis."""
    async with Redis.from_url(url) as redis:
        with workers("benchmarks.naive", url, processes=processes):
            await come_in(partial(redis.scard, PRESENT), processes)
            meter = Meter(redis, await memory(redis))
            await _publish(redis, plan.graph)
            await meter.start()
            return await _drain(redis, url, plan.graph, meter)


async def _drain(redis: Redis, url: str, graph: Graph, meter: Meter) -> Ended:
    broker = broker_of(url, [])
    for node, waits in graph.degree.items():
        if waits == 0:
            broker.enqueue(_message(node))
    while (done := await redis.scard(DONE)) < graph.size:
        await meter.look()
        await asyncio.sleep(LOOK)
    return await meter.read({Outcome.CREATED: done}, await redis_ms(redis))


async def _publish(redis: Redis, graph: Graph) -> None:
    for some in pieces(graph.degree.items(), FIELDS):
        await redis.hset(DEGREE, items=[part for one in some for part in one])
    for nodes in pieces(graph.degree, FIELDS):
        await redis.hset(DEPENDENTS, items=[part for node in nodes for part in (node, _waiting(graph, node))])


def _waiting(graph: Graph, node: int) -> str:
    return " ".join(str(dependent) for dependent, _ in graph.dependents(node))


def _message(node: int) -> dramatiq.Message[None]:
    return dramatiq.Message(QUEUE, ACTOR, (node,), {}, {})


def _declare(broker: dramatiq.Broker, redis: BlockingRedis) -> None:
    def answer(node: int) -> None:
        waiting = [int(dependent) for dependent in (redis.hget(DEPENDENTS, str(node)) or b"").split()]
        with redis.pipeline(transaction=False) as pipe:
            for dependent in waiting:
                pipe.hincrby(DEGREE, str(dependent), -1)
            pipe.sadd(DONE, node)
            *left, _ = pipe.execute()
        for dependent, waits in zip(waiting, left, strict=True):
            if waits == 0:
                broker.enqueue(_message(dependent))

    dramatiq.actor(broker=broker, actor_name=ACTOR, queue_name=QUEUE)(answer)


def main(url: str) -> None:
    """Work until asked to end."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    broker, redis = broker_of(url, []), BlockingRedis.from_url(url)
    _declare(broker, redis)
    worker = dramatiq.Worker(broker)
    worker.start()
    redis.sadd(PRESENT, os.getpid())
    stop.wait()
    worker.stop()


if __name__ == "__main__":
    main(sys.argv[1])
