"""What a sampling profiler saw: stacks, whose samples they are, and what they come to. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.form import FrameForm

COORDINATOR, WORKERS = ROLES = "the coordinator", "the worker processes"
#: Where time may be spent; what is in none of them is elsewhere.
PLACES = {"the program": ("migrator", "workers"), "asyncio": ("asyncio", "selectors")} | {
    package: (package,) for package in ("redis", "aiohttp", "dramatiq", "pydantic")
}
IMPORTS, BARE, ELSEWHERE = "imports", "Python itself, before and after", "elsewhere"
#: A frame with a smaller share of a flame than this is not drawn.
LEAST = 0.005

_LINE = re.compile(r"(?P<stack>.*) (?P<samples>\d+)")
_PROCESS = re.compile(r'process \d+:"(?P<command>.*)"')
_FRAME = re.compile(r"(?P<function>.*) \((?P<path>[^()]*):\d+\)")
_HOME = re.compile(r".*/(?:site-packages|lib/python3\.\d+|bin)/")
_ENDING = re.compile(r"(?:/__init__)?\.\w+$")


@dataclass(frozen=True)
class Stack:
    """What was seen at the same place.

    Attributes:
        role: Whose it is.
        frames: From the outermost to the innermost: `import MODULE`, or `MODULE.FUNCTION`.
        samples: How often.
    """

    role: str
    frames: tuple[str, ...]
    samples: int

    @property
    def place(self) -> str:
        """Where time was spent: in an import, or in the package of the innermost frame, if there is one."""
        if not self.frames:
            return BARE
        if any(frame.startswith("import ") for frame in self.frames):
            return IMPORTS
        package = self.frames[-1].partition(".")[0]
        return next((place for place, packages in PLACES.items() if package in packages), ELSEWHERE)


def stacks(raw: str, root: str) -> Iterator[Stack]:
    """What py-spy writes as `--format raw --full-filenames`: a line a stack, `process;frame;frame samples`.

    Args:
        raw: What it wrote.
        root: Where the program's own modules are.
    """
    for line in raw.splitlines():
        if found := _LINE.fullmatch(line):
            yield _stack(found["stack"].split(";"), int(found["samples"]), root)


def _stack(parts: Sequence[str], samples: int, root: str) -> Stack:
    commands = [found["command"] for part in parts if (found := _PROCESS.fullmatch(part))]
    role = WORKERS if commands and " -m workers " in commands[-1] else COORDINATOR
    frames = [found for part in parts if (found := _FRAME.fullmatch(part))]
    return Stack(role, tuple(_named(frames, root)), samples)


def _named(frames: Iterable[re.Match[str]], root: str) -> Iterator[str]:
    """Python's own way into a module is told by the name of what it leads to."""
    is_import = False
    for frame in frames:
        if frame["path"].startswith("<frozen"):
            is_import |= frame["path"].startswith("<frozen importlib")
            continue
        module = _ENDING.sub("", _HOME.sub("", frame["path"]).removeprefix(f"{root}/")).replace("/", ".")
        yield f"import {module}" if is_import else f"{module}.{frame['function']}"
        is_import = False


def spent(seen: Iterable[Stack]) -> Mapping[str, float]:
    """The share of each place, in percent."""
    samples: Counter[str] = Counter()
    for stack in seen:
        samples[stack.place] += stack.samples
    return {place: 100 * samples[place] / max(1, samples.total()) for place in (*PLACES, ELSEWHERE, IMPORTS, BARE)}


def flame(name: str, seen: Iterable[Stack]) -> FrameForm:
    """Stacks put together at what they have in common, without what is too narrow to be seen."""
    pairs = [(stack.frames, stack.samples) for stack in seen]
    return _frame(name, pairs, LEAST * sum(samples for _, samples in pairs))


def _frame(name: str, pairs: Sequence[tuple[Sequence[str], int]], least: float) -> FrameForm:
    inner: dict[str, list[tuple[Sequence[str], int]]] = {}
    for (first, *rest), samples in (pair for pair in pairs if pair[0]):
        inner.setdefault(first, []).append((rest, samples))
    drawn = (_frame(frame, own, least) for frame, own in inner.items())
    wide = sorted((frame for frame in drawn if frame.samples >= least), key=lambda frame: -frame.samples)
    return FrameForm(name=name, samples=sum(samples for _, samples in pairs), inner=wide)
