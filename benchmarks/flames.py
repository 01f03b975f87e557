"""A flame graph, legible in the light and in the dark: the outermost frame on top, what it calls below it."""

from collections.abc import Iterator, Sequence

from benchmarks.form import FrameForm
from benchmarks.picture import MARGIN, WIDTH, picture
from migrator.reporting.drawing.svg import element, text, words

#: A frame's height, and what a letter of its name takes at the least.
_HIGH, _LETTER = 16, 5.2
#: A frame too narrow for so many letters has its name only for who points at it.
_FEWEST = 4
_TOP = 26
#: Whose frames have a colour of their own; the rest are grey.
_OWN = ("migrator", "workers"), ("redis",), ("asyncio", "selectors"), ("aiohttp",), ("dramatiq",), ("import",)
_STYLE = ".frame { fill-opacity: .35; stroke-opacity: 0 } .frame + text { font-size: 9px }"


def flame_graph(root: FrameForm) -> str:
    """A picture of all that was seen."""
    scale = (WIDTH - 2 * MARGIN) / max(1, root.samples)
    frames = (part for frame in _placed(root, 0, 0) for part in _drawn(*frame, scale))
    legend = (part for place, names in enumerate(_OWN) for part in _legend(place, names))
    said = "; ".join(f"{frame.name}: {100 * frame.samples / max(1, root.samples):.0f} %" for frame in root.inner)
    height = _TOP + _HIGH * (1 + _depth(root)) + MARGIN
    return picture(*legend, *frames, height=height, title=root.name, said=said, style=_STYLE)


def _depth(frame: FrameForm) -> int:
    return 1 + max(map(_depth, frame.inner), default=-1)


def _placed(frame: FrameForm, before: int, depth: int) -> Iterator[tuple[FrameForm, int, int]]:
    """Each frame, with the samples to the left of it and how deep it is."""
    yield frame, before, depth
    for inner in frame.inner:
        yield from _placed(inner, before, depth + 1)
        before += inner.samples


def _drawn(frame: FrameForm, before: int, depth: int, scale: float) -> Iterator[str]:
    x, y, width = MARGIN + before * scale, _TOP + depth * _HIGH, frame.samples * scale
    told = element("title", words(f"{frame.name}: {frame.samples:,} samples"))
    yield element("rect", told, x=x, y=y, width=max(0.5, width - 0.5), height=_HIGH - 1, class_=f"frame {_tone(frame)}")
    letters = int((width - 4) / _LETTER)
    if letters >= _FEWEST:
        yield text(_shortened(frame.name, letters), x + 2, y + 11)


def _shortened(name: str, letters: int) -> str:
    """Its end, which says more than its beginning."""
    return name if len(name) <= letters else f"…{name[1 - letters :]}"


def _tone(frame: FrameForm) -> str:
    package = frame.name.replace(" ", ".").partition(".")[0]
    return next((f"c{place}" for place, names in enumerate(_OWN) if package in names), "bar")


def _legend(place: int, names: Sequence[str]) -> Iterator[str]:
    x = MARGIN + place * WIDTH / (len(_OWN) + 1)
    yield element("rect", x=x, y=8, width=10, height=10, class_=f"frame c{place}")
    yield text(names[0], x + 14, 17)
