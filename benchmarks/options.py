"""What may be chosen of a measurement."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What may be chosen of a measurement.

    Attributes:
        rounds: How often each rival is measured.
        nodes: Sizes of the runs of the engine.
        deployments: Sizes of the workspaces that are transferred.
        databases: What Prefect servers keep what they have in.
        rivals: Who transfers them.
        in_flight: Requests in flight with which the bare creates are tried.
        first_only: Whether nothing is transferred to where it was before.
    """

    rounds: int
    nodes: tuple[int, ...]
    deployments: tuple[int, ...]
    databases: tuple[str, ...]
    rivals: tuple[str, ...]
    in_flight: tuple[int, ...]
    first_only: bool
