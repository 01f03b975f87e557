"""The names of everything in Redis. docs/architecture.md says what each holds and how long it lives."""

from dataclasses import dataclass

RUNS = "migrator:runs"
"""zset: run -> when it was published (ms); the runs that workers look after."""

LEDGERS = "migrator:ledgers"
"""zset: run -> when it was published (ms); every run whose ledger is still there."""

WORKERS = "migrator:workers"
"""zset: worker process -> until when it counts as alive (ms)."""


STRUCTURES = (
    "run",
    "degree",
    "dependents",
    "blocked",
    "ready",
    "walk",
    "outcome",
    "tally",
    "id",
    "body",
    "steps",
    "parts",
    "claimed",
    "lease",
    "leases",
    "delayed",
    "suspect",
    "tries",
    "crashes",
    "bells",
    "resource",
)
"""The structures of a run, by the names that the scripts' headers use."""


@dataclass(frozen=True)
class RunKeys:
    """The keys of one run, all in one hash slot: `keys["ready"]`."""

    run_id: str

    def __getitem__(self, structure: str) -> str:
        """The key of one of the run's structures."""
        if structure not in STRUCTURES:
            raise KeyError(structure)
        return f"migrator:{{{self.run_id}}}:{structure}"

    def all(self) -> tuple[str, ...]:
        """Every key of the run."""
        return tuple(self[structure] for structure in STRUCTURES)
