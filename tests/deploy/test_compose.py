"""The compose file: whoever starts waits for whom they need, and nobody else can look in."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from compose_spec import PyCompose

from migrator import __version__
from migrator.cli.workers import LEAVE
from migrator.prefect_api.workspace import REQUEST_TIMEOUT
from migrator.settings import Settings
from tests.deploy.commands import parsed
from tests.deploy.compose import COMPOSE, OURS, SERVICES, environment, mounted
from tests.deploy.manifests import secrets_documented
from tests.deploy.pods import make_secrets

each_service = pytest.mark.parametrize("name", SERVICES)
each_of_ours = pytest.mark.parametrize("name", OURS)


def test_it_is_a_compose_file() -> None:
    """By the specification, its anchors resolved: the parser knows no merging."""
    PyCompose.from_yaml(yaml.safe_dump(COMPOSE))


@each_of_ours
def test_every_command_is_one_of_ours_with_its_options(name: str) -> None:
    """What fills the demo is a module of ours."""
    entrypoint = SERVICES[name].get("entrypoint")
    if entrypoint is None:
        parsed(SERVICES[name]["command"])
    else:
        assert entrypoint == ["python", "-P", "-m", "migrator.demo"]


@each_of_ours
def test_every_variable_is_a_setting_with_a_value_that_is_taken(name: str) -> None:
    """A mistyped one would be ignored in silence."""
    known = {f"MIGRATOR_{field.upper()}" for field in Settings.model_fields}
    assert environment(name).keys() <= known
    Settings.model_validate({key.removeprefix("MIGRATOR_").lower(): value for key, value in environment(name).items()})


@each_of_ours
def test_every_file_that_a_setting_or_an_option_names_is_a_secret_that_is_mounted(name: str) -> None:
    """No secret is in an environment or on a command line."""
    options = [value for value in SERVICES[name]["command"] if value.startswith("/run/")]
    files = [value for key, value in environment(name).items() if key.endswith("_FILE")]
    assert {*options, *files} <= mounted(name).keys()


def test_secrets_are_files_in_the_folders_that_kubernetes_secrets_are_made_from() -> None:
    """One folder a Secret, one file a key; but the token of the page, which in a cluster listens to nobody else."""
    documented = {f"./secrets/{name.removeprefix('migrator-')}": keys for name, keys in secrets_documented().items()}
    documented["./secrets/dashboard"] = {"token"}
    for secret in COMPOSE["secrets"].values():
        folder, _, key = secret["file"].rpartition("/")
        assert key in documented[folder]


def test_make_secrets_makes_every_file(tmp_path: Path) -> None:
    """Random, readable in a container, in a folder that only its owner can enter."""
    made = make_secrets(tmp_path)
    for secret in COMPOSE["secrets"].values():
        assert (tmp_path / secret["file"]).stat().st_mode & 0o777 == 0o644
    assert made.stat().st_mode & 0o777 == 0o700


@each_service
def test_no_port_is_published_beyond_the_loopback(name: str) -> None:
    """On a laptop in a café too."""
    addresses = [published.partition(":")[0] for published in SERVICES[name].get("ports", [])]
    assert all(ip_address(address).is_loopback for address in addresses)


@each_service
def test_who_is_needed_is_healthy_first(name: str) -> None:
    """And has a health check by which that is known; a filling is waited for to the end."""
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        ends = how["condition"] == "service_completed_successfully"
        assert ends or how["condition"] == "service_healthy"
        assert ends == SERVICES[needed]["healthcheck"].get("disable", False)


@each_service
def test_what_a_profile_adds_is_needed_by_nobody_without_it(name: str) -> None:
    """Else nothing would start without the demo."""
    profiles = set(SERVICES[name].get("profiles", []))
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        assert set(SERVICES[needed].get("profiles", [])) <= profiles or how.get("required") is False


@each_service
def test_every_service_is_as_small_as_it_can_be(name: str) -> None:
    """No capability that is not needed, no new privilege, bounded memory."""
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "mem_limit" in service
    assert "privileged" not in service


@each_of_ours
def test_the_program_runs_with_a_read_only_root(name: str) -> None:
    """And writes below /tmp."""
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["tmpfs"] == ["/tmp"]  # noqa: S108 - the container's


@each_of_ours
def test_images_agree_with_the_program(name: str) -> None:
    """One image, of this version."""
    assert SERVICES[name]["image"] == f"migrator:{__version__}"


def test_workers_drain_before_they_are_killed() -> None:
    """As in a cluster."""
    worker = SERVICES["worker"]
    grace = float(parsed(worker["command"]).params["grace"])
    assert float(worker["stop_grace_period"].removesuffix("s")) > grace + LEAVE
    assert grace > REQUEST_TIMEOUT


def test_redis_is_reached_by_who_needs_it_and_by_nobody_else() -> None:
    """On a network without a way out."""
    on_it = {name for name, service in SERVICES.items() if "redis" in service["networks"]}
    url = urlsplit(environment("worker")["MIGRATOR_REDIS_URL"])
    assert on_it == {"valkey", "worker", "coordinator", "dashboard"}
    assert COMPOSE["networks"]["redis"]["internal"] is True
    assert (url.hostname, url.username, url.password) == ("valkey", "migrator", None)


def test_the_coordinator_is_there_only_when_it_is_called() -> None:
    """And asks, where one is at a terminal."""
    coordinator = SERVICES["coordinator"]
    assert coordinator["profiles"] == ["run"]
    assert parsed(coordinator["command"]).params["workers"] == 0
    assert not parsed(coordinator["command"]).params["yes"]


def test_only_who_reads_the_source_has_its_credentials() -> None:
    """Workers of a migration write to the destination alone."""
    sides = {name: {path.split("/")[4] for path in mounted(name) if "/credentials/" in path} for name in OURS}
    assert sides == {
        "worker": {"destination"},
        "coordinator": {"source", "destination"},
        "dashboard": set(),
        "fill": set(),
    }
