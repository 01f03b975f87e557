"""`python -m migrator.demo URL` fills a server that somebody else runs, as the compose file's demo does.

A workspace that has deployments is left as it is.
"""

import asyncio
import sys

from migrator.demo.filling import fill_server, is_filled


async def _main(url: str) -> None:
    if not await is_filled(url):
        await fill_server(url)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
