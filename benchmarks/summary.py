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
    contest = part.titled(headline.contest)
    rivals = contest.rivals if contest else []
    rival = next((rival for rival in rivals if rival.name.startswith(headline.rival)), None)
    if contest and rival:
        ours, theirs = _series(contest.rivals[0], headline), _series(rival, headline)
        if ours and theirs:
            what = f"{contest.title}: {ours.name}"
            shown = [
                f"{name}: {figure(s.values)}" for name, s in ((contest.rivals[0].name, ours), (rival.name, theirs))
            ]
            yield [what, *shown, figure(quotients(ours, theirs))]


def _series(rival: RivalForm, headline: Headline) -> SeriesForm | None:
    return rival.named(headline.figure) if headline.figure else rival.series[0]
