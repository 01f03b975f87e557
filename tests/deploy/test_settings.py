"""What manifests put into the environment is what the program reads, and no secret."""

import re
from pathlib import PurePosixPath

from migrator.settings import Settings
from tests.deploy.manifests import Manifests, Pod, secrets_documented, with_component

_SECRETIVE = re.compile(r"key|password|token|secret", re.IGNORECASE)


def mounted_secrets(pod: Pod) -> dict[str, str]:
    """Where a pod's Secrets are mounted, and which."""
    names = {volume["name"]: volume["secret"]["secretName"] for volume in pod.spec["volumes"] if "secret" in volume}
    mounts = pod.container["volumeMounts"]
    return {mount["mountPath"]: names[mount["name"]] for mount in mounts if mount["name"] in names}


def paths(environment: dict[str, str]) -> dict[str, PurePosixPath]:
    """The variables that name a file or a directory."""
    return {name: PurePosixPath(value) for name, value in environment.items() if name.endswith(("_FILE", "_DIR"))}


def test_every_variable_is_a_setting(cluster: Manifests) -> None:
    """A mistyped one would be ignored in silence."""
    known = {f"MIGRATOR_{name.upper()}" for name in Settings.model_fields}
    for pod in cluster.pods():
        ours = {name for name in cluster.environment(pod) if name.startswith("MIGRATOR_")}
        assert ours <= known


def test_every_value_is_one_that_the_program_takes(cluster: Manifests) -> None:
    """As text, which is all that an environment holds."""
    for pod in cluster.pods():
        if pod.is_ours:
            environment = cluster.environment(pod)
            fields = {name: environment.get(f"MIGRATOR_{name.upper()}") for name in Settings.model_fields}
            Settings.model_validate({name: value for name, value in fields.items() if value is not None})


def test_no_secret_is_in_the_environment(cluster: Manifests) -> None:
    """Files only: an environment is inherited, printed and never changes."""
    for pod in cluster.pods():
        assert not any("secretKeyRef" in variable.get("valueFrom", {}) for variable in pod.container.get("env", []))
        assert not any("secretRef" in source for source in pod.container.get("envFrom", []))
        values = {name for name in cluster.environment(pod) if _SECRETIVE.search(name)}
        assert all(name.endswith("_FILE") for name in values)


def test_nothing_that_looks_like_a_password_is_in_a_configmap(cluster: Manifests) -> None:
    """The URL of the Redis names the user alone."""
    for settings in cluster.of("ConfigMap"):
        assert not re.search(r"://[^/@]*:[^/@]+@", "\n".join(settings["data"].values()))


def test_every_file_that_a_setting_names_is_in_a_mounted_secret_under_a_documented_key(cluster: Manifests) -> None:
    """`secrets.example.yaml` has all that must be made before."""
    documented = secrets_documented()
    for pod in cluster.pods():
        mounts = mounted_secrets(pod)
        for name, path in paths(cluster.environment(pod)).items():
            if name.endswith("_FILE"):
                assert path.name in documented[mounts[str(path.parent)]], name


def test_every_secret_that_is_mounted_is_documented(cluster: Manifests) -> None:
    """And none is made here."""
    mounted = {secret for pod in cluster.pods() for secret in mounted_secrets(pod).values()}
    assert mounted <= secrets_documented().keys()
    assert cluster.of("Secret") == []


def test_credentials_are_mounted_under_the_names_that_the_run_uses(cluster: Manifests) -> None:
    """A worker is given what it writes to, the coordinator both sides."""
    directory = "/run/migrator/credentials"
    wanted = {"worker": {"destination"}, "coordinator": {"source", "destination"}}
    for component, profiles in wanted.items():
        pod = cluster.pod(component)
        mounted = {path for path in mounted_secrets(pod) if path.startswith(f"{directory}/")}
        assert cluster.environment(pod)["MIGRATOR_CREDENTIALS_DIR"] == directory
        assert mounted == {f"{directory}/{profile}" for profile in profiles}


def test_workers_get_the_source_s_credentials_for_a_cutover_when_they_are_given_them(trial: Manifests) -> None:
    """By a component that is put in for as long as that takes."""
    before, after = trial.pod("worker"), with_component("cutover").pod("worker")
    added = {"/run/migrator/credentials/source": "migrator-source"}
    assert mounted_secrets(after) == mounted_secrets(before) | added


def test_what_is_rotated_reaches_a_pod_that_runs(cluster: Manifests) -> None:
    """A subPath is copied once and never again."""
    for pod in cluster.pods():
        assert not any("subPath" in mount for mount in pod.container["volumeMounts"])


def test_a_service_s_name_cannot_become_a_setting(cluster: Manifests) -> None:
    """A Service called migrator-metrics would set MIGRATOR_METRICS_PORT to an address."""
    assert all(pod.spec["enableServiceLinks"] is False for pod in cluster.pods())
