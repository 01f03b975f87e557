"""A destination under pressure (invariant 13): two processes' worth of clients, the real Valkey, and a stand-in server.

The server is a stand-in because it must misbehave on command; it counts what it is sent.
"""

import asyncio
import email.utils
import time
from bisect import bisect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import pytest
from aiohttp import web
from redis.asyncio import Redis

from migrator.engine.budget import Budget
from migrator.engine.keys import BudgetKeys
from migrator.engine.record import LedgerLine
from migrator.engine.scripts import Result, Verdict
from migrator.kinds.kind import Request
from migrator.model.bounds import UNBOUNDED, Bounds
from migrator.model.plan import Step
from migrator.prefect_api.errors import ApiError
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from workers import destination
from workers.attempt import attempt
from workers.destination import Destination
from workers.job import Job

#: Requests that a client keeps at hand at the most.
AT_HAND = 32

Answer = Callable[["StandIn"], Awaitable[web.StreamResponse]]


@dataclass
class StandIn:
    """A server that answers as a test likes, and what it has seen."""

    answer: Answer
    url: str = ""
    in_flight: int = 0
    arrivals: list[float] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    changes: list[tuple[float, int]] = field(default_factory=list)

    async def handle(self, _request: web.Request) -> web.StreamResponse:
        """Count a request, and answer it."""
        self._change(1)
        self.arrivals.append(time.monotonic())
        try:
            response = await self.answer(self)
            self.answers.append(response.status)
            return response
        finally:
            self._change(-1)

    def _change(self, by: int) -> None:
        self.in_flight += by
        self.changes.append((time.monotonic(), self.in_flight))

    @property
    def most(self) -> int:
        """How many were in flight at the most."""
        return max(crowd for _, crowd in self.changes)

    def usual(self, *, after: float) -> int:
        """How many were in flight, in the median of the time from so many seconds after the first on."""
        began = self.changes[0][0] + after
        lasted = sorted((crowd, until - at) for (at, crowd), (until, _) in pairwise(self.changes) if at > began)
        passed = list(accumulate(seconds for _, seconds in lasted))
        return lasted[bisect(passed, passed[-1] / 2)][0]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Listen on a free port of the loopback."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
        try:
            yield
        finally:
            await runner.cleanup()


Play = Callable[..., StandIn]


@pytest.fixture
def play(redis_url: str, run_id: str) -> Play:
    """Lets some processes' worth of clients send as much as they may for some seconds."""

    def play(answer: Answer, seconds: float, *, processes: int = 2, bounds: Bounds = UNBOUNDED) -> StandIn:
        server = StandIn(answer)

        async def run() -> None:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(server.serving())
                redis = await stack.enter_async_context(Redis.from_url(redis_url))
                clients = []
                for number in range(processes):
                    workspace = await stack.enter_async_context(Workspace(Profile("x", server.url), Pressure(16)))
                    budget = Budget(redis, run_id, f"process {number}", limit=16)
                    clients.append(_send_all(Destination(workspace, budget), bounds, time.monotonic() + seconds))
                await asyncio.gather(*clients)
                await redis.unlink(*BudgetKeys(run_id).all())

        asyncio.run(run())
        return server

    return play


