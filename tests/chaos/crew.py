"""The crew: worker processes and a coordinator, each replaced when it is gone, as a Deployment of pods would."""

import itertools
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.patience import came_true, wait_until

#: Worker processes at a time.
WORKERS = 3
#: Seconds by which the clocks of workers are wrong, one after another.
SKEWS = (0, 3 * 3600, -5 * 3600, 0, -40, 12 * 3600)
#: dramatiq reads these when it is imported: one bell at a time, and no long wait for a Redis that is away.
ENVIRONMENT = {"dramatiq_queue_prefetch": "1", "dramatiq_restart_delay": "300"}
#: Seconds that workers have to come, and a coordinator to publish.
PUBLISHING = 30.0

Process = subprocess.Popen[bytes]


class Crew:
    """Who works at the run of a storm.

    Args:
        seed: Of the storm.
        home: Where journals, logs and the destination are.
        url: Where they find Redis.
        mutant: What is wrong with their scripts; empty if nothing is.

    Attributes:
        run_id: The run that is worked at.
        coordinated: Whether there is to be a coordinator.
        left: How those ended that were replaced: their exit statuses, or signals, negative.
    """

    def __init__(self, seed: int, home: Path, url: str, mutant: str) -> None:
        self.run_id = ""
        self.coordinated = True
        self.left = Counter[int]()
        self._seed = str(seed)
        self._home = home
        self._url = url
        self._mutant = mutant
        self._skews = itertools.cycle(SKEWS)
        self._workers: list[Process] = []
        self._coordinator: Process | None = None

    def muster(self, are_there: Callable[[int], bool]) -> None:
        """Let workers come in."""
        self._tend_workers()
        wait_until(partial(are_there, WORKERS), PUBLISHING, "no workers come")

    def publish(
        self, deaths: list[float], has_begun: Callable[[str], bool], is_published: Callable[[str], bool]
    ) -> None:
        """Let coordinators publish, each as a run of its own, until one of them has.

        Args:
            deaths: For how many seconds the first ones publish, before they are killed at it.
            has_begun: Whether anything of a run is there.
            is_published: Whether all of it is.
        """
        for number in itertools.count(1):
            self.run_id = f"storm-{self._seed}-{number}"
            process = self._coordinator = self._new_coordinator()
            came_true(partial(self._is_decided, process, has_begun), PUBLISHING)
            came_true(partial(self._is_decided, process, is_published), deaths.pop(0) if deaths else PUBLISHING)
            if is_published(self.run_id):
                return
            _kill(process)

    def _is_decided(self, process: Process, is_so: Callable[[str], bool]) -> bool:
        return process.poll() is not None or is_so(self.run_id)

    def tend(self) -> None:
        """Replace whoever is gone."""
        self._tend_workers()
        if self.coordinated and (self._coordinator is None or self._coordinator.poll() is not None):
            self._coordinator = self._new_coordinator()

    def _tend_workers(self) -> None:
        for process in [process for process in self._workers if process.poll() is not None]:
            self._workers.remove(process)
            self.left[process.returncode] += 1
        while len(self._workers) < WORKERS:
            self._workers.append(self._new_worker())

    def worker(self, dice: float) -> Process:
        """One of the workers."""
        return self._workers[int(dice * len(self._workers))]

    def kill_workers(self) -> None:
        """Kill all workers at once."""
        for process in self._workers:
            process.send_signal(signal.SIGKILL)

    def kill_coordinator(self) -> None:
        """Kill the coordinator."""
        if self._coordinator is not None:
            _kill(self._coordinator)

    def dismiss(self) -> None:
        """End all of them, so that nothing of a storm is left."""
        for process in self._workers:
            _kill(process)
        self.kill_coordinator()

    def _new_worker(self) -> Process:
        skew = str(next(self._skews))
        return self._start("worker", self._seed, str(self._home), self._url, skew, self._mutant)

    def _new_coordinator(self) -> Process:
        return self._start("coordinator", self._seed, self._url, self.run_id)

    def _start(self, module: str, *arguments: str) -> Process:
        with (self._home / f"{module}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"tests.chaos.{module}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | ENVIRONMENT,
                cwd=Path(__file__).parents[2],
                start_new_session=True,
            )


def _kill(process: Process) -> None:
    """Kill a process, also one that is halted."""
    process.kill()
    process.wait()
