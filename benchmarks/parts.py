"""What is measured: each part by a module, whose docstring says what it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from benchmarks import engine, profile, start, transfer
from benchmarks.form import ContestForm
from benchmarks.headline import Headline
from benchmarks.options import Options
from benchmarks.scale import contests as scale


class Part(Protocol):
    """A module that measures."""

    __doc__: str | None

    @property
    def HEADLINES(self) -> Sequence[Headline]:  # noqa: N802 - a module's constant
        """Which of its ratios belong into the summary."""

    def measure(self, options: Options) -> Iterator[ContestForm]:
        """Its contests, as they come."""


PARTS: Mapping[str, Part] = {"transfer": transfer, "engine": engine, "scale": scale, "start": start, "profile": profile}
