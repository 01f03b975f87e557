"""What the doctor makes of what the workspaces hold."""

import pytest

from migrator.coordinator.doctor.contents import NODE_BYTES, Contents, Sample, reading
from migrator.coordinator.doctor.redis import room_for
from migrator.coordinator.doctor.rights import what_has_no_place
from migrator.exit_codes import ExitCode
from migrator.model.finding import Verdict
from migrator.prefect_api.errors import Denied

SOURCE = Contents({"flow": Sample(10, 100), "automation": Sample(2, 50)}, ("saved-search",), {})


def test_room_is_wanted_for_every_node_and_its_sealed_body() -> None:
    """As if nothing of it were at the destination already."""
    assert SOURCE.sealed == 12 * NODE_BYTES + 10 * 100 + 2 * 50


def test_what_can_be_read_is_counted_and_what_a_server_has_not_is_named() -> None:
    """No such kind, as opposed to none of the kind."""
    finding = reading("source", "local", SOURCE)
    assert finding.verdict is Verdict.FINE
    assert "12 resources" in finding.reason
    assert "saved-search" in finding.reason


def test_what_cannot_be_read_is_named_at_once() -> None:
    """All kinds of it, with the server's words."""
    denied = Denied("403 Forbidden", 403)
    finding = reading("source", "local", Contents({}, (), {"flow": denied, "variable": denied}))
    assert finding.code is ExitCode.UNREACHABLE
    assert "flow, variable: 403 Forbidden" in finding.reason
    assert "credentials" in finding.advice


def test_a_kind_that_only_the_source_has_is_warned_of_where_there_is_something_of_it() -> None:
    """Automations would be skipped; saved searches are on neither side."""
    (finding,) = what_has_no_place(SOURCE, Contents({}, ("automation", "saved-search"), {}))
    assert finding.verdict is Verdict.WARNING
    assert "automation" in finding.reason
    assert "saved-search" not in finding.reason


@pytest.mark.parametrize(("free", "verdict"), [(None, Verdict.FINE), (2**31, Verdict.FINE), (2**20, Verdict.WARNING)])
def test_too_little_room_is_warned_of(free: int | None, verdict: Verdict) -> None:
    """It is an estimate, so it is no reason to refuse."""
    assert room_for(2**30, free).verdict is verdict
