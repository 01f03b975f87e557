"""The machine form of what was measured, versioned; benchmarks/results has one of each part."""

from statistics import median

from pydantic import BaseModel, ConfigDict, Field

#: Of the machine form; a field may come without a new number, none goes or changes its meaning.
SCHEMA = 1


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


class RivalForm(_Form):
    """One way of doing something."""

    name: str
    series: list[SeriesForm] = Field(description="the first is what rivals are compared by")

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


class PartForm(_Form):
    """What a part of the benchmark has measured."""

    schema_version: int = Field(default=SCHEMA, alias="schema")
    part: str
    about: str
    command: str = Field(description="what measures it again")
    date: str
    machine: MachineForm
    contests: list[ContestForm]

    def titled(self, title: str) -> ContestForm | None:
        """A contest; None if it was not held."""
        return next((contest for contest in self.contests if contest.title == title), None)
