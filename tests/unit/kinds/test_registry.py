"""The registry of kinds: thirteen tables that fit together."""

import pytest

from migrator.kinds import KINDS, kind_named
from migrator.kinds.kind import IdOf, Kind
from migrator.model.keys import key_of, kind_of
from tests.unit.rows import KEYS, ROWS

POSITION = {kind.name: position for position, kind in enumerate(KINDS)}
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def test_every_kind_of_the_design_is_there() -> None:
    """Section 5 of the design; and each has an example row to be tested with."""
    assert [kind.name for kind in KINDS] == list(ROWS)
    assert len(set(POSITION)) == len(KINDS) == 13


@each_kind
def test_a_kind_is_found_by_its_keys(kind: Kind) -> None:
    """A key begins with the name of its kind, also where names hold slashes."""
    assert kind_named(key_of(kind.name, "a/b", "c")) is kind


@each_kind
def test_a_kind_lists_after_the_kinds_that_its_names_are_made_of(kind: Kind) -> None:
    """A deployment cannot be named before its flow is."""
    outer = [kind_of(KEYS[part.id]) for part in kind.names(ROWS[kind.name]) if isinstance(part, IdOf)]

    assert all(POSITION[name] < POSITION[kind.name] for name in outer)


def test_a_kind_that_announces_lists_before_what_it_announces() -> None:
    """Pools say which queues are default queues."""
    announcing = [kind.name for kind in KINDS if kind.announces]

    assert announcing == ["work-pool"]
    assert POSITION["work-pool"] < POSITION["work-queue"]


@each_kind
def test_what_can_be_let_go_can_be_held(kind: Kind) -> None:
    """Invariant 8: a kind that acts by itself can arrive so that it does not."""
    row = ROWS[kind.name]

    if kind.live is None:
        assert kind.is_live(row) is None
        assert kind.hold(row) == row
    else:
        assert kind.is_live(row) is True
        assert kind.is_live(kind.hold(row)) is False


def test_the_kinds_that_act_by_themselves() -> None:
    """Invariant 8: deployments arrive paused, automations disabled."""
    assert {kind.name: kind.live for kind in KINDS if kind.live} == {
        "deployment": ("paused", False),
        "automation": ("enabled", True),
    }


def test_what_must_not_be_written_twice_is_looked_for_first() -> None:
    """Invariant 6: endpoints that are upserts change what exists; these are all of them."""
    overwriting = {kind.name for kind in KINDS if kind.overwrites}

    assert overwriting == {"deployment", "tag-limit", "saved-search", "result-storage"}


@each_kind
def test_what_was_perhaps_written_can_be_found(kind: Kind) -> None:
    """Invariant 9: by its natural key, or by its owner."""
    assert kind.owned or list(kind.find([ROWS[kind.name]]))
