"""The page in a real browser: a run live, a failure's story, the door, the keyboard, the dark, a telephone."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.async_api import expect
from redis.asyncio import Redis

from migrator.embedded.valkey import valkey
from migrator.engine.keys import WORKERS
from migrator.engine.run import Run, redis_ms
from migrator.engine.scripts import Result
from tests.browser.chromium import NARROW, WIDE, Scheme, Visit, needs_chromium, visiting
from tests.browser.workspace import DENIED, LONG_KEY, publish_workspace
from tests.integration.engine.bench import done, failed
from tests.served_page import ServedPage, served_page

pytestmark = needs_chromium

TOKEN = "the token of the tests"  # noqa: S105 - of a page that lives for one test run
#: Presses of a key after which something must have been reached.
MANY = 80


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Of a page on a Valkey of this module's own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MIGRATOR_"))}
    with valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield {**ours, "MIGRATOR_REDIS_URL": url}


@pytest.fixture(scope="module")
def page(environment: Mapping[str, str]) -> Iterator[ServedPage]:
    """The page, for this machine only."""
    with served_page(environment) as page:
        yield page


def look(environment: Mapping[str, str], go: Callable[[Redis], Awaitable[None]]) -> None:
    """Look at the page, with the Redis that it reads."""

    async def connected() -> None:
        async with Redis.from_url(environment["MIGRATOR_REDIS_URL"]) as redis:
            await redis.zadd(WORKERS, {"worker-1": await redis_ms(redis) + 60_000})
            await go(redis)

    asyncio.run(connected())


async def settle(run: Run, *bad: Result, nodes: int) -> None:
    """Let a worker settle so many nodes; those that are not bad arrive."""
    wrong = {result.node: result for result in bad}
    claim = await run.claim("worker-1/lease", nodes, 60.0)
    assert len(claim.attempts) == nodes
    await run.settle("worker-1/lease", [wrong.get(node, done(node)) for node in claim.attempts])


def test_a_run_is_seen_live_to_its_end(environment: Mapping[str, str], page: ServedPage) -> None:
    """What changes is shown within a second or two; what the reader is at stays where it is."""

    async def go(redis: Redis) -> None:
        run = await publish_workspace(redis, "live")
        async with visiting(f"{page.url}/runs/live") as visit:
            seen = visit.page
            await expect(seen.get_by_role("heading", level=1)).to_contain_text("local → prod")
            await expect(seen.locator(".sum")).to_contain_text("0 of 60 writes settled")
            await seen.get_by_role("button", name="Copy: migrator pause live").focus()

            await settle(run, failed(1, DENIED), nodes=30)
            await expect(seen.locator(".sum")).to_contain_text("50 % 30 of 60")
            await expect(seen.get_by_role("row", name="flow")).to_contain_text("1")
            await expect(seen.locator(".causes")).to_contain_text("the credentials may not")
            await expect(seen.locator(".causes")).to_contain_text("Use credentials of the destination that may do this")
            await expect(seen.get_by_role("img", name="The kinds of resources")).to_contain_text("1 failed")
            assert await seen.title() == "50 % · live · Migrator"

            await settle(run, nodes=30)
            await expect(seen.get_by_role("status").first).to_contain_text("finished")
            await expect(seen.get_by_role("button", name="Copy: migrator retry live", exact=True)).to_be_visible()
            await expect(seen.locator("[data-events]")).to_have_count(0)

    look(environment, go)


def test_a_failure_is_followed_to_its_story_with_the_keyboard_alone(
    environment: Mapping[str, str], page: ServedPage
) -> None:
    """From the run to the resource that failed, and the command that tries it again is copied; nothing is clicked."""

    async def go(redis: Redis) -> None:
        run = await publish_workspace(redis, "keys")
        await settle(run, failed(1, DENIED), nodes=30)
        async with visiting(f"{page.url}/runs/keys") as visit:
            seen = visit.page
            await seen.context.grant_permissions(["clipboard-read", "clipboard-write"])
            await seen.keyboard.press("Tab")
            await expect(seen.get_by_role("link", name="Skip to the content")).to_be_focused()
            await seen.keyboard.press("Enter")
            await reach(visit, "flow/flow-1")
            await seen.keyboard.press("Enter")
            await expect(seen.get_by_role("heading", level=1)).to_have_text("flow/flow-1")
            await expect(seen.get_by_role("main")).to_contain_text("the credentials may not create this flow")
            await reach(visit, "Copy")
            await seen.keyboard.press("Enter")
            await expect(seen.locator("#copied")).to_have_text("Copied")
            assert await seen.evaluate("navigator.clipboard.readText()") == "migrator retry keys flow/flow-1"

    look(environment, go)


async def reach(visit: Visit, words: str) -> None:
    """Press Tab until what bears some words has the focus, and shows it."""
    focused = visit.page.locator(":focus")
    for _ in range(MANY):
        await visit.page.keyboard.press("Tab")
        if await focused.count() and await focused.inner_text() == words:
            outline = await focused.evaluate("one => getComputedStyle(one).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"'{words}' is not reached")


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", WIDE), ("light", NARROW)])
def test_every_page_fits_its_window_and_its_scheme(
    environment: Mapping[str, str], page: ServedPage, scheme: Scheme, width: int
) -> None:
    """Nothing is wider than a telephone, also with long names, and what is written stands out from its ground."""
    name = f"{scheme}-{width}"

    async def go(redis: Redis) -> None:
        run = await publish_workspace(redis, name)
        await settle(run, failed(0, DENIED), failed(1, DENIED), nodes=30)
        places = ("", f"/runs/{name}", f"/runs/{name}/resources", f"/runs/{name}/resources/0", "/runs/none")
        async with visiting(f"{page.url}/", scheme=scheme, width=width) as visit:
            for place in places:
                await visit.page.goto(page.url + place)
                assert await visit.overflow() == 0, place
                assert await dark(visit) == (scheme == "dark"), place
            assert await visit.page.get_by_role("heading", level=1).count() == 1
            # The last one is not there, which a browser says on its console.
            assert visit.errors == [error for error in visit.errors if "404" in error]
            visit.errors.clear()

    look(environment, go)


async def dark(visit: Visit) -> bool:
    """Whether the page is written in light on dark."""
    script = (
        "['backgroundColor', 'color'].map(name => getComputedStyle(document.body)[name].match(/\\d+/g).map(Number))"
    )
    ground, ink = (sum(colour) for colour in await visit.page.evaluate(script))
    assert abs(ground - ink) > 3 * 128
    return bool(ground < ink)


def test_without_scripts_a_page_is_whole(environment: Mapping[str, str], page: ServedPage) -> None:
    """It shows the moment when it was loaded; the buttons that need scripts are not there."""

    async def go(redis: Redis) -> None:
        run = await publish_workspace(redis, "still")
        await settle(run, failed(0, DENIED), nodes=30)
        async with visiting(f"{page.url}/runs/still", scripts=False) as visit:
            await expect(visit.page.locator(".sum")).to_contain_text("30 of 60")
            await expect(visit.page.get_by_text("Load it again to see on.")).to_be_visible()
            assert await visit.page.get_by_role("button", name="Copy").count() == 0
            await visit.page.get_by_role("link", name="All 60 resources").click()
            await expect(visit.page.get_by_role("link", name=LONG_KEY)).to_be_visible()
            await visit.page.get_by_role("link", name="Further ones").click()
            await expect(visit.page.get_by_role("row")).to_have_count(11)

    look(environment, go)


def test_the_token_is_asked_for_once(environment: Mapping[str, str], tmp_path: Path) -> None:
    """Nothing is to be seen before; a wrong one is refused, the right one leads where one was going, and stays."""
    (tmp_path / "token").write_text(TOKEN)

    async def go(redis: Redis) -> None:
        await publish_workspace(redis, "locked")
        with served_page(environment, "--host", "0.0.0.0", "--token-file", str(tmp_path / "token")) as page:  # noqa: S104
            async with visiting(f"{page.url}/runs/locked") as visit:
                seen = visit.page
                assert "prod" not in await seen.content()
                for given in ("not this one", TOKEN):
                    await expect(seen.get_by_label("token")).to_be_focused()
                    await seen.keyboard.type(given)
                    await seen.keyboard.press("Enter")
                    await seen.wait_for_load_state()
                await expect(seen.get_by_role("heading", level=1)).to_contain_text("local → prod")
                await expect(seen.locator(".lost")).to_have_count(0)
                assert len(visit.errors) == 2
                assert all("401" in error for error in visit.errors)
                visit.errors.clear()

    look(environment, go)


def test_a_page_that_has_lost_its_server_says_so(environment: Mapping[str, str]) -> None:
    """What was seen last stays to be seen."""

    async def go(redis: Redis) -> None:
        await publish_workspace(redis, "lost")
        with served_page(environment) as page:
            async with visiting(f"{page.url}/runs/lost") as visit:
                await expect(visit.page.locator(".sum")).to_contain_text("0 of 60")
                await asyncio.to_thread(page.end)
                await expect(visit.page.locator(".lost")).to_be_visible()
                await expect(visit.page.locator(".sum")).to_contain_text("0 of 60")
                visit.errors.clear()

    look(environment, go)
