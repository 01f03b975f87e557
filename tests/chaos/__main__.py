"""Storms by hand: `make chaos`, `make chaos SEEDS=100`, `make chaos SEED=17`."""

import argparse
import sys
from collections.abc import Sequence

from tests.chaos.mutants import MUTANTS
from tests.chaos.storm import storm
from tests.chaos.verdict import verdict
from tests.redis_server import valkey_binary


def main(arguments: Sequence[str] | None = None) -> int:
    """Let storms blow, one line each; returns 1 if a run did not weather one of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="how many storms, from seed 1 on")
    parser.add_argument("--seed", type=int, help="one storm: the same plan and the same mischief, at other moments")
    parser.add_argument("--redis", default=valkey_binary(), metavar="BINARY", help="the Redis; else our own Valkey")
    parser.add_argument("--mutant", default="", choices=["", *MUTANTS], help="what is wrong with the scripts")
    chosen = parser.parse_args(arguments)
    failed = 0
    for seed in [chosen.seed] if chosen.seed is not None else range(1, 1 + chosen.seeds):
        weathered, text = verdict(storm(seed, binary=chosen.redis, mutant=chosen.mutant))
        print(text, flush=True)  # noqa: T201 - this is a program
        failed += not weathered
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
