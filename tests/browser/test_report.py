"""The page of a report in a real browser: what a manager sees, and what somebody does who looks for one resource."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from migrator.reporting.document.html_report import html_report
from tests.browser.chromium import NARROW, WIDE, Scheme, Visit, needs_chromium, visiting
from tests.unit.reporting.documents import document, resource, verification
from tests.unit.reporting.markup import HOSTILE

pytestmark = needs_chromium

Look = Callable[[Visit], Awaitable[None]]
#: Ratio of contrast that text needs to be readable (WCAG 2, level AA).
CONTRAST = 4.5
#: Seconds that a table of 100,000 resources may take until it is there.
SOON = 5.0
#: Of an element, the contrast between its colour and what lies behind it.
CONTRAST_OF = """element => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(c => c / 255)
      .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const style = getComputedStyle(element);
  const own = element.closest("svg") ? style.fill : style.color;
  let behind = element, back = "rgba(0, 0, 0, 0)";
  while (back === "rgba(0, 0, 0, 0)") {
    back = getComputedStyle(behind).backgroundColor;
    behind = behind.parentElement;
  }
  const [one, other] = [light(own), light(back)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of 994 resources, of which some were lost, with a verification."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text("".join(html_report(document(verification=verification()))), encoding="utf-8")
    return path


def visit(path: Path, look: Look, scheme: Scheme = "light", width: int = WIDE, *, scripts: bool = True) -> None:
    """Open a report, look at it, and judge the visit."""

    async def go() -> None:
        async with visiting(path.as_uri(), scheme=scheme, width=width, scripts=scripts) as visited:
            await look(visited)

    asyncio.run(go())


async def shows(visited: Visit, places: str, number: str) -> None:
    """Hold what the page says of how many it shows."""
    await expect(visited.page.locator("#count")).to_have_text(f"{places} of {number} resources")


async def first_key(visited: Visit) -> str:
    """The first resource that is shown."""
    return await visited.page.locator("#rows code").first.inner_text()


def test_a_resource_is_found_with_the_keyboard_alone(page: Path) -> None:
    """Search, filters, order and pages are each reached by the tabulator key, and say how many there are."""

    async def look(visited: Visit) -> None:
        press = visited.page.keyboard
        await visited.page.get_by_label("Search").focus()
        await shows(visited, "1 to 50", "994")
        await press.type("NIGHTLY-33")
        await shows(visited, "1 to 11", "11")
        await press.press("Control+A")
        await press.press("Delete")
        await press.press("Tab")
        await press.type("deploy")
        await shows(visited, "1 to 50", "400")
        await press.press("Tab")
        await press.type("skip")
        await shows(visited, "1 to 12", "12")
        await press.press("Home")
        await press.press("Tab")
        await press.type("worst")
        await shows(visited, "1 to 50", "400")
        assert await visited.page.locator("#rows .badge").first.inner_text() == "skipped"

    visit(page, look)


def test_pages_are_turned_with_the_keyboard(page: Path) -> None:
    """The button keeps the focus, also at the last page, and says that it leads nowhere then."""

    async def look(visited: Visit) -> None:
        following = visited.page.get_by_role("button", name="Next")
        await following.focus()
        begun = await first_key(visited)
        await visited.page.keyboard.press("Enter")
        await shows(visited, "51 to 100", "994")
        assert await first_key(visited) != begun
        for _ in range(25):
            await visited.page.keyboard.press("Space")
        await shows(visited, "951 to 994", "994")
        assert await following.get_attribute("aria-disabled") == "true"
        assert await following.evaluate("button => button === document.activeElement")
        await visited.page.get_by_role("button", name="Previous").press("Enter")
        await shows(visited, "901 to 950", "994")

    visit(page, look)


def test_a_total_leads_to_what_it_counts(page: Path) -> None:
    """By one click; warnings and what a comparison has found can be asked for, too."""

    async def look(visited: Visit) -> None:
        await visited.page.get_by_role("link", name="2 failed").click()
        await shows(visited, "1 to 2", "2")
        assert "422 body.job_variables" in await visited.page.locator("#rows").inner_text()
        await visited.page.get_by_label("Outcome").select_option(label="with a warning")
        await shows(visited, "1 to 5", "5")
        await visited.page.get_by_label("Outcome").select_option(label="not alike")
        await shows(visited, "1 to 4", "4")

    visit(page, look)


def test_names_that_want_to_be_markup_are_shown_as_they_are(tmp_path: Path) -> None:
    """Nothing of them runs, nothing of them is loaded, and each can be searched for."""
    path = tmp_path / "hostile.html"
    resources = [resource(f"flow/{word}", warnings=[word]) for word in HOSTILE]
    path.write_text("".join(html_report(document(resources))), encoding="utf-8")

    async def look(visited: Visit) -> None:
        assert await visited.page.locator("#rows code").all_text_contents() == [f"flow/{word}" for word in HOSTILE]
        assert await visited.page.locator("#rows b, #rows img, #rows script").count() == 0
        assert await visited.page.locator("script").count() == 2
        await visited.page.get_by_label("Search").fill("</script><script>")
        await shows(visited, "1 to 1", "1")

    visit(path, look)


def test_the_page_may_do_nothing_but_what_it_does(page: Path, tmp_path: Path) -> None:
    """Its policy stops a script that somebody has put into it."""
    path = tmp_path / "tampered.html"
    text = page.read_text(encoding="utf-8")
    path.write_text(text.replace("</main>", "<script>document.title = 'tampered'</script></main>"), encoding="utf-8")

    async def look(visited: Visit) -> None:
        assert await visited.page.title() != "tampered"
        assert any("Content Security Policy" in error for error in visited.errors)
        visited.errors.clear()

    visit(path, look)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_is_readable(page: Path, scheme: Scheme) -> None:
    """In the light and in the dark: words stand out from what is behind them, also in figures."""

    async def look(visited: Visit) -> None:
        dark = await visited.page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
        assert dark == (scheme == "dark")
        for words in ("h1", ".hint", ".tiles a", ".badge", "td code", ".plot-mark", ".drawing-name", ".drawing-state"):
            assert await visited.page.locator(words).first.evaluate(CONTRAST_OF) >= CONTRAST, words
        assert await visited.overflow() == 0

    visit(page, look, scheme)


def test_a_narrow_window_is_wide_enough(page: Path) -> None:
    """Only figures are wider, and each moves within its own place, with the keyboard, too."""

    async def look(visited: Visit) -> None:
        assert await visited.overflow() == 0
        figures = visited.page.locator(".figure")
        assert await figures.evaluate_all("all => all.every(one => one.tabIndex === 0 && one.ariaLabel)")

    visit(page, look, width=NARROW)


def test_paper_is_white(page: Path) -> None:
    """Whatever the screen is; what cannot be pressed on paper is not on it."""

    async def look(visited: Visit) -> None:
        await visited.page.emulate_media(media="print")
        assert await visited.page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 35, 48)"
        assert not await visited.page.locator("#search").is_visible()
        assert await visited.page.get_by_text("On paper this is one page of the table").is_visible()

    visit(page, look, "dark")


def test_without_scripts_all_but_the_table_is_there(page: Path) -> None:
    """And it says where the list of resources is."""

    async def look(visited: Visit) -> None:
        await expect(visited.page.locator("noscript p")).to_be_visible()
        await expect(visited.page.locator("#search")).not_to_be_visible()
        await expect(visited.page.get_by_text("19 of 994 resources did not arrive.")).to_be_visible()
        await expect(visited.page.locator(".drawing")).to_be_visible()

    visit(page, look, scripts=False)


def test_a_hundred_thousand_resources_are_no_trouble(tmp_path: Path) -> None:
    """They are there, and searched, while one waits."""
    path = tmp_path / "large.html"
    rows = (f'["deployment/flow-{number}/nightly","created",1,[]]' for number in range(100_000))
    page = "".join(html_report(document([resource("flow/a")])))
    path.write_text(page.replace('["flow/a","created",1,[]]', ",\n".join(rows)), encoding="utf-8")

    async def look(visited: Visit) -> None:
        await shows(visited, "1 to 50", "100,000")
        await visited.page.get_by_label("Search").fill("flow-77777/")
        await shows(visited, "1 to 1", "1")

    begun = time.monotonic()
    visit(path, look)
    assert time.monotonic() - begun < 2 * SOON
