"""The destination of a storm: a directory in which each node that was written is a link that says when.

A link is made whole or not at all, and never in place of another, whoever is killed when.
"""

from pathlib import Path

from tests.chaos.stopwatch import now


class Destination:
    """What is there.

    Args:
        home: The directory.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self._home = home

    def has(self, node: int) -> bool:
        """Whether a node was written."""
        return self._place(node).is_symlink()

    def create(self, node: int) -> bool:
        """Write a node; False if somebody has, which changes nothing."""
        return _made(self._place(node))

    def is_busy(self, node: int, times: int) -> bool:
        """Whether it wants the node to be tried again; it does so many times, whoever asks."""
        return any(_made(self._home / f"busy-{node}-{number}") for number in range(times))

    def written(self) -> dict[int, int]:
        """When each node was written."""
        return {int(path.name.removeprefix("node-")): int(path.readlink().name) for path in self._home.glob("node-*")}

    def _place(self, node: int) -> Path:
        return self._home / f"node-{node}"


def _made(link: Path) -> bool:
    try:
        link.symlink_to(str(now()))
    except FileExistsError:
        return False
    return True