async def _send_all(destination: Destination, bounds: Bounds, until: float) -> None:
    """Keep as much under way as the destination lets begin, as a time slice does."""
    await destination.join(bounds)
    sending: set[asyncio.Task[None]] = set()
    while time.monotonic() < until:
        wanted = max(0, min(destination.room, AT_HAND) - len(sending))
        for _ in range(destination.admit(wanted)):
            sending.add(asyncio.create_task(_send(destination)))
        if sending:
            _, sending = await asyncio.wait(sending, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(0.02)
    for task in sending:
        task.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    await destination.leave(bounds)


async def _send(destination: Destination) -> None:
    with suppress(ApiError):
        await destination.workspace.send(Request("POST", "/variables/", {"name": "x"}))


def _ok() -> web.Response:
    return web.json_response({}, status=201)


def _serving(seconds: float, capacity: int) -> Answer:
    """So many requests are served at a time, the others wait."""
    room = asyncio.Semaphore(capacity)

    async def answer(_server: StandIn) -> web.StreamResponse:
        async with room:
            await asyncio.sleep(seconds)
        return _ok()

    return answer


def test_a_server_that_refuses_a_third_writer_sees_few_of_them(play: Play) -> None:
    """As SQLite does: 503 above a few in flight. Two workers cause no storm of them."""

    async def answer(server: StandIn) -> web.StreamResponse:
        if server.in_flight > 2:
            return web.json_response({}, status=503)
        await asyncio.sleep(0.02)
        return _ok()

    server = play(answer, 6.0)
    refused = server.answers.count(503)
    assert server.answers.count(201) > 200
    assert refused / len(server.answers) < 0.1


@pytest.mark.measures_time
@pytest.mark.parametrize(("capacity", "most"), [(1, 3), (4, 6)])
def test_a_server_that_gets_slower_settles(play: Play, capacity: int, most: int) -> None:
    """More in flight than it serves at once only waits: about as many keep it busy. It begins with four."""
    seconds = 12.0
    server = play(_serving(0.03, capacity), seconds)
    assert capacity <= server.usual(after=seconds * 2 / 3) <= most
    assert len(server.answers) > 0.75 * seconds * capacity / 0.03


def test_what_one_process_has_seen_is_held_against_what_another_sees(
    redis_url: str, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first had the server for itself; the second never has, and learns how fast it can be."""
    monkeypatch.setattr(destination, "EXCHANGE_EVERY", 60.0)

    async def answer(server: StandIn) -> web.StreamResponse:
        await asyncio.sleep(0.05 if len(server.arrivals) == 1 else 0.3)
        return _ok()

    async def run() -> float:
        server = StandIn(answer)
        async with server.serving(), Redis.from_url(redis_url) as redis, AsyncExitStack() as stack:
            first, second = [
                Destination(
                    await stack.enter_async_context(Workspace(Profile("x", server.url), Pressure(16))),
                    Budget(redis, run_id, name, limit=16),
                )
                for name in ("first", "second")
            ]
            for one in (first, second):
                await one.join(UNBOUNDED)
                await _send(one)
                await one.leave(UNBOUNDED)
            await second.join(UNBOUNDED)
            await _send(second)
            await second.join(UNBOUNDED)
            await _send(second)
            slowness = second.workspace.pressure.report().slowness
            for _ in range(2):
                await second.leave(UNBOUNDED)
            await redis.unlink(*BudgetKeys(run_id).all())
            return slowness

    assert asyncio.run(run()) > 3


@pytest.mark.parametrize("as_date", [False, True])
def test_nobody_sends_while_the_server_wants_to_be_left_alone(play: Play, *, as_date: bool) -> None:
    """Retry-After as seconds or as a date, which is of whole seconds; afterwards it goes on."""
    refused: list[float] = []

    async def answer(server: StandIn) -> web.StreamResponse:
        await asyncio.sleep(0.01)
        if len(server.arrivals) > 50 and not refused:
            refused.append(time.monotonic())
            when = email.utils.formatdate(time.time() + 3, usegmt=True) if as_date else "2"
            return web.json_response({}, status=429, headers={"Retry-After": when})
        return _ok()

    server = play(answer, 6.0)
    pause = [at - refused[0] for at in server.arrivals if 0.25 < at - refused[0] < 1.9]
    assert pause == []
    assert max(server.arrivals) - refused[0] > 3.2


def test_a_silent_server_is_asked_once_a_second_by_all_together(play: Play) -> None:
    """Connections break for five seconds; then everything goes on."""
    began = time.monotonic()

    async def answer(_server: StandIn) -> web.StreamResponse:
        if 1.0 < time.monotonic() - began < 6.0:
            raise ConnectionResetError
        await asyncio.sleep(0.01)
        return _ok()

    server = play(answer, 9.0)
    silence = [at - began for at in server.arrivals if 1.5 < at - began < 6.0]
    assert 3 <= len(silence) <= 6
    assert len([at for at in server.arrivals if at - began > 7.2]) > 20


@pytest.mark.parametrize("status", [0, 502, 503])
def test_an_outage_costs_a_node_one_attempt_at_the_most(redis_url: str, run_id: str, status: int) -> None:
    """However long it lasts: a node that is tried while the server is down is none that the server fails."""
    server = StandIn(_down_between(0.5, 7.0, status))
    nodes = asyncio.run(_carry_out(server, Budget(Redis.from_url(redis_url), run_id, "only", limit=16)))
    assert {result.verdict for results in nodes for result in results[-1:]} == {Verdict.DONE}
    assert max(sum(result.verdict is Verdict.RETRY for result in results) for results in nodes) <= 1


def _down_between(begin: float, end: float, status: int) -> Answer:
    began = time.monotonic()

    async def answer(_server: StandIn) -> web.StreamResponse:
        await asyncio.sleep(0.05)
        if not begin < time.monotonic() - began < end:
            return _ok()
        if not status:
            raise ConnectionResetError
        return web.json_response({}, status=status)

    return answer


async def _carry_out(server: StandIn, budget: Budget) -> list[list[Result]]:
    """Attempt some nodes until each is done or has failed; what became of each attempt."""
    async with server.serving(), budget.redis, Workspace(Profile("x", server.url), Pressure(16)) as workspace:
        destination = Destination(workspace, budget)
        await destination.join(UNBOUNDED)
        nodes = await asyncio.gather(*(_until_settled(node, workspace) for node in range(100)))
        await destination.leave(UNBOUNDED)
        await budget.redis.unlink(*BudgetKeys(budget.destination).all())
        return nodes


async def _until_settled(node: int, workspace: Workspace) -> list[Result]:
    line = LedgerLine(key=f"variable/v{node}", action="create", source_id="s")
    results: list[Result] = []
    while not results or results[-1].verdict in {Verdict.RETRY, Verdict.RELEASE}:
        await asyncio.sleep(int(results[-1].detail) / 1000 if results else 0)
        tries = sum(result.verdict is Verdict.RETRY for result in results)
        job = Job(node=node, step=Step.CREATE, attempts=tries, line=line, body={"name": f"v{node}", "value": 1})
        results.append(await attempt(job, workspace))
    return results


@pytest.mark.parametrize(
    ("rate", "processes"),
    [(3.0, 2), (40.0, 1), (40.0, 4), pytest.param(300.0, 2, marks=pytest.mark.measures_time)],
)
def test_the_rate_that_is_set_is_the_rate_there_is(play: Play, rate: float, processes: int) -> None:
    """Within 5 % of it in ten seconds, however many processes; a request more or less where it is low."""

    async def answer(_server: StandIn) -> web.StreamResponse:
        await asyncio.sleep(0.005)
        return _ok()

    server = play(answer, 10.0, processes=processes, bounds=Bounds(rate=rate))
    assert len(server.arrivals) == pytest.approx(10 * rate, rel=0.05, abs=1)


@pytest.mark.measures_time
def test_no_more_are_in_flight_than_was_allowed(play: Play) -> None:
    """`--concurrency`, all processes together, also while they come and go."""
    server = play(_serving(0.02, 100), 3.0, processes=3, bounds=Bounds(concurrency=4))
    assert server.most <= 4
    assert len(server.answers) > 0.7 * 3.0 * 4 / 0.02
