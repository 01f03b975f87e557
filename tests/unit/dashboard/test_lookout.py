"""The lookout: viewers are shown what changes, are told of trouble, and are let go at the end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import pytest
from redis.exceptions import ConnectionError as Away

from migrator.dashboard import lookout as module
from migrator.dashboard.look import Eye, Look
from migrator.dashboard.lookout import Lookout
from migrator.engine.scripts import RunState
from migrator.errors import UsageError
from tests.unit.dashboard.looks import look_at


class Seeing(Eye):
    """Sees what it is told to, one after another, and the last of it for ever."""

    def __init__(self, *seen: Look | Exception) -> None:
        self.seen: Sequence[Look | Exception] = seen
        self.looks = 0

    async def look(self) -> Look:
        """The next one."""
        seen = self.seen[min(self.looks, len(self.seen) - 1)]
        self.looks += 1
        if isinstance(seen, Exception):
            raise seen
        return seen


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 0.01)
    monkeypatch.setattr(module, "HEARTBEAT", 0.05)


def watch(eye: Eye, viewer: Callable[[Lookout], Awaitable[None]]) -> None:
    """Watch with one viewer."""

    async def both() -> None:
        lookout = Lookout(eye)
        looking = asyncio.create_task(lookout.keep_looking())
        async with asyncio.timeout(10):
            await viewer(lookout)
        looking.cancel()

    asyncio.run(both())


async def shown(lookout: Lookout) -> list[Mapping[str, str]]:
    """All that a viewer is shown to the end."""
    return [changed async for changed in lookout.changes() if changed]


END = look_at(state=RunState.FINISHED, settled=9)


def test_what_has_not_changed_is_not_shown_again() -> None:
    """All parts first, then those that differ."""

    async def viewer(lookout: Lookout) -> None:
        first, *later = await shown(lookout)
        assert "head" in first
        assert all("crew" not in changed for changed in later)
        assert lookout.over

    watch(Seeing(look_at(), look_at(), look_at(settled=4), END), viewer)


def test_while_redis_is_away_what_was_seen_last_stays() -> None:
    """That it is away is said, and taken back when it is there again."""

    async def viewer(lookout: Lookout) -> None:
        first, trouble, *_, last = await shown(lookout)
        assert trouble.keys() == {"trouble"}
        assert "Redis cannot be reached" in trouble["trouble"]
        assert last["trouble"].strip() == first["trouble"].strip() == ""

    watch(Seeing(look_at(), Away("refused"), END), viewer)


def test_a_run_that_is_no_more_is_over() -> None:
    """It was removed while somebody watched."""

    async def viewer(lookout: Lookout) -> None:
        *_, last = await shown(lookout)
        assert "there is no run" in last["trouble"]
        assert lookout.over

    watch(Seeing(look_at(), UsageError("there is no run", "")), viewer)


def test_what_cannot_be_drawn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug of ours would leave who watches with heartbeats for ever."""

    def drawing(_look: Look) -> Mapping[str, str]:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "parts_of", drawing)

    async def viewer(lookout: Lookout) -> None:
        (last,) = await shown(lookout)
        assert "a bug of ours, ZeroDivisionError" in last["trouble"]

    watch(Seeing(look_at()), viewer)


def test_it_ends_though_redis_has_lost_its_cancellation() -> None:
    """Before Python 3.12 redis-py may; whoever looked for nobody would do so for as long as the page is served."""

    class Losing(Eye):
        def __init__(self) -> None:
            self.looking = asyncio.Event()

        async def look(self) -> Look:
            self.looking.set()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            return look_at()

    async def cancelled() -> None:
        eye = Losing()
        looking = asyncio.create_task(Lookout(eye).keep_looking())
        await eye.looking.wait()
        looking.cancel()
        await asyncio.wait([looking], timeout=1)
        assert looking.cancelled()

    asyncio.run(cancelled())


def test_where_nothing_changes_the_line_is_kept() -> None:
    """A viewer is shown nothing, now and then: what stands between would cut a silent line."""
    eye = Seeing(look_at())

    async def viewer(lookout: Lookout) -> None:
        changes = lookout.changes()
        await anext(changes)
        assert await anext(changes) == {}
        assert eye.looks > 1

    watch(eye, viewer)


def test_who_watches_is_let_go_when_the_page_closes() -> None:
    """Without a word: the run has not ended."""

    async def viewer(lookout: Lookout) -> None:
        changes = lookout.changes()
        await anext(changes)
        lookout.closed = True
        lookout.tell()
        assert [changed async for changed in changes if changed] == []
        assert not lookout.over

    watch(Seeing(look_at()), viewer)
