"""The few ratios that stand in the README: what the modules of the parts call headlines."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.form import PartForm, RivalForm, SeriesForm, quotients
from benchmarks.headline import Headline
from benchmarks.numbers import figure
from benchmarks.rendering import table

#: What stands around the summary in a page that is not written by us otherwise.
BEGIN, END = "<!-- benchmarks: written by `make bench` -->\n", "<!-- /benchmarks -->\n"


def summary_of(parts: Sequence[PartForm], headlines: Mapping[str, Sequence[Headline]]) -> str:
    """A table of the headlines of which there is something to say.

    Args:
        parts: What was measured.
        headlines: By part.
    """
    rows = [row for part in parts for headline in headlines.get(part.part, ()) for row in _row(part, headline)]
    return table(["", "ours", "beside", "ratio"], rows) if rows else ""


def within(page: str, summary: str) -> str:
    """A page with a summary in its place."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{summary}\n{END}{after}"


def _row(part: PartForm, headline: Headline) -> Iterator[list[str]]:
    rivals = contest.rivals if (contest := part.titled(headline.contest)) else []
    ours = _series(rivals, headline.ours, headline.figure)
    theirs = _series(rivals, headline.rival, headline.figure)
    if ours and theirs:
        what = f"{headline.contest}: {ours[1].name}"
        yield [
            what,
            *(f"{name}: {figure(s.values)}" for name, s in (ours, theirs)),
            figure(quotients(ours[1], theirs[1])),
        ]


def _series(rivals: Sequence[RivalForm], name: str, what: str) -> tuple[str, SeriesForm] | None:
    """What of the first rival whose name begins like that, with the name."""
    rival = next((rival for rival in rivals if rival.name.startswith(name)), None)
    series = rival and (rival.named(what) if what else rival.series[0])
    return (rival.name, series) if rival and series else None
