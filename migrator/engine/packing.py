"""Packing: commands are spelled in C, as redis-py does for its blocking client alone (8.1, `redis.asyncio.connection`).

In Python, each argument of a command copies all that was spelled before it; a settlement has two hundred.
"""

from typing import Any

from redis.asyncio.connection import AbstractConnection
from redis.connection import HiredisRespSerializer


def packing_in_c(connection: type[AbstractConnection]) -> type[AbstractConnection]:
    """The same kind of connection, whose commands are spelled in C."""
    return type(f"{connection.__name__}PackingInC", (_PackingInC, connection), {})


class _PackingInC:
    _serializer = HiredisRespSerializer()

    def pack_command(self, *args: Any) -> list[bytes]:
        spelled: list[bytes] = self._serializer.pack(*args)
        return spelled
