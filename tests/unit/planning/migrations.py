"""Migrations of any shape that are to be undone, for the laws of undoing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from hypothesis import strategies as st

from migrator.model.inventory import Inventory, Resource
from migrator.model.keys import Key
from migrator.model.plan import Action, Plan
from migrator.planning.undoing import Undoable, plan_undo
from tests.unit.planning.inventories import KEYS, inventories, some


@dataclass(frozen=True)
class Migration:
    """What a migration did, and what the destination holds now.

    Attributes:
        there: What the destination holds.
        items: What was done to some of it, and to what is gone.
    """

    there: Inventory
    items: Sequence[Undoable]

    @property
    def plan(self) -> Plan:
        """How it is undone."""
        return plan_undo(self.items, self.there)

    def is_present(self, item: Undoable) -> bool:
        """Whether the very resource is there that the migration wrote."""
        found = self.there.resources.get(item.key)
        return found is not None and found.id == item.destination_id

    def undone(self) -> "Migration":
        """The same when its plan has been carried out: what is restored needs what it needed before."""
        planned = {resource.key: resource.action for resource in self.plan.resources}
        left = [found for found in self.there.resources.values() if planned.get(found.key) is not Action.REMOVE]
        restored = {key for key, action in planned.items() if action is Action.RESTORE}
        then = {item.key: item.needs_then for item in self.items if item.key in restored}
        there = [replace(found, needs=then.get(found.key, found.needs)) for found in left]
        items = [replace(item, done=item.done or item.key in restored) for item in self.items]
        return Migration(Inventory.of(there), items)


def migrations(keys: Sequence[Key] = KEYS) -> st.SearchStrategy[Migration]:
    """Some of what is there was created, some changed, some is a stranger's, some is gone, some is to be kept."""
    return st.builds(_migration, there=inventories(keys, most=10), seed=st.integers(0, 2**32), keys=st.just(keys))


def _migration(there: Inventory, seed: int, keys: Sequence[Key]) -> Migration:
    random = Random(seed)  # noqa: S311 - a seed that Hypothesis draws and repeats
    ours = [key for key in keys if random.random() < (0.8 if key in there.resources else 0.2)]
    return Migration(there, [_item(key, there.resources.get(key), random) for key in ours])


def _item(key: Key, found: Resource | None, random: Random) -> Undoable:
    is_created = random.random() < 0.75
    is_stranger = found is None or random.random() < 0.1
    return Undoable(
        key=key,
        source_id=f"source of {key}",
        destination_id="one that is gone" if is_stranger or found is None else found.id,
        created=is_created,
        comes_along=found is not None and found.comes_along,
        done=not is_created and random.random() < 0.2,
        needs_then=() if found is None else some(found.needs, len(found.needs), random),
        kept=random.choice(["", "", "", "", "", "it has changed since the run"]),
    )
