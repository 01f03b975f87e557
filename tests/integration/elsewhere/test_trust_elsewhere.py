"""What other servers say of themselves is understood: a run can be entrusted to them."""

import asyncio

from migrator.engine.connection import connected, info_of
from migrator.engine.safety import judge


def test_they_break_no_rule_but_that_they_keep_nothing(redis_url: str) -> None:
    """Debian's Redis, and a cluster, which is of one node."""

    async def judged() -> list[str]:
        async with connected(redis_url) as redis:
            judgements = judge(await info_of(redis), accept_volatile=True)
            return [judgement.rule for judgement in judgements if judgement.danger and not judgement.accepted]

    assert asyncio.run(judged()) == []
