"""Announced: what was said of a run to the world outside, so that it is said at most once, whoever sees it.

If who has the word dies before it is said, nobody says it.
"""

from migrator.engine.run import Run


async def take_the_word(run: Run, moment: str) -> bool:
    """Whether it is for the caller to announce a moment of a run: for nobody else has taken it upon himself."""
    return bool(await run.redis.hsetnx(run.keys["run"], _field(moment), 1))


async def give_it_back(run: Run, moment: str) -> None:
    """It was not announced; somebody else may try."""
    await run.redis.hdel(run.keys["run"], _field(moment))


def _field(moment: str) -> str:
    return f"announced_{moment}"
