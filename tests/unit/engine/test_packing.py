"""Packing: what is spelled in C is what redis-py spells itself."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio.connection import AbstractConnection, Connection, SSLConnection, UnixDomainSocketConnection
from redis.exceptions import DataError

from migrator.engine.connection import client_of
from migrator.engine.packing import packing_in_c
from migrator.engine.scripts import RunState

ARGUMENTS = st.text() | st.binary() | st.integers() | st.floats() | st.sampled_from(RunState)
COMMANDS = st.tuples(st.sampled_from(["EVALSHA", "CONFIG GET", b"HSET"]), st.lists(ARGUMENTS, max_size=30))


@given(command=COMMANDS)
def test_a_command_is_spelled_as_redis_py_spells_it(command: tuple[str | bytes, list[Any]]) -> None:
    """Text, bytes, numbers, the words of an enumeration; and the two words of a command apart."""
    name, arguments = command
    assert b"".join(packing_in_c(Connection)().pack_command(name, *arguments)) == b"".join(
        Connection().pack_command(name, *arguments)
    )


def test_what_redis_has_no_word_for_is_refused() -> None:
    """As redis-py refuses it: it would be written as something else."""
    with pytest.raises(DataError):
        packing_in_c(Connection)().pack_command("SET", "key", cast("str", None))


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("redis://localhost", Connection),
        ("rediss://localhost", SSLConnection),
        ("unix:///tmp/nothing.sock", UnixDomainSocketConnection),
    ],
)
def test_every_kind_of_connection_packs_in_c(url: str, kind: type[AbstractConnection]) -> None:
    """Whatever the address is."""
    used = client_of(url).connection_pool.connection_class
    assert issubclass(used, kind)
    assert used.pack_command is packing_in_c(Connection).pack_command
