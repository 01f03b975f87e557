"""What a command uses of the machine, with all processes that it starts."""

import resource
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: Seconds between two looks at how much memory it holds.
LOOK = 0.2


@dataclass(frozen=True)
class Used:
    """What a command has used.

    Attributes:
        began: When it was started, in seconds since the epoch.
        seconds: From its start to its end.
        cpu: Seconds of processors, user's and system's.
        peak: MiB that its processes held at the most at a time; what several share counts once; None if nobody looked.
        code: How it ended; None if it did not within its time.
        output: What it printed.
    """

    began: float
    seconds: float
    cpu: float
    peak: float | None
    code: int | None
    output: bytes

    @property
    def ended(self) -> float:
        """When it ended, in seconds since the epoch."""
        return self.began + self.seconds


def use(command: Sequence[str], environment: Mapping[str, str], directory: Path, limit: float) -> Used:
    """Run a command, for so many seconds at the most; the only child of ours that may end meanwhile."""
    output = directory / "output"
    cpu, began, clock = _cpu_of_ended_children(), time.time(), time.monotonic()
    with output.open("wb") as out, (directory / "errors").open("wb") as errors:
        process = subprocess.Popen(command, env=environment, cwd=directory, stdout=out, stderr=errors)
    peak, code = 0.0, None
    while code is None and time.monotonic() - clock < limit:
        peak = max(peak, _memory_of(process.pid))
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(LOOK)
    seconds = time.monotonic() - clock
    if code is None:
        process.kill()
        process.wait()
    return Used(began, seconds, _cpu_of_ended_children() - cpu, peak, code, output.read_bytes())


def _cpu_of_ended_children() -> float:
    """Of those whose end was seen, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory_of(pid: int) -> float:
    """MiB of a process and its descendants: proportional set size."""
    return sum(map(_proportional_kib, _family(pid))) / 1024


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text(encoding="ascii").split():
                yield from _family(int(child))


def _proportional_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        # It has ended.
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
