"""Mutants: scripts that are wrong in one place, as only a process of a storm can have them."""

from migrator.engine import scripts
from tests.integration.engine import mutants

MUTANTS = {
    "no-fence": mutants.MUTANTS["a result counts whoever sends it"],
    "no-cursor": mutants.MUTANTS["a walk ends after one piece"],
    "counts-twice": mutants.MUTANTS["an edge counts twice"],
}


def mutate(mutant: str) -> None:
    """Let the wrappers of this process call a script that is wrong."""
    wrong, old, new = MUTANTS[mutant]
    right = scripts.source

    def source(name: str) -> str:
        text = right(name)
        if name != wrong:
            return text
        if text.count(old) != 1:
            raise ValueError(f"mutant {mutant} does not fit the script {name}")
        return text.replace(old, new)

    scripts.source = source  # type: ignore[assignment] # that it remembers what it has read is nobody's business here
