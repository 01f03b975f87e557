"""A pod without an engine: the files of this machine as a root that nobody can write, and a stranger in it as PID 1.

What the kernel does for a container is done here too, by `unshare`, `mount` and `chroot`; only the image is not there.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.manifests import ROOT, Pod

#: Where the program is, in place of an image.
MIGRATOR = Path(sys.executable).parent
#: What a Python needs of the machine, and the program of Python.
FILES = ("/usr", "/etc", "/dev", sys.base_prefix, sys.prefix, str(ROOT))
#: What is a part of /usr on Debian, by links.
LINKS = ("/bin", "/lib", "/lib64")
#: What a pod may write to.
TMP = "/tmp"  # noqa: S108 - its own
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"


@dataclass(frozen=True)
class Sandbox:
    """A pod that runs.

    Attributes:
        process: What holds its namespaces.
        user: Who its processes are.
    """

    process: "subprocess.Popen[str]"
    user: int

    def probe(self, command: Sequence[str]) -> int:
        """Do what Kubernetes does for a probe: run a command inside; its exit code."""
        inside = ["nsenter", f"--target={self._first}", "--mount", "--pid", "--root", "--wd"]
        who = [f"--setuid={self.user}", f"--setgid={self.user}"]
        # With the environment that its processes have.
        environment = dict(line.split("=", 1) for line in _environment_of(self._first))
        return subprocess.run([*inside, *who, *command], env=environment, check=False, capture_output=True).returncode

    def end(self, seconds: float) -> int:
        """Do what Kubernetes does to end it: SIGTERM to its first process, and SIGKILL to all when its time is over."""
        os.kill(self._first, signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """End it at once. What holds its namespaces does not take it along: it has become another user since."""
        with suppress(OSError):
            for child in self._children():
                os.kill(child, signal.SIGKILL)
        self.process.kill()

    @property
    def _first(self) -> int:
        """The process that is number 1 inside."""
        while not (found := self._children()):
            time.sleep(0.01)
        return found[0]

    def _children(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in children.read_text(encoding="ascii").split()]


@contextmanager
def sandbox(pod: Pod, environment: Mapping[str, str], mounts: Mapping[str, Path], root: Path) -> Iterator[Sandbox]:
    """A pod for as long as the block lasts.

    Args:
        pod: Its manifest: arguments, user, and what it mounts.
        environment: What its container finds in the environment.
        mounts: Folders with the files of its Secrets, by where they are mounted.
        root: An empty folder.
    """
    user = pod.spec["securityContext"]["runAsUser"]
    command = ["migrator", *(_filled_in(argument, environment) for argument in pod.container["args"])]
    within = {"PATH": f"{MIGRATOR}:{_PATH}", "HOME": f"{TMP}/migrator", **environment}
    script = (
        "\n".join(_steps(root, mounts, user)) + f"\nexec chroot --userspec={user}:{user} {root} {shlex.join(command)}"
    )
    with subprocess.Popen(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-e", "-c", script],  # noqa: S607
        env=within,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        running = Sandbox(process, user)
        try:
            yield running
        finally:
            running.kill()


def _steps(root: Path, mounts: Mapping[str, Path], user: int) -> Iterator[str]:
    """How its root is put together."""
    yield f"mount -t tmpfs -o mode=755 tmpfs {root}"
    yield f"mkdir {root}{TMP} {root}/proc"
    yield f"mount -t tmpfs -o mode=1777 tmpfs {root}{TMP}"
    yield f"mount -t proc proc {root}/proc"
    for link in LINKS:
        yield f"ln -s usr{link} {root}{link}"
    for place in FILES:
        yield f"mkdir -p {root}{place} && mount --rbind {place} {root}{place}"
        yield f"mount -o remount,bind,ro {root}{place}"
    for place, folder in mounts.items():
        # As Kubernetes mounts a Secret: root's, readable by the pod's group.
        yield f"mkdir -p {root}{place} && cp {folder}/* {root}{place}"
        yield f"chown -R 0:{user} {root}{place} && chmod 0440 {root}{place}/*"
    yield f"mount -o remount,ro {root}"


def _filled_in(argument: str, environment: Mapping[str, str]) -> str:
    """An argument with its `$(NAME)`, as Kubernetes fills them in."""
    return re.sub(r"\$\((\w+)\)", lambda found: environment[found[1]], argument)


def _environment_of(process: int) -> list[str]:
    return [line for line in Path(f"/proc/{process}/environ").read_text(encoding="utf-8").split("\0") if line]
