"""A worker process of a storm: `python -m tests.chaos.worker SEED HOME URL SKEW MUTANT`."""

import sys
from pathlib import Path

from tests.chaos.skew import shift_clocks


def main() -> None:
    """Let the clocks be wrong, then serve."""
    seed, home, url, skew, mutant = sys.argv[1:]
    shift_clocks(float(skew))
    from tests.chaos.serving import serve  # noqa: PLC0415 - dramatiq takes the clock along when it is imported

    serve(int(seed), Path(home), url, mutant)


if __name__ == "__main__":
    main()
