"""The page while a workspace moves between real servers: from before there is a run to what failed in it."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from migrator.demo.servers import PrefectServer
from migrator.exit_codes import ExitCode
from tests.browser.chromium import needs_chromium, visiting
from tests.e2e.conftest import PATIENCE, Home, Servers, wait_until
from tests.e2e.serving import proxied
from tests.served_page import ServedPage, served_page

pytestmark = [pytest.mark.e2e, needs_chromium]

RUN = ("run", "--from", "source", "--to", "empty", "--yes", "--json", "--include", "variable", "--include", "flow")
#: Seconds that a variable takes, so that the run has a middle.
WRITE_SECONDS = 0.04
#: ms that something may take to be seen while a run goes on.
SOON = 30_000
#: Percentages that are seen on the way.
STATES = 3


@pytest.fixture
def home(tmp_path: Path, servers: Servers, empty: PrefectServer) -> Iterator[Home]:
    """A home with an empty destination that takes its time, and does not let one flow in."""
    one_at_a_time = threading.Lock()

    def fate(method: str, path: str, body: bytes) -> int | None:
        if (method, path) == ("POST", "/variables/"):
            with one_at_a_time:
                time.sleep(WRITE_SECONDS)
        return 403 if (method, path) == ("POST", "/flows/") and b'"etl"' in body else None

    with proxied(empty.api_url, fate=fate) as url:
        urls = {"source": {"PREFECT_API_URL": servers.source.api_url}, "empty": {"PREFECT_API_URL": url}}
        yield Home.made(tmp_path / "home", urls)


def test_a_workspace_is_seen_moving_and_what_failed_is_explained(home: Home) -> None:
    """The page is there before any run, finds the Valkey that `run` embeds, and leaves nothing behind."""
    with served_page(home.environment) as page:
        asyncio.run(_look(home, page))
        assert page.end() == 0
    wait_until(lambda: not home.processes())


async def _look(home: Home, page: ServedPage) -> None:
    async with visiting(page.url) as visit:
        seen = visit.page
        await expect(seen.get_by_text("There is no run")).to_be_visible()
        with home.start(*RUN) as run:
            await asyncio.to_thread(wait_until, lambda: 'href="/runs/' in page.ask("/").text)
            await seen.reload()
            await seen.get_by_role("rowheader").get_by_role("link").click()
            await _watch(seen)
            out, said = await asyncio.to_thread(run.communicate, timeout=PATIENCE)
        assert (run.returncode, json.loads(out)["totals"]["failed"]) == (ExitCode.INCOMPLETE, 1), said
        await seen.get_by_role("link", name="flow/etl", exact=True).click()
        story = seen.get_by_role("main")
        for words in ("Denied", "so says the one in between", "POST /flows/", "migrator retry"):
            await expect(story).to_contain_text(words)


async def _watch(seen: Page) -> None:
    """The run moves, by as many workers as so slow a destination needs, and ends."""
    await expect(seen.locator(".state")).to_have_text("running")
    shown = set[str]()
    while len(shown) < STATES:
        shown.add(await seen.locator(".sum strong").inner_text())
        await asyncio.sleep(0.2)
    await expect(seen.get_by_role("region", name="Workers")).to_contain_text("1 alive")
    await expect(seen.get_by_role("region", name="Pressure on empty")).to_contain_text("closed")
    await expect(seen.locator(".state")).to_have_text("finished", timeout=SOON)
    await expect(seen.get_by_role("region", name="What to type")).to_contain_text("migrator retry")
