"""What may be chosen of a measurement."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What may be chosen of a measurement.

    Attributes:
        rounds: How often each rival is measured.
        nodes: Sizes of the runs of the engine.
    """

    rounds: int
    nodes: tuple[int, ...]
