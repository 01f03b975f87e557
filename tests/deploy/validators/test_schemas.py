"""The manifests against the schemas of Kubernetes, of KEDA and of the Prometheus operator, strictly."""

from collections.abc import Mapping
from typing import Any

import kubernetes_validate
import pytest
from cloudcoil.models.keda import v1alpha1 as keda
from cloudcoil.models.prometheus_operator import v1 as prometheus
from pydantic import BaseModel

from tests.deploy.manifests import OVERLAYS, Object, rendered

#: What has no schema in Kubernetes itself.
MODELS: Mapping[str, type[BaseModel]] = {
    "ScaledObject": keda.ScaledObject,
    "PodMonitor": prometheus.PodMonitor,
    "PrometheusRule": prometheus.PrometheusRule,
}
#: The oldest that the documentation promises, and the newest that the schemas are there for.
VERSIONS = ("1.31", "1.37")

objects = pytest.mark.parametrize(
    "found",
    [
        pytest.param(found, id=f"{overlay}/{found['kind']}/{found['metadata']['name']}")
        for overlay in OVERLAYS
        for found in rendered(overlay).objects
    ],
)


@objects
def test_it_is_what_its_kind_may_be(found: Object) -> None:
    """Each field is known, and of its type."""
    model = MODELS.get(found["kind"])
    if model is not None:
        assert said_by(model.model_validate(found)) == found
        return
    for version in VERSIONS:
        kubernetes_validate.validate(found, version, strict=True)


def test_a_mistyped_field_is_found() -> None:
    """In either way, or these tests would prove nothing."""
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replcias": 1}}
    scaled = {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "spec": {"scaleTargetRef": {"name": "w"}, "triggers": []},
    }
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, VERSIONS[-1], strict=True)
    wrong = {**scaled, "spec": {**scaled["spec"], "maxReplicas": 3}}  # type: ignore[dict-item]
    assert said_by(keda.ScaledObject.model_validate(wrong)) != wrong


def said_by(model: BaseModel) -> dict[str, Any]:
    """What a model has understood; it drops what it does not know."""
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)
