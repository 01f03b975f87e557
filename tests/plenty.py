"""A destination with room for all, for what writes nothing to a server."""

from migrator.model.bounds import Bounds


class Plenty:
    """As much room as anybody wants, for so many at a time.

    Args:
        room: Attempts that may be in flight.
    """

    def __init__(self, room: int) -> None:
        self.room = room

    def admit(self, jobs: int) -> int:
        """All of them."""
        return jobs

    def out_of_patience(self) -> str:
        """It never is."""
        return ""

    async def join(self, _bounds: Bounds) -> None:
        """Nobody else is asked."""

    async def leave(self, _bounds: Bounds) -> None:
        """Nobody minds."""
