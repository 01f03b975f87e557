"""The machine form of what was measured, versioned; benchmarks/results has one of each part."""

from collections.abc import Container
from statistics import median

from pydantic import BaseModel, ConfigDict, Field

#: Of the machine form; a field may come without a new number, none goes or changes its meaning.
SCHEMA = 2


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, serialize_by_alias=True, populate_by_name=True)


class SeriesForm(_Form):
    """One figure of a rival, round by round."""

    name: str = Field(description="with its unit")
    values: list[float] = Field(min_length=1)

    @property
    def median(self) -> float:
        """What it is in the middle."""
        return median(self.values)


def quotients(over: SeriesForm, under: SeriesForm) -> list[float]:
    """One figure as a part of another, within a round, in which both had the same machine."""
    return [upper / lower for upper, lower in zip(over.values, under.values, strict=True)]


class FrameForm(_Form):
    """A frame of a flame graph: a function, with what it calls."""

    name: str
    samples: int = Field(ge=0, description="that were seen in it, or in what it calls")
    inner: list["FrameForm"] = Field(description="what it calls, the widest first, without what is too narrow")


class RivalForm(_Form):
    """One way of doing something."""

    name: str
    series: list[SeriesForm] = Field(description="the first is what rivals are compared by")
    flame: FrameForm | None = Field(default=None, description="where its processor time goes")

    def named(self, name: str) -> SeriesForm | None:
        """A figure; None if it is not measured of this rival."""
        return next((series for series in self.series if series.name == name), None)


class PointForm(_Form):
    """Where a contest stands among those that differ from it in one quantity alone."""

    of: str = Field(description="the quantity, with its unit")
    at: float = Field(gt=0)


class ContestForm(_Form):
    """Rivals that did the same in turn. The first is the one that others are compared with."""

    title: str
    rivals: list[RivalForm] = Field(min_length=1)
    point: PointForm | None = None

    def ratios(self, rival: RivalForm) -> list[float]:
        """A rival's first figure as a part of the first rival's, within a round, in which both had the same machine."""
        return quotients(rival.series[0], self.rivals[0].series[0])

    def named(self, name: str) -> RivalForm | None:
        """A rival; None if it did not take part."""
        return next((rival for rival in self.rivals if rival.name == name), None)


class MachineForm(_Form):
    """Where it was measured."""

    processor: str
    processors: int
    memory_gib: float
    system: str
    load: float = Field(description="processes that wanted to run in the minute before: noise, unless it is near 0")
    versions: dict[str, str]


class MeasurementForm(_Form):
    """Contests that one command has held."""

    command: str = Field(description="what measures it again")
    date: str
    machine: MachineForm
    contests: list[ContestForm]

    def without(self, titles: Container[str]) -> "MeasurementForm":
        """What is left of it when some of its contests were held again."""
        return self.model_copy(update={"contests": [held for held in self.contests if held.title not in titles]})


class PartForm(_Form):
    """What was measured of a part of the benchmark, by one command or by several."""

    schema_version: int = Field(default=SCHEMA, alias="schema")
    part: str
    about: str
    measurements: list[MeasurementForm]

    @property
    def contests(self) -> list[ContestForm]:
        """All of them."""
        return [held for measurement in self.measurements for held in measurement.contests]

    def titled(self, title: str) -> ContestForm | None:
        """A contest; None if it was not held."""
        return next((held for held in self.contests if held.title == title), None)

    def with_one_more(self, contest: ContestForm) -> "PartForm":
        """With a contest that its last command has held."""
        *before, last = self.measurements
        longer = last.model_copy(update={"contests": [*last.contests, contest]})
        return self.model_copy(update={"measurements": [*before, longer]})

    def with_new(self, newer: "PartForm") -> "PartForm":
        """Both, without contests of this one that the newer one has held again."""
        titles = {held.title for held in newer.contests}
        left = [older for measured in self.measurements if (older := measured.without(titles)).contests]
        return newer.model_copy(update={"measurements": [*left, *newer.measurements]})
