"""A part that was never measured."""

from benchmarks.form import ContestForm, MachineForm, MeasurementForm, PartForm

_MACHINE = MachineForm(
    processor="a fast one",
    processors=2,
    memory_gib=8,
    system="Linux x86",
    load=0.1,
    versions={"python": "3.11", "redis": "7"},
)


def part_of(*contests: ContestForm, command: str = "python -m benchmarks something") -> PartForm:
    """A part of some contests, which one command has held."""
    measurement = MeasurementForm(command=command, date="2026-01-02", machine=_MACHINE, contests=list(contests))
    return PartForm(part="something", about="About something.", measurements=[measurement])
