"""The manifests as tests read them: an overlay rendered by kubectl, and its pods with what they are made of."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
K8S = ROOT / "k8s"
OVERLAYS = tuple(sorted(path.name for path in (K8S / "overlays").iterdir()))

#: Any object of Kubernetes, or a part of one.
Object = dict[str, Any]


@dataclass(frozen=True)
class Pod:
    """What a pod is made from.

    Attributes:
        owner: What makes it.
        labels: Its labels.
        spec: All else.
    """

    owner: Object
    labels: Mapping[str, str]
    spec: Object

    @property
    def component(self) -> str:
        """What it is of ours: worker, coordinator, ..."""
        return self.labels["app.kubernetes.io/component"]

    @property
    def container(self) -> Object:
        """Its container; ours have one."""
        (container,) = self.spec["containers"]
        found: Object = container
        return found

    @property
    def is_ours(self) -> bool:
        """Whether the program runs in it."""
        image: str = self.container["image"]
        return image.partition(":")[0] == "migrator"


@dataclass(frozen=True)
class Manifests:
    """All objects of one overlay."""

    objects: tuple[Object, ...]

    def of(self, kind: str) -> list[Object]:
        """Those of a kind."""
        return [found for found in self.objects if found["kind"] == kind]

    def one(self, kind: str, name: str) -> Object:
        """The one of a kind and a name; ConfigMaps by the name before its digest."""
        (found,) = (found for found in self.of(kind) if found["metadata"]["name"].startswith(name))
        return found

    def pods(self) -> Iterator[Pod]:
        """One of each sort."""
        for owner in self.objects:
            template = _template_of(owner)
            if template:
                yield Pod(owner, template["metadata"]["labels"], template["spec"])

    def pod(self, component: str) -> Pod:
        """The one of a component."""
        (found,) = (pod for pod in self.pods() if pod.component == component)
        return found

    def environment(self, pod: Pod) -> dict[str, str]:
        """What a pod's container finds in its environment, but for what only the cluster knows."""
        sources = (source["configMapRef"]["name"] for source in pod.container.get("envFrom", []))
        shared = {name: value for source in sources for name, value in self.one("ConfigMap", source)["data"].items()}
        own = {variable["name"]: variable.get("value", "") for variable in pod.container.get("env", [])}
        return shared | own


@cache
def rendered(overlay: str) -> Manifests:
    """An overlay, as `kubectl apply --kustomize` would send it."""
    return Manifests(tuple(yaml.safe_load_all(rendered_text(K8S / "overlays" / overlay))))


@cache
def rendered_text(directory: Path) -> str:
    """What kubectl makes of a kustomization."""
    return subprocess.run(["kubectl", "kustomize", directory], check=True, capture_output=True, text=True).stdout  # noqa: S607


def with_component(name: str) -> Manifests:
    """The trial with one component more, as its reader would put it in."""
    with TemporaryDirectory() as directory:
        overlay, component = (os.path.relpath(K8S / part, directory) for part in ("overlays/dev", f"components/{name}"))
        (Path(directory) / "kustomization.yaml").write_text(f"resources: [{overlay}]\ncomponents: [{component}]\n")
        return Manifests(tuple(yaml.safe_load_all(rendered_text(Path(directory)))))


def secrets_documented() -> dict[str, set[str]]:
    """The Secrets of the example file, each with its keys."""
    text = (K8S / "base" / "secrets.example.yaml").read_text(encoding="utf-8")
    return {secret["metadata"]["name"]: set(secret["stringData"]) for secret in yaml.safe_load_all(text)}


def _template_of(owner: Object) -> Object:
    spec = owner.get("spec", {})
    found: Object = spec.get("jobTemplate", {}).get("spec", spec).get("template", {})
    return found if "spec" in found else {}
