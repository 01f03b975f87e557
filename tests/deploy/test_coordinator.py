"""A migration begins when somebody says so, and a pod that takes another's place takes up the same run."""

import re
import subprocess
from typing import Any

import yaml

from migrator.exit_codes import ExitCode
from tests.deploy.commands import parsed
from tests.deploy.manifests import Manifests, Object
from tests.unit.docs.pages import page

#: Codes that say the same however often one tries.
FINAL = {ExitCode.INCOMPLETE, ExitCode.USAGE, ExitCode.REFUSED, ExitCode.BUG}
#: Codes after which another attempt may go on.
PASSING = {ExitCode.UNREACHABLE, ExitCode.RESUMABLE, ExitCode.INTERRUPTED}


def job_of(cluster: Manifests) -> Object:
    """What a Job is made from."""
    job: Object = cluster.one("CronJob", "migrator-run")["spec"]["jobTemplate"]["spec"]
    return job


def rules_of(job: Object) -> dict[str, Any]:
    """The pod failure policy, by action."""
    return {rule["action"]: rule for rule in job["podFailurePolicy"]["rules"]}


def test_applying_begins_nothing(cluster: Manifests) -> None:
    """However often: the template is suspended, its day never comes, and there is no Job beside it."""
    template = cluster.one("CronJob", "migrator-run")["spec"]
    assert template["suspend"] is True
    assert template["schedule"] == "0 0 31 2 *"
    assert cluster.of("Job") == []


def test_every_pod_of_a_job_works_at_the_run_of_the_job_s_name(cluster: Manifests) -> None:
    """The id comes from a label that all of them have."""
    coordinator = cluster.pod("coordinator").container
    variable = next(variable for variable in coordinator["env"] if variable["name"] == "RUN_ID")
    assert variable["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.labels['batch.kubernetes.io/job-name']"
    assert parsed(coordinator["args"]).params["run_id"] == "$(RUN_ID)"


def test_another_command_is_a_job_from_the_template_with_other_arguments(cluster: Manifests) -> None:
    """By the patch that the documentation has, which needs no cluster."""
    template = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "plan-1"}, "spec": job_of(cluster)}
    (patch,) = re.findall(r"'(\[.+\])'", page("kubernetes.md"))
    patched = subprocess.run(
        ["kubectl", "patch", "--local", "--filename", "-", "--output", "yaml", "--type", "json", "--patch", patch],  # noqa: S607
        input=yaml.safe_dump(template),
        capture_output=True,
        text=True,
        check=True,
    )
    (container,) = yaml.safe_load(patched.stdout)["spec"]["template"]["spec"]["containers"]
    assert parsed(container["args"]).command.name == "plan"


def test_it_starts_no_workers_and_asks_nobody(cluster: Manifests) -> None:
    """There is a Deployment for the one, and no terminal for the other."""
    params = parsed(cluster.pod("coordinator").container["args"]).params
    assert params["workers"] == 0
    assert params["yes"] is True


def test_what_will_not_change_is_not_tried_again(cluster: Manifests) -> None:
    """And what may is: every exit code is in one of the two sets."""
    job = job_of(cluster)
    codes = rules_of(job)["FailJob"]["onExitCodes"]
    assert set(codes["values"]) == FINAL
    assert codes["containerName"] == cluster.pod("coordinator").container["name"]
    assert {ExitCode.LANDED} | FINAL | PASSING == set(ExitCode)
    assert job["backoffLimit"] > 0


def test_a_node_that_is_drained_costs_no_attempt(cluster: Manifests) -> None:
    """With the status spelled out, which the API server adds and validators ask for."""
    conditions = rules_of(job_of(cluster))["Ignore"]["onPodConditions"]
    assert conditions == [{"type": "DisruptionTarget", "status": "True"}]


def test_each_attempt_is_a_pod_of_its_own_and_old_ones_go(cluster: Manifests) -> None:
    """The API server accepts a pod failure policy only with the first."""
    job = job_of(cluster)
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    assert job["ttlSecondsAfterFinished"] > 0
    assert job["activeDeadlineSeconds"] > 0
