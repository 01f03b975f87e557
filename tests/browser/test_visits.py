"""A visit notices what it is there to notice: without this, a page in the tests could be wrong unseen."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.browser.chromium import NARROW, Scheme, Visit, needs_chromium, visiting

pytestmark = needs_chromium
#: A port of this machine where nobody listens: browsers refuse to ask it.
ELSEWHERE = "http://127.0.0.1:9/picture.png"


def visit(path: Path, body: str, look: Callable[[Visit], Awaitable[None]], scheme: Scheme = "light") -> None:
    """Visit a page with some body, in a narrow window."""
    page = path / "page.html"
    page.write_text(f"<!doctype html><title>a page</title><style>body {{ margin: 0 }}</style>{body}")

    async def go() -> None:
        async with visiting(page.as_uri(), scheme=scheme, width=NARROW) as visited:
            await look(visited)

    asyncio.run(go())


async def only_arrive(_visit: Visit) -> None:
    """Look at nothing."""


def test_a_page_with_nothing_wrong_is_judged_so(tmp_path: Path) -> None:
    """Its width is the window's, and its title its own."""

    async def look(visited: Visit) -> None:
        assert await visited.page.title() == "a page"
        assert await visited.overflow() == 0

    visit(tmp_path, "<h1>hello</h1>", look)


@pytest.mark.parametrize("script", ["console.error('wrong')", "throw new Error('wrong')"])
def test_what_is_wrong_is_noticed(tmp_path: Path, script: str) -> None:
    """What the console says, and what a script throws."""
    with pytest.raises(AssertionError, match="wrong"):
        visit(tmp_path, f"<script>{script}</script>", only_arrive)


def test_what_is_asked_of_somebody_else_is_noticed(tmp_path: Path) -> None:
    """Whether it comes or not."""

    async def look(visited: Visit) -> None:
        assert visited.elsewhere == [ELSEWHERE]
        visited.errors.clear()

    with pytest.raises(AssertionError, match="picture"):
        visit(tmp_path, f"<img alt='' src='{ELSEWHERE}'>", look)


def test_a_page_that_is_too_wide_is_measured(tmp_path: Path) -> None:
    """In CSS pixels."""

    async def look(visited: Visit) -> None:
        assert await visited.overflow() == 40

    visit(tmp_path, f"<div style='width: {NARROW + 40}px'>wide</div>", look)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_asked_for_in_the_scheme_that_was_chosen(tmp_path: Path, scheme: Scheme) -> None:
    """As the system prefers it."""

    async def look(visited: Visit) -> None:
        assert await visited.page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches")

    visit(tmp_path, "", look, scheme)
