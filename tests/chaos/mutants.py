"""Mutants: scripts that are wrong in one place, as only a process of a storm can have them."""

from migrator.engine import scripts

MUTANTS = {
    "no-fence": ("settle", "if claimed:get(node) ~= token then return 0 end", ""),
    "no-cursor": ("settle", "  return following\n", ""),
    "counts-twice": ("settle", "left = left - 1\n  if lost", "left = left - 2\n  if lost"),
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
