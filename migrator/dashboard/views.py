"""The views: each page of the site, read from Redis when it is asked for, and never written to."""

import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from migrator.coordinator.inspection import is_soon_told, story_of
from migrator.dashboard.browsing import Wanted, nodes_of, page_of
from migrator.dashboard.look import Eye
from migrator.dashboard.lookout import Lookouts
from migrator.dashboard.parts import parts_of
from migrator.dashboard.rendering import render
from migrator.dashboard.stream import events
from migrator.engine.keys import LEDGERS
from migrator.engine.run import Run, run_named
from migrator.errors import RefusedError, UsageError
from migrator.model.outcome import Outcome
from migrator.model.plan import Purpose
from migrator.reporting.advice import advice_on
from migrator.reporting.model import RunLineForm
from migrator.reporting.status_report import line_of
from migrator.settings import Settings

#: Runs on a page.
RUNS = 20
#: What one can ask for, the worst first.
OUTCOMES = [outcome.value for outcome in reversed(Outcome)]


@dataclass(frozen=True)
class Views:
    """The pages.

    Attributes:
        redis: Where runs live.
        settings: Where the sealing key is; without it a story does not tell what its resource refers to.
        lookouts: What looks at runs for those who watch them.
    """

    redis: Redis
    settings: Settings
    lookouts: Lookouts

    async def runs(self, request: Request) -> Response:
        """The runs that there are, the latest first."""
        begin = _number(request, "begin")
        members = await self.redis.zrevrange(LEDGERS, begin, begin + RUNS - 1)
        lines = await self._lines([member.decode() for member in cast("list[bytes]", members)])
        there_are = int(await self.redis.zcard(LEDGERS))
        following = begin + RUNS if begin + RUNS < there_are else None
        return render("runs.html", lines=lines, there_are=there_are, begin=begin, following=following)

    async def _lines(self, run_ids: Sequence[str]) -> list[RunLineForm]:
        lines = []
        for run_id in run_ids:
            # One that was never published to its end is none, and one of another version cannot be read.
            with suppress(UsageError, RefusedError):
                lines.append(await line_of(Run(self.redis, run_id)))
        return lines

    async def run(self, request: Request) -> Response:
        """One run, as it is now; a browser with scripts keeps it so."""
        look = await Eye(await self._run(request)).look()
        return render("run.html", look=look, parts=parts_of(look))

    async def events(self, request: Request) -> Response:
        """What changes of it from now on."""
        run = await self._run(request)
        await run.record()
        return StreamingResponse(events(self.lookouts, run.id), media_type="text/event-stream")

    async def resources(self, request: Request) -> Response:
        """Its resources, a page at a time."""
        run = await self._run(request)
        asked = request.query_params
        wanted = Wanted(asked.get("kind", ""), asked.get("outcome", ""), _number(request, "begin"))
        status = await run.status()
        page = await page_of(run, wanted)
        return render("resources.html", run=run.id, kinds=[*status.groups], wanted=wanted, page=page, outcomes=OUTCOMES)

    async def story(self, request: Request) -> Response:
        """What became of one resource."""
        run, number = await self._run(request), int(request.path_params["number"])
        record, status, whole = await run.record(), await run.status(), await is_soon_told(run)
        nodes = (await nodes_of(run, [number]))[number]
        story = await story_of(run, number, nodes, self.settings, whole=whole)
        key, error = story.resource.key, story.resource.error
        is_retried = record.purpose is Purpose.MIGRATE and story.resource.outcome == Outcome.FAILED
        return render(
            "story.html",
            story=story,
            whole=whole,
            has_ended=status.state.is_an_end,
            advice=advice_on(error) if error else "",
            retry=shlex.join(["migrator", "retry", run.id, key]) if is_retried else "",
            inspect=shlex.join(["migrator", "inspect", run.id, key]),
        )

    async def _run(self, request: Request) -> Run:
        return Run(self.redis, await run_named(self.redis, request.path_params["run"]))


def _number(request: Request, name: str) -> int:
    """A number that a link of ours has; what somebody else has made of it is refused."""
    text = request.query_params.get(name, "0")
    if not text.isdecimal() or len(text) > len(str(2**53)):
        raise UsageError(f"{name} is no number", "go back, and follow a link of this page")
    return int(text)
