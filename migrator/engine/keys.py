"""The names of everything in Redis. docs/architecture.md says what each holds and how long it lives."""

from dataclasses import dataclass

RUNS = "migrator:runs"
"""zset: run -> when it was published (ms); the runs that workers look after."""

LEDGERS = "migrator:ledgers"
"""zset: run -> when it was published (ms); every run whose ledger is still there."""

WORKERS = "migrator:workers"
"""zset: worker process -> until when it counts as alive (ms)."""

VERSIONS = "migrator:versions"
"""hash: worker process -> which version of ours it is."""

SERVER = "migrator:server"
"""string: which server process Redis was when a worker last looked."""

PROBE = "migrator:doctor"
"""string: what the doctor writes and removes, to find out whether it may."""

EXCLUSION = "migrator:exclusion"
"""string, of a pair of workspaces or of an id: token of the one who publishes such a run; it ends by itself."""


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
    "before",
    "audit",
    "pace",
    "failures",
    "hindrances",
)
"""The structures of a run, by the names that the scripts' headers use."""


BUDGET = ("budget", "sharers", "alive", "held", "rates", "bounds", "best")
"""The structures of a destination's budget, likewise, in the order of `share`."""


@dataclass(frozen=True)
class RunKeys:
    """The keys of one run, all in one hash slot: `keys["ready"]`."""

    run_id: str

    def __getitem__(self, structure: str) -> str:
        """The key of one of the run's structures."""
        return f"migrator:{{{self.run_id}}}:{_declared(structure, STRUCTURES)}"

    def all(self) -> tuple[str, ...]:
        """Every key of the run."""
        return tuple(self[structure] for structure in STRUCTURES)


@dataclass(frozen=True)
class BudgetKeys:
    """The keys of one destination's budget, all in one hash slot: `keys["sharers"]`."""

    destination: str

    def __getitem__(self, structure: str) -> str:
        """The key of one of the budget's structures."""
        return f"migrator:budget:{{{self.destination}}}:{_declared(structure, BUDGET)}"

    def all(self) -> tuple[str, ...]:
        """Every key of the budget."""
        return tuple(self[structure] for structure in BUDGET)


def _declared(structure: str, structures: tuple[str, ...]) -> str:
    if structure not in structures:
        raise KeyError(structure)
    return structure
