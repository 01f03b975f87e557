"""What the doctor says of the environment."""

from migrator.coordinator.doctor.here import examine_settings
from migrator.model.finding import Verdict


def test_settings_that_there_are_are_named_and_not_shown() -> None:
    """One of them is a URL that may hold a password."""
    (finding,) = examine_settings({"MIGRATOR_REDIS_URL": "redis://:hunter2@h", "PATH": "/bin"})
    assert finding.verdict is Verdict.FINE
    assert "MIGRATOR_REDIS_URL" in finding.reason
    assert "hunter2" not in finding.reason


def test_a_setting_that_there_is_not_is_warned_of_with_the_one_that_was_meant() -> None:
    """It would change nothing, and nobody would notice."""
    (finding,) = examine_settings({"MIGRATOR_REDISURL": "redis://h"})
    assert finding.verdict is Verdict.WARNING
    assert "MIGRATOR_REDISURL" in finding.reason
    assert finding.advice == "did you mean MIGRATOR_REDIS_URL?"


def test_what_resembles_no_setting_gets_the_list() -> None:
    """So that there is something to choose from."""
    (finding,) = examine_settings({"MIGRATOR_X": ""})
    assert "MIGRATOR_STATE_DIR" in finding.advice


def test_what_kubernetes_tells_of_a_service_is_nobodys_mistake() -> None:
    """A pod finds such variables for every service of its namespace, also for one called migrator-redis."""
    service = {f"MIGRATOR_REDIS_{name}": "" for name in ("SERVICE_HOST", "SERVICE_PORT", "PORT", "PORT_6379_TCP_ADDR")}
    assert [finding.verdict for finding in examine_settings(service)] == [Verdict.FINE]
    assert Verdict.WARNING in {finding.verdict for finding in examine_settings({**service, "MIGRATOR_REDIS_UR": ""})}
