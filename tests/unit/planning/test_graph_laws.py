"""Laws of the graph, for inventories of any shape: with cycles, self-references, mentions and turns."""

from collections import Counter
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.kinds import kind_named
from migrator.model.inventory import Inventory
from migrator.model.plan import Action, Plan, Step
from migrator.planning.graph import is_acyclic
from tests.unit.planning.graphs import behind, edges, steps_of
from tests.unit.planning.inventories import AUTOMATIONS, DESTINATIONS, KEYS, QUEUES, VARIABLES, inventories, plan

many = settings(max_examples=300)
any_plan = given(source=inventories(), destination=DESTINATIONS)


@many
@any_plan
def test_a_node_waits_for_as_many_as_its_degree_says(source: Inventory, destination: Inventory) -> None:
    """Invariant 3: each edge is counted once, so that counting down ends at zero and not below."""
    made = plan(source, destination, held=False)
    incoming = Counter(dependent for _, dependent, _ in edges(made))

    assert {node: incoming[node] for node in made.graph.degree} == made.graph.degree
    assert incoming.keys() <= made.graph.degree.keys()


@many
@any_plan
def test_the_graph_has_no_cycle(source: Inventory, destination: Inventory) -> None:
    """Whatever refers to what: every node is reached."""
    made = plan(source, destination, held=False)

    assert sorted(in_order(made)) == sorted(made.graph.degree)
    assert is_acyclic(made.graph)


@settings(max_examples=500)
@given(source=inventories(most=12, unusual=1), destination=DESTINATIONS, held=st.booleans())
def test_the_graph_of_any_inventory_at_all_has_no_cycle(
    *, source: Inventory, destination: Inventory, held: bool
) -> None:
    """Everything may refer to everything, to itself, and against every priority: planning comes to an end."""
    made = plan(source, destination, held=held)

    assert sorted(in_order(made)) == sorted(made.graph.degree)
    assert is_acyclic(made.graph)


@many
@any_plan
def test_a_resource_is_written_after_everything_that_it_refers_to(source: Inventory, destination: Inventory) -> None:
    """Invariant 2: in any order that the graph allows; what is created bare is written whole by its completion."""
    made = plan(source, destination)
    nodes = {resource.key: node for node, resource in enumerate(made.resources) if resource.action is Action.CREATE}
    completions = {resource: node for node, resource in steps_of(made, Step.COMPLETE).items()}
    needed = {(one, other) for one, other, is_needed in edges(made) if is_needed}

    for key, node in nodes.items():
        written = completions[node] if made.resources[node].bare else node
        assert {(nodes[need], written) for need in source.resources[key].needs if need in nodes} <= needed


@many
@any_plan
def test_what_exists_is_counted_by_nobody(source: Inventory, destination: Inventory) -> None:
    """Invariant 4: already there is success, and no node has to say so."""
    made = plan(source, destination, held=False)
    settled = {node for node, resource in enumerate(made.resources) if resource.action is not Action.CREATE}

    assert not settled & made.graph.degree.keys()
    assert not settled & {node for edge in edges(made) for node in edge[:2]}
    assert all(resource.destination_id for resource in made.resources if resource.action is Action.EXISTS)


@many
@given(source=inventories(AUTOMATIONS))
def test_what_refers_to_itself_in_a_circle_is_created_bare_and_completed(source: Inventory) -> None:
    """Each can then be there before the others; and only those need a second write."""
    made = plan(source)
    completed = set(steps_of(made, Step.COMPLETE).values())

    assert completed == {node for node, resource in enumerate(made.resources) if resource.bare}
    assert all((node, completion, True) in edges(made) for completion, node in steps_of(made, Step.COMPLETE).items())


@many
@any_plan
def test_resources_of_a_group_wait_for_one_another(source: Inventory, destination: Inventory) -> None:
    """Of any two, one is written after the other: the queues of one pool, the automations of one name."""
    made = plan(source, destination)

    for group in groups(source, made):
        reach = {node: behind(made, node) for node in group}
        assert all(one in reach[other] or other in reach[one] for one in group for other in group if one != other)


@many
@given(source=inventories([*QUEUES, *VARIABLES]), destination=DESTINATIONS)
def test_a_group_is_written_by_rank_where_references_allow_it(source: Inventory, destination: Inventory) -> None:
    """Invariant 2 goes first: what needs one of a later rank comes after it; a mention changes nothing."""
    made = plan(source, destination)
    turns = [pair for group in groups(source, made) for pair in pairwise(group)]
    needed = [(one, other) for one, other, is_needed in edges(made) if is_needed]

    if can_be_ordered([*needed, *turns]):
        assert {(one, other, False) for one, other in turns} <= set(edges(made))


@many
@given(source=inventories(KEYS), destination=DESTINATIONS)
def test_what_acts_by_itself_is_let_go_behind_everything_else(source: Inventory, destination: Inventory) -> None:
    """Nodes that enable come after a barrier, and the barrier after every write."""
    made = plan(source, destination, held=False)
    enabling, barriers = steps_of(made, Step.ENABLE), steps_of(made, Step.BARRIER)
    acting = {
        node
        for node, resource in enumerate(made.resources)
        if resource.action is Action.CREATE and resource.live and kind_named(resource.key).enabled_last
    }

    assert set(enabling.values()) == acting
    assert len(barriers) == (1 if acting else 0)
    for barrier in barriers:
        assert {dependent for dependent, _ in made.graph.dependents(barrier)} == enabling.keys()
        writes = made.graph.degree.keys() - enabling.keys() - barriers.keys()
        assert {one for one, other, needed in edges(made) if other == barrier and not needed} == writes


@settings(max_examples=100)
@any_plan
def test_what_is_held_is_not_let_go(source: Inventory, destination: Inventory) -> None:
    """Invariant 8: `--hold` leaves that to the cutover."""
    assert not {Step.ENABLE, Step.BARRIER} & {step for _, step in plan(source, destination).graph.steps.values()}


def groups(source: Inventory, made: Plan) -> list[list[int]]:
    """What is created one after another, each group by rank: the nodes of first writes."""
    members: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for node, resource in enumerate(made.resources):
        turn = source.resources[resource.key].turn
        if turn is not None and resource.action is Action.CREATE:
            members.setdefault((kind_named(resource.key).name, turn[0]), []).append((turn[1], node))
    return [[node for _, node in sorted(group)] for group in members.values()]


def can_be_ordered(pairs: Iterable[tuple[int, int]]) -> bool:
    """Whether there is an order in which the first of each pair comes first."""
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for one, other in pairs:
        sorter.add(other, one)
    try:
        sorter.prepare()
    except CycleError:
        return False
    return True


def in_order(made: Plan) -> list[int]:
    """The nodes with work, in an order that all edges follow."""
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(made.graph.degree, ()))
    for one, other, _ in edges(made):
        sorter.add(other, one)
    return list(sorter.static_order())
