"""The floor: what a migration creates, posted by one plain client, level by level, from bodies that are ready."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from benchmarks.transfer.plain_client import PlainClient
from migrator.coordinator.survey import Pair, Survey, surveyed
from migrator.kinds import kind_named
from migrator.kinds.kind import Request
from migrator.kinds.references import put_back
from migrator.model.canonical import Canonical
from migrator.model.keys import Key
from migrator.model.plan import Graph, Plan, Step
from migrator.planning.planning import make_plan
from migrator.prefect_api.profiles import Profile
from migrator.settings import Settings


@dataclass(frozen=True)
class Task:
    """One resource to be written."""

    key: Key
    step: Step
    content: Canonical

    def requests(self, ids: Mapping[Key, str]) -> tuple[Request, ...]:
        """What writes it, with the ids of what is there by now."""
        kind, body = kind_named(self.key), put_back(self.content, ids)
        return (kind.create(body),) if self.step is Step.CREATE else kind.complete(ids[self.key], body, None)


@dataclass(frozen=True)
class Floor:
    """What is written.

    Attributes:
        levels: Each needs nothing but what is in those before.
        there: The ids of what is there before anything is.
    """

    levels: Sequence[Sequence[Task]]
    there: Mapping[Key, str]

    @property
    def keys(self) -> set[Key]:
        """What is created."""
        return {task.key for level in self.levels for task in level if task.step is Step.CREATE}

    async def write(self, client: PlainClient) -> None:
        """Write everything."""
        ids = dict(self.there)
        for level in self.levels:
            creates = [task for task in level if task.step is Step.CREATE]
            answers = await client.send_all(task.requests(ids)[0] for task in creates)
            ids |= {task.key: str(answer["id"]) for task, answer in zip(creates, answers, strict=True)}
            rest = [task for task in level if task.step is Step.COMPLETE]
            await client.send_all(request for task in rest for request in task.requests(ids))


async def floor_of(source_url: str, destination_url: str) -> Floor:
    """What is to be written, read from both sides; it arrives as it is at the source, not held."""
    pair = Pair(Profile("source", source_url), Profile("destination", destination_url))
    async with surveyed(pair, Settings(), lambda: nullcontext(lambda _profile, _kind, _rows: None)) as survey:
        source, destination = survey.source.inventory, survey.destination.inventory
        plan = make_plan(source, destination, survey.differences, held=False)
        there = {key: resource.id for key, resource in destination.resources.items()}
        return Floor([_tasks(nodes, plan, survey) for nodes in _levels(plan.graph)], there)


def _tasks(nodes: Sequence[int], plan: Plan, survey: Survey) -> list[Task]:
    """What comes along with another comes without a request; it is as it should be here."""
    steps = [plan.graph.steps.get(node, (node, Step.CREATE)) for node in nodes]
    planned = [(plan.resources[number], step) for number, step in steps if step in {Step.CREATE, Step.COMPLETE}]
    return [Task(r.key, step, survey.source.canonical(r.key)) for r, step in planned if not r.comes_along]


def _levels(graph: Graph) -> Iterator[list[int]]:
    waits = dict(graph.degree.items())
    ready = [node for node, count in waits.items() if not count]
    while ready:
        yield ready
        behind = []
        for node in ready:
            for dependent, _ in graph.dependents(node):
                waits[dependent] -= 1
                if not waits[dependent]:
                    behind.append(dependent)
        ready = behind
