"""Restarts of Redis: the one that has restarted is let write its file anew.

A crash may tear the end of the append-only file. Redis cuts it off when it starts, but 7.0 may leave the beginning of a
transaction there and append to that, so that the next start after it reads something else than was written. A file
that was written anew has no such place.
"""

from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from migrator.engine.keys import SERVER
from migrator.engine.run import server_of

#: Seconds for which it is remembered which server it was.
REMEMBERED = 7 * 86_400


async def notice_restart(redis: Redis, seen: str) -> str:
    """Which server it is now; the first to notice that it is another one lets it write its file anew.

    Args:
        redis: The Redis.
        seen: Which server it was when one last looked; empty at first.
    """
    server = await server_of(redis)
    if server != seen:
        before = await redis.set(SERVER, server, ex=REMEMBERED, get=True)
        if (before or seen.encode()) not in {b"", server.encode()}:
            # Where it is not allowed, whoever runs that Redis looks after its file; where it is under way, all is well.
            with suppress(ResponseError):
                await redis.bgrewriteaof()
    return server
