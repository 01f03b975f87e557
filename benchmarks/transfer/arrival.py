"""What has arrived, by the comparison that `migrator verify` makes of both sides."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from benchmarks.transfer.movers import PAIR, command
from benchmarks.transfer.stage import Stage
from migrator.model.keys import Key, kind_of


@dataclass(frozen=True)
class Arrival:
    """What of some resources is there.

    Attributes:
        delivered: What is there.
        intact: What of it is as it is at the source.
    """

    delivered: Collection[Key]
    intact: Collection[Key]

    def of(self, kind: str) -> int:
        """How many of a kind are there."""
        return sum(kind_of(key) == kind for key in self.delivered)


def arrived(stage: Stage, wanted: Collection[Key]) -> Arrival:
    """What of the wanted is there. What a run of ours holds until the cutover is as it should be."""
    run = ("--run", "last") if (stage.home / "state").exists() else PAIR
    verified = command(stage, "migrator", "verify", *run, "--json")
    form = json.loads(verified.output)
    delivered = set(wanted) - set(form["missing"])
    spoilt = {found["key"] for field in ("different", "unverifiable") for found in form[field]}
    return Arrival(delivered, delivered - spoilt)
