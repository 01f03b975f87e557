"""Counted: whatever has nodes that end one after another, a kind or a whole run."""

from collections.abc import Mapping
from typing import Protocol


class Counted(Protocol):
    """How far something is."""

    @property
    def nodes(self) -> int:
        """How many nodes it has."""

    @property
    def settled(self) -> int:
        """How many have an outcome."""

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many ended in each way."""
