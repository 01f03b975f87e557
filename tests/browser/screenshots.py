"""Pictures of pages, to be looked at: `make screenshots`. They are not kept in git."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path

from playwright.async_api import PdfMargins

from migrator.reporting.document.html_report import html_report
from tests.browser.chromium import NARROW, WIDE, Scheme, visiting
from tests.browser.pictures_of_the_page import RUN, page_of_a_run
from tests.unit.reporting.documents import document, verification

#: Where they go.
PICTURES = Path("screenshots")
#: CSS pixels that are seen of a window at once.
HEIGHT = 1400
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


async def report() -> None:
    """The report of a run in which something was lost: whole, on screens of both sorts, and on paper."""
    with tempfile.TemporaryDirectory() as directory:
        page = Path(directory) / "report.html"
        page.write_text("".join(html_report(document(verification=verification()))), encoding="utf-8")
        for scheme, (name, width) in product(SCHEMES, (("wide", WIDE), ("narrow", NARROW))):
            async with visiting(page.as_uri(), scheme=scheme, width=width) as visit:
                await visit.page.set_viewport_size({"width": width, "height": HEIGHT})
                await visit.page.screenshot(path=PICTURES / f"report-{name}-{scheme}-top.png")
                await visit.page.screenshot(path=PICTURES / f"report-{name}-{scheme}.png", full_page=True)
        async with visiting(page.as_uri()) as visit:
            await visit.page.pdf(path=PICTURES / "report.pdf", format="A4", margin=_MARGIN)


async def page() -> None:
    """The page: the runs, one of them under way, what failed in it, and one resource's story."""
    async with page_of_a_run() as served:
        run = f"{served.url}/runs/{RUN}"
        places = {
            "runs": served.url,
            "run": run,
            "failed": f"{run}/resources?outcome=failed",
            "story": f"{run}/resources/1",
        }
        for (name, url), scheme in product(places.items(), SCHEMES):
            async with visiting(url, scheme=scheme) as visit:
                await visit.page.screenshot(path=PICTURES / f"page-{name}-{scheme}.png", full_page=True)
        async with visiting(run, width=NARROW) as visit:
            await visit.page.screenshot(path=PICTURES / "page-run-narrow.png", full_page=True)


_MARGIN: PdfMargins = {"top": "15mm", "right": "15mm", "bottom": "15mm", "left": "15mm"}
#: What there is to see; each takes its own pictures.
SUBJECTS: tuple[Callable[[], Awaitable[None]], ...] = (report, page)


async def main() -> None:
    """Take all pictures."""
    for subject in SUBJECTS:
        await subject()


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(main())
