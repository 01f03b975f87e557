"""Hindrances: what keeps a process from writing is said, on whichever side of its run it is."""

from typing import Any, cast

import pytest

from migrator.engine.sealing import Seal
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace
from workers.audit import Notes
from workers.destination import Destination
from workers.migration import Migration


@pytest.mark.parametrize("side", ["source", "destination"])
def test_who_is_refused_on_a_side_that_is_written_to_says_so(side: str) -> None:
    """A cutover pauses at the source too: else it would stand still, and nobody would know why."""
    sides = {name: Workspace(Profile(name, f"http://{name}"), Pressure(1)) for name in ("source", "destination")}
    nothing = cast("Any", None)
    destination = Destination(sides["destination"], nothing)
    migration = Migration(nothing, nothing, Seal(b"k" * 32), destination, Notes("worker"), sides["source"])
    assert migration.hindrance == ""

    sides[side].is_locked_out = True

    assert migration.hindrance.startswith(f"profile '{side}' is refused here")
