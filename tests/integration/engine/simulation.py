"""Workers that claim, settle out of order, repeat themselves, come late, give back and die; one call at a time.

The scripts are atomic, so that every interleaving of workers is some order of their calls. Which order is the
chooser's to say; what must hold after each call is said here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from migrator.engine import edges, scripts
from migrator.engine.publishing import publish
from migrator.engine.run import Run
from migrator.engine.scripts import Result, RunState, Settlement
from tests.integration.engine.bench import LONG, done, failed, release, retry
from tests.integration.engine.graphs import bodies_of, owner_of, record_of
from tests.integration.engine.kahn import RandomPlan

#: A number from 0 up to, not including, the one that is given.
Choose = Callable[[int], int]
CRASH_LIMIT = 3
#: Dependents in a piece: so few that small graphs have hubs of several pieces.
PIECE = 3

#: How a node ends well.
LANDED = {"created", "exists", "updated"}

T = TypeVar("T")


@dataclass
class _Lease:
    """A lease, as its worker knows it."""

    token: str
    nodes: list[int]
    sent: list[Sequence[Result]] = field(default_factory=list)


class Simulation:
    """A run of a random plan.

    Args:
        run: The run, not published yet.
        random: Its plan, and what becomes of its nodes.
        choose: Decides who does what next.
    """

    def __init__(self, run: Run, random: RandomPlan, choose: Choose) -> None:
        self.edges = 0
        self.outcomes: dict[int, str] = {}
        self._run = run
        self._random = random
        self._choose = choose
        self._retries = dict(random.retries)
        self._crashes: set[int] = set()
        self._suspects: set[int] = set()
        self._leases: list[_Lease] = []
        self._dead: list[_Lease] = []
        self._claims = 0
        self._state: RunState | None = None
        self._waits_for: dict[int, list[tuple[int, bool]]] = {}
        for node in random.plan.graph.degree:
            for dependent, needed in random.plan.graph.dependents(node):
                self._waits_for.setdefault(dependent, []).append((node, needed))

    async def play(self, moves: int) -> None:
        """Publish the run, make so many moves, and then work it off."""
        plan = self._random.plan
        await publish(self._run.redis, record_of(self._run.id, plan), plan, bodies_of(plan))
        await self._look()
        for _ in range(moves):
            await self._move()
        await self._work_off()

    async def go_on(self, moves: int, *, landed: set[int]) -> None:
        """Make so many moves in a new generation of the run, and then work it off; what has landed is not claimed."""
        await self._look()
        assert landed <= self.outcomes.keys()
        for _ in range(moves):
            await self._move()
        await self._work_off()

    async def _move(self) -> None:
        moves = [self._claim, self._claim, self._settle_some, self._settle_some, self._settle_some]
        moves += [self._repeat_a_claim, self._repeat_results, self._come_late, self._die, self._help_along]
        await moves[self._choose(len(moves))]()

    async def _work_off(self) -> None:
        """Let patient workers end the run: the moves before must not have made that impossible."""
        for _ in range(20 + 3 * self._random.plan.graph.size + self._random.edges):
            if self._state is RunState.FINISHED:
                return
            if not self._leases:
                await self._claim()
            if not self._leases:
                await self._help_along()
                assert not (await self._run.status()).stuck, "nothing can move"
            for lease in list(self._leases):
                await self._send(lease, [self._result(node) for node in self._survivable(lease)])
                await self._let_die(lease)
        raise AssertionError("the run does not come to an end")

    async def _claim(self) -> None:
        self._claims += 1
        lease = _Lease(f"lease-{self._claims:04}", [])
        limit = 1 + self._choose(6)
        claim = await scripts.claim(self._run.redis, self._run.keys, token=lease.token, limit=limit, lease_ms=LONG)
        lease.nodes = list(claim.attempts)
        assert len(lease.nodes) <= limit
        for node in lease.nodes:
            self._may_be_claimed(node)
        assert len(lease.nodes) <= 1 or not self._suspects & set(lease.nodes), "a suspect is not alone"
        if lease.nodes:
            self._leases.append(lease)

    def _may_be_claimed(self, node: int) -> None:
        """Invariant 2: what it waits for has settled, and what it needs is there. Invariant 9: nobody else has it."""
        assert node not in self.outcomes, "it has settled already"
        assert not any(node in lease.nodes for lease in self._leases), "another worker holds it"
        for first, needed in self._waits_for.get(node, ()):
            assert first in self.outcomes, "it waits for one that has not settled"
            assert not needed or self.outcomes[first] == "created", "it needs one that did not arrive"

    async def _repeat_a_claim(self) -> None:
        if not self._leases:
            return
        lease = self._pick(self._leases)
        again = await scripts.claim(self._run.redis, self._run.keys, token=lease.token, limit=9, lease_ms=LONG)
        assert list(again.attempts) == lease.nodes

    async def _settle_some(self) -> None:
        if not self._leases:
            return
        lease = self._pick(self._leases)
        some = [node for node in self._shuffled(lease.nodes) if node not in self._random.killers]
        some = some[: 1 + self._choose(len(lease.nodes))]
        await self._send(lease, [self._result(node, may_release=True) for node in some])

    async def _send(self, lease: _Lease, results: Sequence[Result]) -> None:
        """Settle what a lease holds: all of it is taken."""
        if not results:
            return
        settlement = await self._settle(lease.token, results)
        assert (settlement.accepted, settlement.stale) == (len(results), 0)
        for result in results:
            lease.nodes.remove(result.node)
            self._suspects.discard(result.node)
        lease.sent.append(results)
        if not lease.nodes:
            self._leases.remove(lease)
            self._dead.append(lease)

    def _result(self, node: int, *, may_release: bool = False) -> Result:
        if may_release and self._choose(6) == 5:
            return release(node)
        if self._retries.get(node, 0) > 0:
            self._retries[node] -= 1
            return retry(node)
        if node in self._random.failing:
            return failed(node)
        return done(node, f"id-{node}" if node < self._random.plan.graph.resources else "")

    async def _repeat_results(self) -> None:
        """Invariant 3: results that were sent before change nothing."""
        sent = [(lease, results) for lease in self._leases + self._dead for results in lease.sent]
        if not sent:
            return
        lease, results = self._pick(sent)
        settlement = await self._settle(lease.token, results)
        assert (settlement.accepted, settlement.stale) == (0, len(results))

    async def _come_late(self) -> None:
        """A worker that was taken for dead settles after all: what nobody has taken from it yet counts."""
        late = [lease for lease in self._dead if lease.nodes]
        if not late:
            return
        lease = self._pick(late)
        fields = [str(node) for node in lease.nodes]
        holders = cast("list[bytes | None]", await self._run.redis.hmget(self._run.keys["claimed"], fields))
        held = [node for node, holder in zip(lease.nodes, holders, strict=True) if holder == lease.token.encode()]
        results = [self._result(n) if n in held else done(n) for n in lease.nodes if n not in self._random.killers]
        settlement = await self._settle(lease.token, results)
        assert settlement.accepted == len(set(held) - self._random.killers)
        self._suspects -= set(lease.nodes) - self._random.killers
        lease.nodes = [node for node in lease.nodes if node in self._random.killers]
        lease.sent.append(results)

    async def _die(self) -> None:
        if self._leases:
            lease = self._pick(self._leases)
            await self._send(lease, [self._result(node) for node in self._survivable(lease) if node in self._crashes])
            await self._let_die(lease)

    async def _let_die(self, lease: _Lease) -> None:
        """The deadline of the lease passes. Who has been through that once before has been settled: see `_die`."""
        if lease not in self._leases:
            return
        lost = await scripts.renew(self._run.redis, self._run.keys, tokens=[lease.token], lease_ms=0)
        assert lost == set()
        self._crashes |= set(lease.nodes)
        self._suspects |= set(lease.nodes)
        self._leases.remove(lease)
        self._dead.append(lease)

    def _survivable(self, lease: _Lease) -> list[int]:
        return [node for node in lease.nodes if node not in self._random.killers]

    async def _help_along(self) -> None:
        await self._settle("", [])

    async def _settle(self, token: str, results: Sequence[Result]) -> Settlement:
        budget = 1 + self._choose(5)
        settlement = await scripts.settle(
            self._run.redis,
            self._run.keys,
            token=token,
            results=results,
            budget=budget,
            crash_limit=CRASH_LIMIT,
            respite=0,
        )
        assert settlement.edges <= budget + edges.PIECE - 1
        self.edges += settlement.edges
        before = self.outcomes.keys()
        await self._look()
        assert settlement.settled == len(self.outcomes)
        news = {node: outcome for node, outcome in self.outcomes.items() if node not in before}
        assert set(settlement.failed) == {node for node, outcome in news.items() if outcome == "failed"}
        assert sum(settlement.tallied.values()) == len(news)
        return settlement

    async def _look(self) -> None:
        """Invariant 1: outcomes are final and add up. Invariant 10: bodies are there for what has not landed."""
        keys = self._run.keys
        async with self._run.redis.pipeline(transaction=True) as pipe:
            pipe.hgetall(keys["outcome"])
            pipe.hgetall(keys["tally"])
            pipe.hkeys(keys["body"])
            pipe.hget(keys["run"], "state")
            outcomes, tally, bodies, state = await pipe.execute()
        before, self._state = self.outcomes, RunState(state.decode())
        self.outcomes = {int(node): outcome.decode().partition(" ")[0] for node, outcome in outcomes.items()}
        assert before.items() <= self.outcomes.items()
        assert sum(int(count) for count in tally.values()) == len(self.outcomes)
        assert {int(resource) for resource in bodies} == self._resources_not_landed()
        assert (self._state is RunState.FINISHED) == (len(self.outcomes) == self._random.plan.graph.size)

    def _resources_not_landed(self) -> set[int]:
        graph = self._random.plan.graph
        owners = {node: owner_of(graph, node) for node in graph.degree}
        return {owner for node, owner in owners.items() if self.outcomes.get(node) not in LANDED and owner >= 0}

    def _pick(self, items: list[T]) -> T:
        return items[self._choose(len(items))]

    def _shuffled(self, items: list[int]) -> list[int]:
        rest, shuffled = list(items), list[int]()
        while rest:
            shuffled.append(rest.pop(self._choose(len(rest))))
        return shuffled
