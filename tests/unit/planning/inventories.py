"""Inventories of any shape, for the laws of planning."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from migrator.kinds import kind_named
from migrator.model.inventory import Inventory, Resource
from migrator.model.keys import Key, kind_of
from migrator.model.plan import OnExisting, Plan
from migrator.planning.planning import Differences, make_plan

VARIABLES = [Key("variable/v1"), Key("variable/v2")]
SCHEMAS = [Key("block-schema/s/1"), Key("block-schema/s/2")]
DOCUMENTS = [Key("block-document/s/d1"), Key("block-document/s/d2")]
POOLS = [Key("work-pool/p1"), Key("work-pool/p2")]
QUEUES = [Key("work-queue/p1/default"), Key("work-queue/p1/q"), Key("work-queue/p2/default")]
DEPLOYMENTS = [Key("deployment/f/d1"), Key("deployment/f/d2")]
AUTOMATIONS = [Key("automation/a"), Key("automation/a#2"), Key("automation/b"), Key("automation/c")]
KEYS: Sequence[Key] = [*VARIABLES, *SCHEMAS, *DOCUMENTS, *POOLS, *QUEUES, *DEPLOYMENTS, *AUTOMATIONS]
NOWHERE = Key("flow/nowhere")
"""What no workspace has."""
ANYTHING: Sequence[Key] = [*KEYS, NOWHERE]
"""What an id may belong to."""

# Of what is no automation, each may refer to what comes before it, and deployments and variables to automations too.
_IN_ORDER: Sequence[Key] = [*SCHEMAS, *DOCUMENTS, *POOLS, *QUEUES, *DEPLOYMENTS, *VARIABLES]
_MAY_MENTION = [*VARIABLES, *DOCUMENTS, Key("variable/nowhere")]
_ABSENT = 0.05
_UNUSUAL = 0.15
"""How many have ids and templates in their text where hardly anybody has any."""
_ACTING_OR_TEXT = {"automation", "deployment", "variable"}
_RANKS = {"automation": [0], "work-queue": [0, 1, 2]}


def a_resource(key: Key, among: Sequence[Key], random: Random, unusual: float) -> Resource:
    """A resource of some key, which refers to some of what it may refer to, and mostly to what is there."""
    kind = kind_of(key)
    acts = kind in {"automation", "deployment"}
    anything = random.random() < unusual
    possible = ANYTHING if anything else may_need(key)
    return Resource(
        key=key,
        id=f"id of {key}",
        digest=random.choice(["d1", "d2"]) if kind_named(key).compared else "d1",
        needs=some([need for need in possible if need in among or random.random() < _ABSENT], 3, random),
        mentions=some(_MAY_MENTION, 2, random) if anything or kind in _ACTING_OR_TEXT else (),
        turn=(random.choice("gh"), random.choice(_RANKS[kind])) if kind in _RANKS else None,
        live=random.choice([True, False]) if acts else None,
        completes=kind == "deployment" and random.choice([True, False]),
        comes_along=key.endswith("/default"),
        problem=random.choice(["", "", "", "", "it is broken"]),
    )


def may_need(key: Key) -> Sequence[Key]:
    """What a resource usually refers to: automations to anything, also in circles; queues to pools, and so on.

    Queues may also refer to one another, whatever their priorities.
    """
    kind = kind_of(key)
    if kind == "automation":
        return ANYTHING
    if kind in _ACTING_OR_TEXT:
        return [*_IN_ORDER[: _IN_ORDER.index(key)], *AUTOMATIONS, NOWHERE]
    return {
        "work-pool": DOCUMENTS,
        "work-queue": [*POOLS, *QUEUES[: QUEUES.index(key)]] if key in QUEUES else [],
        "block-document": [*SCHEMAS, *DOCUMENTS[: DOCUMENTS.index(key)]] if key in DOCUMENTS else [],
        "block-schema": [SCHEMAS[0]] if key == SCHEMAS[1] else [],
    }[kind]


def some(keys: Sequence[Key], most: int, random: Random) -> tuple[Key, ...]:
    """A few of some keys, sorted."""
    return tuple(sorted(random.sample(keys, random.randint(0, min(most, len(keys))))))


def inventories(
    keys: Sequence[Key] = KEYS, most: int = 9, *, unusual: float = _UNUSUAL
) -> st.SearchStrategy[Inventory]:
    """Some resources, in any order. One seed each: thousands of them cost a second.

    Args:
        keys: What there may be.
        most: How many of them at most.
        unusual: How many refer to anything at all, also to themselves; any id that stands in a text does.
    """

    def inventory(size: int, seed: int) -> Inventory:
        random = Random(seed)  # noqa: S311 - a seed that Hypothesis draws and repeats
        chosen = random.sample(keys, size)
        return Inventory.of(a_resource(key, chosen, random, unusual) for key in chosen)

    return st.builds(inventory, size=st.integers(0, min(most, len(keys))), seed=st.integers(0, 2**32))


def destinations(least: int, most: int) -> st.SearchStrategy[Inventory]:
    """What is there already: a few resources, of which some differ from the source's."""
    return st.frozensets(st.sampled_from(KEYS), min_size=least, max_size=most).map(
        lambda keys: Inventory.of(Resource(key, f"its {key}", digest="d1") for key in sorted(keys))
    )


DESTINATIONS = destinations(least=0, most=3)

DIFFERENCES: st.SearchStrategy[Differences] = st.integers(0, 2**32).map(
    lambda seed: lambda key: some_differences(key, Random(f"{seed} {key}"))  # noqa: S311 - drawn and repeated
)
"""Where what both sides have differs: in fields that can change, in fields that cannot, in whether it acts, nowhere."""


def some_differences(key: Key, random: Random) -> tuple[str, ...]:
    """A few places in which a resource of some key may differ."""
    kind = kind_named(key)
    fields = {*random.sample([*kind.settable, "name", "labels"], 2), *(kind.live[:1] if kind.live else ())}
    return tuple(f"/{field}/0" for field in sorted(random.sample(sorted(fields), random.randint(0, len(fields)))))


def plan(
    source: Inventory,
    destination: Inventory | None = None,
    *,
    held: bool = True,
    on_existing: OnExisting = OnExisting.KEEP,
    differences: Differences = lambda _: ("/field",),
) -> Plan:
    """A plan in which, unless said otherwise, everything that differs does so in one place."""
    return make_plan(source, destination or Inventory.of([]), differences, held=held, on_existing=on_existing)


def plan_of(
    *resources: Resource,
    there: Iterable[Resource] = (),
    held: bool = True,
    on_existing: OnExisting = OnExisting.KEEP,
    differing: Iterable[str] = ("/field",),
) -> Plan:
    """A plan for a few resources."""
    sides = Inventory.of(resources), Inventory.of(there)
    return plan(*sides, held=held, on_existing=on_existing, differences=lambda _: tuple(differing))


def resource(key: str, *needs: str, **fields: object) -> Resource:
    """A resource that needs others."""
    made = Resource(Key(key), id=f"id of {key}", digest="d1", needs=tuple(map(Key, needs)))
    return replace(made, **fields)  # type: ignore[arg-type]
