"""What pausing does not stop: runs that are under way, and runs that are scheduled, but by no schedule."""

from dataclasses import dataclass, field

from migrator.model.canonical import Body
from migrator.model.keys import Key


@dataclass
class StillGoing:
    """Runs, by deployment, that go on or will begin although their deployment is paused.

    Attributes:
        under_way: How many have begun.
        by_hand: How many are scheduled by hand or by API.
        last_due: When the last of those is due (ISO 8601); empty if there is none.
        complete: Whether all runs were looked through.
    """

    under_way: dict[Key, int] = field(default_factory=dict)
    by_hand: dict[Key, int] = field(default_factory=dict)
    last_due: str = ""
    complete: bool = True

    def __bool__(self) -> bool:
        return bool(self.under_way or self.by_hand)

    def count(self, key: Key, run: Body) -> None:
        """Count a run of a deployment, unless a schedule has made it: pausing deletes those."""
        if run["state_type"] != "SCHEDULED":
            self.under_way[key] = self.under_way.get(key, 0) + 1
        elif not run["auto_scheduled"]:
            self.by_hand[key] = self.by_hand.get(key, 0) + 1
            self.last_due = max(self.last_due, str(run.get("expected_start_time") or ""))
