"""What a platform team would object to is not there: every pod is restricted, knows no token, and can be bounded."""

from tests.deploy.manifests import Manifests, Pod


def writable(pod: Pod) -> set[str]:
    """What a pod may write to."""
    return {mount["mountPath"] for mount in pod.container["volumeMounts"] if not mount.get("readOnly")}


def test_the_namespace_admits_restricted_pods_only(cluster: Manifests) -> None:
    """Whatever else is put into it."""
    (namespace,) = cluster.of("Namespace")
    labels = namespace["metadata"]["labels"]
    assert all(labels[f"pod-security.kubernetes.io/{mode}"] == "restricted" for mode in ("enforce", "audit", "warn"))


def test_every_pod_is_restricted(cluster: Manifests) -> None:
    """Rule by rule of the pod security standard, and a root that cannot be written."""
    for pod in cluster.pods():
        assert pod.spec["securityContext"]["runAsNonRoot"] is True
        assert pod.spec["securityContext"]["runAsUser"] >= 10000
        assert pod.spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod.container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert not pod.spec.keys() & {"hostNetwork", "hostPID", "hostIPC", "initContainers"}


def test_no_volume_is_the_machine_s(cluster: Manifests) -> None:
    """Scratch space, Secrets and claims."""
    for pod in cluster.pods():
        assert all(volume.keys() & {"emptyDir", "secret"} for volume in pod.spec["volumes"])


def test_the_program_writes_below_tmp_alone(cluster: Manifests) -> None:
    """And no more than it may."""
    for pod in cluster.pods():
        if pod.is_ours:
            assert writable(pod) == {"/tmp"}  # noqa: S108 - the container's
            assert cluster.environment(pod)["MIGRATOR_STATE_DIR"].startswith("/tmp/")  # noqa: S108
            (scratch,) = (volume for volume in pod.spec["volumes"] if volume["name"] == "tmp")
            assert "sizeLimit" in scratch["emptyDir"]


def test_secrets_are_readable_by_their_user_alone(cluster: Manifests) -> None:
    """By its group, which nobody else is in."""
    for pod in cluster.pods():
        assert pod.spec["securityContext"]["fsGroup"] == pod.spec["securityContext"]["runAsGroup"]
        assert all(volume["secret"]["defaultMode"] == 0o440 for volume in pod.spec["volumes"] if "secret" in volume)


def test_nobody_has_a_token_or_a_role(cluster: Manifests) -> None:
    """Nothing of ours talks to Kubernetes."""
    assert all(pod.spec["automountServiceAccountToken"] is False for pod in cluster.pods())
    assert all(account["automountServiceAccountToken"] is False for account in cluster.of("ServiceAccount"))
    assert not {found["kind"] for found in cluster.objects} & {
        "Role",
        "RoleBinding",
        "ClusterRole",
        "ClusterRoleBinding",
    }


def test_memory_is_bounded_by_what_was_asked_for(cluster: Manifests) -> None:
    """Nobody is evicted for a neighbour; CPU is not bounded: who is throttled holds leases for longer."""
    for pod in cluster.pods():
        resources = pod.container["resources"]
        assert resources["requests"]["memory"] == resources["limits"]["memory"]
        assert "cpu" in resources["requests"]
        assert "cpu" not in resources["limits"]
