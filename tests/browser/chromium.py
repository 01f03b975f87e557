"""A visit to a page in Debian's Chromium, without a window."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.async_api import ConsoleMessage, Page, Request, async_playwright

#: Where Debian puts it; `make browser` installs it.
CHROMIUM = shutil.which("chromium")
#: What keeps it quiet: it would look up its maker's hosts at every start. As root it needs to be told to go without its
#: sandbox; what it visits here is ours.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: ms that anything may take to appear.
PATIENCE_MS = 15_000
#: CSS pixels of a usual window, and of a telephone's.
WIDE, NARROW = 1200, 360

Scheme = Literal["light", "dark"]

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: make browser")


@dataclass
class Visit:
    """A page, and what the browser complained about or asked of others meanwhile.

    Attributes:
        page: The page.
        errors: What its console said was wrong.
        elsewhere: Requests to other places than the visited one.
    """

    page: Page
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def judge(self) -> None:
        """Hold that nothing was wrong, and nothing was loaded from elsewhere."""
        assert self.errors == [], self.errors
        assert self.elsewhere == [], self.elsewhere

    async def overflow(self) -> int:
        """How many CSS pixels the page is wider than its window."""
        wider: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wider


@asynccontextmanager
async def visiting(
    url: str, *, scheme: Scheme = "light", width: int = WIDE, scripts: bool = True
) -> AsyncIterator[Visit]:
    """Visit a page, and judge the visit at its end.

    Args:
        url: Of the page, or of a file.
        scheme: What the system prefers.
        width: Of the window.
        scripts: Whether those of the page run.
    """
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        context.set_default_timeout(PATIENCE_MS)
        visit = Visit(await context.new_page())
        visit.page.on("console", lambda message: _heard(visit, message))
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on("request", lambda request: _asked(visit, request, url))
        await visit.page.goto(url)
        yield visit
        await browser.close()
    visit.judge()


def _heard(visit: Visit, message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        visit.errors.append(message.text)


def _asked(visit: Visit, request: Request, url: str) -> None:
    ours = url.split("/", 3)[:3]
    if not request.url.startswith(("data:", "blob:")) and request.url.split("/", 3)[:3] != ours:
        visit.elsewhere.append(request.url)
